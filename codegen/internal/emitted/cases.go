package emitted

import "io/fs"

// A GoldenSite is what a golden file says about one server: for tests that run the
// server in another way than RunGolden.
type GoldenSite struct {
	Variant Variant
	Files   fs.FS // the spec, SpecName, and what it names
	Cases   []GoldenCase
}

// GoldenCase is a request and the response that is expected for it.
type GoldenCase struct {
	Name      string
	Segments  [][]byte // the client waits for the server between them
	HalfClose bool     // the client shuts its side down at once
	Whole     bool     // the response depends on how the request arrives
	Want      []byte
	Closes    bool // the server closes by itself
}

// GoldenSites reads a golden file, for each isolation that it is about.
func GoldenSites(path string) ([]GoldenSite, error) {
	f, err := parseGolden(path)
	if err != nil {
		return nil, err
	}
	variants, err := f.variants()
	if err != nil {
		return nil, err
	}
	var out []GoldenSite
	for _, v := range variants {
		site := GoldenSite{Variant: v, Files: f.as(v)}
		for _, c := range f.cases {
			if want, ok := c.wanted(v.Isolation); ok {
				site.Cases = append(site.Cases, GoldenCase{c.name, c.parts, c.halfClose, c.whole, want.bytes, want.closed})
			}
		}
		out = append(out, site)
	}
	return out, nil
}
