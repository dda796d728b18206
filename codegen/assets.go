package codegen

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"github.com/verbosel/verbosel/codegen/elf64"
	"github.com/verbosel/verbosel/codegen/plan"
	"github.com/verbosel/verbosel/codegen/site"
)

// Asset is a file that the server has the content of, or an encoding of one.
type Asset struct {
	Name   string // in the file system that the spec was read from
	Coding string // content coding (RFC 9110 8.4.1); empty for the file itself
	SHA256 string // of the content, in hexadecimal
	Size   int64  // of the content in bytes
	Ranges []Range
}

// String names the asset.
func (a Asset) String() string {
	if a.Coding == "" {
		return a.Name
	}
	return a.Name + " in " + a.Coding
}

// Range is bytes of the ELF.
type Range struct{ Offset, Size int64 }

// String gives a range as OFFSET+SIZE.
func (r Range) String() string { return fmt.Sprintf("%d+%d", r.Offset, r.Size) }

type digest = [sha256.Size]byte

// Assets lists the files whose content is in the server, by name, each followed by its
// encodings, with the bytes of the ELF that they fill. Content that is the same is there
// once, or where that is shorter more than once. A file of no bytes fills none; one that the
// server has no use for, such as a page for an error that it never makes, is not among them.
func (r *Result) Assets() ([]Asset, error) {
	in, err := r.contents()
	if err != nil {
		return nil, err
	}
	var list []Asset
	seen := map[string]bool{}
	add := func(name, coding string, sum digest, size int64) {
		if key := name + "\x00" + coding; !seen[key] && (size == 0 || in[sum] != nil) {
			seen[key] = true
			list = append(list, Asset{name, coding, hex.EncodeToString(sum[:]), size, in[sum]})
		}
	}
	for _, s := range r.Sites {
		for _, res := range resourcesOf(s) {
			for _, v := range res.Variants {
				add(res.File, v.Coding, v.Sum, v.Size)
			}
		}
	}
	for _, name := range r.namedFiles() {
		sum, size, err := r.hashFile(name)
		if err != nil {
			return nil, err
		}
		add(name, "", sum, size)
	}
	slices.SortFunc(list, func(a, b Asset) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Coding, b.Coding)) })
	return list, nil
}

// resourcesOf are all that a folder answers, its pages for what is not there included.
func resourcesOf(s *site.Site) []site.Resource {
	list := slices.Clone(s.Resources)
	for _, page := range []*site.Resource{s.NotFound, s.SPA} {
		if page != nil {
			list = append(list, *page)
		}
	}
	return list
}

// namedFiles are the files that responses of the spec name.
func (r *Result) namedFiles() []string {
	var names []string
	for _, route := range r.Spec.AllRoutes() {
		names = append(names, route.Content.File)
	}
	for _, page := range r.Spec.AllErrors() {
		names = append(names, page.Content.File)
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
}

func (r *Result) hashFile(name string) (sum digest, size int64, err error) {
	f, err := r.fsys.Open(name)
	if err != nil {
		return sum, 0, err
	}
	defer f.Close()
	h := sha256.New()
	size, err = io.Copy(h, f)
	h.Sum(sum[:0])
	return sum, size, err
}

// contents are the contents of responses that are in the ELF, by what it has there: the
// hashes are made of its bytes, and not of what they were to be.
func (r *Result) contents() (map[digest][]Range, error) {
	in := map[digest][]Range{}
	seen := map[Range]bool{}
	for _, response := range r.Plan.Responses {
		at, ok := r.contentRange(response)
		if !ok || seen[at] {
			continue
		}
		seen[at] = true
		h := sha256.New()
		if _, err := io.Copy(h, io.NewSectionReader(r.opts.Out, at.Offset, at.Size)); err != nil {
			return nil, err
		}
		sum := digest(h.Sum(nil))
		in[sum] = append(in[sum], at)
	}
	for _, ranges := range in {
		slices.SortFunc(ranges, func(a, b Range) int { return cmp.Compare(a.Offset, b.Offset) })
	}
	return in, nil
}

// contentRange is where the ELF has a response's content: at the end of its datum, which is
// the content's own where that is stored apart.
func (r *Result) contentRange(response plan.Response) (Range, bool) {
	if response.Body.Size == 0 {
		return Range{}, false
	}
	label := cmp.Or(response.Body.Label, response.Label)
	datum, ok := r.Image.Lookup(label)
	if !ok || datum.Kind != elf64.Object || int64(datum.Size) < response.Body.Size {
		return Range{}, false
	}
	end := int64(datum.Addr+datum.Size) - elf64.PageSize // the data's addresses are a page behind its offsets
	return Range{end - response.Body.Size, response.Body.Size}, true
}
