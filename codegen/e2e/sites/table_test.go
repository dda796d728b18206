package sites

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// table is in Markdown.
func table(rows []row) string {
	var b strings.Builder
	b.WriteString("| site | version | files | links | broken here | broken at nginx | clicked and reloaded | console errors here | at nginx |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %d | %d | %d | %s | %s |\n", r.site, r.version, r.files, r.links, r.brokenHere, r.brokenNginx, r.clicks,
			r.said(r.errors), r.said(r.errorsNginx))
	}
	b.WriteString("\nWhat `verbosel run` said of each, without a spec:\n\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "- %s: %s\n", r.site, strings.ReplaceAll(r.says, "\n", "; "))
	}
	b.WriteString("\n| site | files whose status or type differs from nginx's | why |\n|---|---|---|\n")
	for _, r := range rows {
		for _, why := range slices.Sorted(maps.Keys(r.differ)) {
			fmt.Fprintf(&b, "| %s | %d | %s |\n", r.site, r.differ[why], why)
		}
	}
	return b.String()
}

// said tells what the console had.
func (r row) said(errors []string) string {
	switch {
	case !r.browsed:
		return "not looked at"
	case len(errors) == 0:
		return "none"
	}
	return strings.ReplaceAll(fmt.Sprintf("%d: %.200s", len(errors), strings.Join(errors, "; ")), "|", "\\|")
}
