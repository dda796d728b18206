package codegen

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/site"
	"github.com/verbosel/verbosel/codegen/spec"
)

// Folders is what the folders of all routes with `dir` have become.
type Folders struct {
	Files     int      `json:"files"`               // that are served
	Addresses int      `json:"addresses"`           // of files
	Redirects int      `json:"redirects"`           // to addresses of files
	Bytes     int64    `json:"bytes"`               // of the files as they are
	Codings   []Coding `json:"encodings,omitempty"` // those that a file has, in the order of preference

	Places    []Place      `json:"places,omitempty"`     // of folders that are no plain part of the spec's
	NoCharset int          `json:"no_charset,omitempty"` // files of text that is not UTF-8, and is sent without a charset
	Immutable []site.Group `json:"immutable,omitempty"`  // names that the built-in Cache-Control calls immutable, by pattern
	Doubtful  []site.Group `json:"doubtful,omitempty"`   // names that look like that, and that it does not

	Foreign []site.Foreign `json:"not_served,omitempty"` // files for other servers
}

// Place is where a folder is.
type Place struct {
	Dir string `json:"dir"` // as it is named
	At  string `json:"at"`  // absolute, without links
}

// Coding is what a content coding makes of the files that have it. Files whose content is
// the same count each.
type Coding struct {
	Name  string `json:"name"`
	Files int    `json:"files"`
	Bytes int64  `json:"bytes"` // encoded
	Of    int64  `json:"of"`    // as they are
}

// folders counts what the plan has of the sites: an address that a route of its own
// answers is none of a folder's. It is nil without a site.
func (r *Result) folders() *Folders {
	sites := slices.DeleteFunc(slices.Clone(r.Sites), (*site.Site).IsFile)
	if len(sites) == 0 {
		return nil
	}
	t := folderTally{of: r.explicit(), files: map[string]bool{}, codings: map[string]*Coding{}}
	for _, s := range sites {
		for i := range s.Resources {
			t.address(&s.Resources[i])
		}
		t.sum.NoCharset += len(s.NoCharset)
		t.sum.Immutable = append(t.sum.Immutable, s.Immutable...)
		t.sum.Doubtful = append(t.sum.Doubtful, s.Doubtful...)
		t.sum.Foreign = append(t.sum.Foreign, s.Foreign...)
		if s.Place != "" {
			t.sum.Places = append(t.sum.Places, Place{s.Folder, s.Place})
		}
		for _, page := range []*site.Resource{s.NotFound, s.SPA} {
			if page != nil {
				t.file(page)
			}
		}
	}
	for _, name := range spec.Encodings() {
		if c := t.codings[name]; c != nil {
			t.sum.Codings = append(t.sum.Codings, *c)
		}
	}
	return &t.sum
}

// explicit are the paths of routes that answer GET themselves: a folder's file that has
// one of them is not served there.
func (r *Result) explicit() map[string]bool {
	paths := map[string]bool{}
	for _, route := range r.Spec.AllRoutes() {
		if route.Dir == nil && slices.Contains(route.Methods, "GET") {
			paths[route.Path] = true
		}
	}
	return paths
}

// folderTally counts each file once.
type folderTally struct {
	sum     Folders
	of      map[string]bool // paths that are not the folders'
	files   map[string]bool // by name
	codings map[string]*Coding
}

func (t *folderTally) address(r *site.Resource) {
	switch {
	case t.of[r.Path]:
	case r.Redirect != "":
		t.sum.Redirects++
	default:
		t.sum.Addresses++
		t.file(r)
	}
}

func (t *folderTally) file(r *site.Resource) {
	if t.files[r.File] {
		return
	}
	t.files[r.File] = true
	t.sum.Files++
	size := r.Variants[0].Size
	t.sum.Bytes += size
	for _, v := range r.Variants[1:] {
		c := t.codings[v.Coding]
		if c == nil {
			c = &Coding{Name: v.Coding}
			t.codings[v.Coding] = c
		}
		c.Files++
		c.Bytes += v.Size
		c.Of += size
	}
}
