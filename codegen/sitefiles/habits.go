package sitefiles

import (
	"slices"
	"strings"
)

// servers are the first words of lines of others' configuration, in lower case.
var servers = map[string]string{
	"redirect": "Apache", "redirectmatch": "Apache", "redirectpermanent": "Apache", "redirecttemp": "Apache",
	"rewriterule": "Apache", "rewritecond": "Apache", "rewriteengine": "Apache",
	"rewrite": "nginx", "location": "nginx", "return": "nginx", "try_files": "nginx", "server": "nginx",
}

// habit reports a line as others have it: one of another server's, or with its words in another
// order.
func (r *Redirects) habit(n int, words []token) bool {
	if server := servers[strings.ToLower(words[0].text)]; server != "" {
		r.mistake(n, words[0].col, "write "+r.ordered(words)+"; paths are no regular expressions: /old/* is all below /old", "a line as %s has it", server)
		return true
	}
	for i := range words[:min(2, len(words)-1)] {
		if isStatus(words[i].text) && isTarget(words[i+1].text) {
			r.mistake(n, words[i].col, "write "+r.ordered(words), "the status stands in front of the target")
			return true
		}
	}
	return false
}

// ordered is a line's paths and its status in the order that hosts have, as far as they can be told.
func (r *Redirects) ordered(words []token) string {
	var paths []string
	status := ""
	for _, w := range words {
		switch {
		case isStatus(w.text):
			status = " " + w.text
		case isTarget(w.text) && !strings.ContainsAny(w.text, "^$()"):
			paths = append(paths, w.text)
		}
	}
	if len(paths) != 2 || isURL(paths[0]) {
		paths = []string{"/old", "/new"}
	}
	if status == "" {
		status = " 301"
	}
	return strings.Join(paths, " ") + status
}

// isStatus: a number that can be one, with what Netlify writes behind it.
func isStatus(text string) bool {
	text = strings.TrimSuffix(text, "!")
	return len(text) == 3 && isNumber(text)
}

// statusHint says what to write in place of a status that is none.
func statusHint(d Dialect, text, otherwise string) string {
	word := strings.Trim(strings.ToLower(text), ",;.[]'\"")
	if code, ok := map[string]string{"permanent": "301", "temporary": "302", "temp": "302", "redirect": "302", "r=301": "301", "r=302": "302"}[word]; ok {
		return "write " + code
	}
	if word != text && slices.Contains([]string{"200", "301", "302", "303", "307", "308"}, word) {
		return "write " + word
	}
	if d == Cloudflare && text == "404" {
		return "remove the rule: 404.html answers by itself what is not there"
	}
	return otherwise
}
