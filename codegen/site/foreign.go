package site

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/spec"
)

// Foreign is a file that tells another server how to serve the folder.
type Foreign struct {
	Name    string `json:"name"`    // in the folder
	Instead string `json:"instead"` // what to write in the spec for what it says
}

// foreign are the names of such files, what to write instead, and whether they are that in every
// folder, not at the top alone.
var foreign = map[string]struct {
	instead  string
	anywhere bool
}{
	".nojekyll":                {"nothing: files are served as they are", false},
	"CNAME":                    {"hosts, for a server with several names", false},
	".htaccess":                {"redirects and headers_for", true},
	"web.config":               {"redirects, headers_for and types", true},
	"vercel.json":              {"redirects, headers_for, clean_urls and trailing_slash", false},
	"staticwebapp.config.json": {"redirects, headers_for, errors and spa", false},
	workerName:                 {"nothing: the server runs no program, and answers with the files alone", false},
	"_routes.json":             {"nothing: it says which paths _worker.js answers", false},
}

// workerName is Cloudflare's program for the site, a file or a folder, which it does not send.
const workerName = "_worker.js"

// isForeign sets aside a file for another server, unless the spec includes it by its name.
func (w *walker) isForeign(name string) bool {
	if strings.HasPrefix(name, workerName+"/") {
		name = workerName
	}
	folder, base := path.Split(name)
	f, ok := foreign[base]
	if !ok || folder != "" && !f.anywhere {
		return false
	}
	if slices.ContainsFunc(w.dir.Include, func(g spec.Glob) bool { return path.Base(g.Text) == base }) {
		return false
	}
	if found := (Foreign{name, f.instead}); !slices.Contains(w.site.Foreign, found) {
		w.site.Foreign = append(w.site.Foreign, found)
	}
	return true
}

// sortForeign puts them into the order of their names.
func (b *builder) sortForeign() {
	slices.SortFunc(b.site.Foreign, func(x, y Foreign) int { return cmp.Compare(x.Name, y.Name) })
}
