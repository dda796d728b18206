package site

import (
	_ "embed"
	"html/template"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/spec"
)

//go:embed listing.html.tmpl
var listingText string

// listingPage is the page of a folder. It has neither a style nor a script of its own, so
// that it looks the same under any Content-Security-Policy.
var listingPage = template.Must(template.New("listing").Parse(listingText))

// listingView is what listingPage shows.
type listingView struct {
	Path    string // of the folder, as a person reads it
	Above   string // the address of the folder above; empty at the top
	Entries []listed
}

// listed is a folder or a file in a listing.
type listed struct {
	Name    string
	Address template.URL // percent-encoded
	Size    int64        // bytes
	Folder  bool
}

// list makes a page for each folder without one, if the spec wants that. The page is a file
// that has the folder's name, with its slash.
func (b *builder) list() error {
	if !b.dir.Listing {
		return nil
	}
	top, err := url.PathUnescape(b.route.Path)
	if err != nil {
		return err
	}
	folders := b.listings()
	for folder, entries := range folders {
		slices.SortFunc(entries, compareListed)
		view := listingView{Path: top + folder, Entries: entries}
		if folder != "" {
			view.Above = b.folderAddress(folderAbove(folder))
		}
		var text strings.Builder
		if err := listingPage.Execute(&text, view); err != nil {
			return err
		}
		b.files = append(b.files, &file{
			name: folder, shown: path.Join(b.dir.Folder, folder) + "/ (its listing)",
			info: contentInfo{name: path.Base(folder), size: int64(text.Len())}, made: []byte(text.String()),
		})
	}
	if len(folders) == 0 {
		b.errs.warn("remove it", "listing: every folder in %s has an index page", b.dir.Folder)
	}
	slices.SortFunc(b.files, func(x, y *file) int { return strings.Compare(x.name, y.name) })
	return nil
}

// listings are the entries of each folder without an index page, by the folder's name with its
// slash; that of the top is empty.
func (b *builder) listings() map[string][]listed {
	all := map[string][]listed{}
	for _, f := range b.files {
		folder, base := path.Split(f.name)
		address := claimsOf(b.dir, b.route.Path, f.name, b.isIndex(f.name))[0].path
		b.addListed(all, folder, listed{Name: base, Address: template.URL(address), Size: f.info.Size()})
	}
	for folder := range all {
		if b.hasIndex(folder) {
			delete(all, folder)
		}
	}
	return all
}

// addListed adds an entry to a folder, and a folder that is new to the one above.
func (b *builder) addListed(all map[string][]listed, folder string, entry listed) {
	_, known := all[folder]
	all[folder] = append(all[folder], entry)
	if known || folder == "" {
		return
	}
	b.addListed(all, folderAbove(folder), listed{Name: path.Base(folder) + "/", Address: template.URL(b.folderAddress(folder)), Folder: true})
}

// folderAbove is the folder that has another one; both end with a slash, but for the top.
func folderAbove(folder string) string {
	above, _ := path.Split(strings.TrimSuffix(folder, "/"))
	return above
}

// folderAddress is the address of a folder's page.
func (b *builder) folderAddress(folder string) string {
	return listingClaims(b.dir, spec.PathOf(b.route.Path, folder))[0].path
}

func (b *builder) hasIndex(folder string) bool {
	return slices.ContainsFunc(b.dir.Index, func(index string) bool { return b.file(folder+index) != nil })
}

// compareListed sorts folders to the front, and by name.
func compareListed(x, y listed) int {
	if x.Folder != y.Folder {
		if x.Folder {
			return -1
		}
		return 1
	}
	return strings.Compare(x.Name, y.Name)
}
