package sites

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A site is a folder that somebody's program or package makes.
type site struct {
	recipe
	version string
	out     string                            // the folder that is served, below the recipe's
	keys    string                            // of the short spec's folder, a line each
	first   string                            // address of the page where the walk begins, "/" where none is given
	deep    []string                          // addresses that a script makes pages of
	prepare func(t *testing.T, folder string) // writes what commands do not
	webGL   bool                              // a page wants it
	holds   map[string]string                 // by address of a page, what must come to hold in it

	notAtNginx string // why that does not hold at nginx
}

// row is a line of the table.
type row struct {
	site, version, says                   string
	files, links, brokenHere, brokenNginx int
	differ                                map[string]int // why a file's status or type differs: files
	browsed                               bool           // -short: not
	clicks                                int
	errors, errorsNginx                   []string
}

// TestSites serves each site without a spec and with a short one, beside nginx.
func TestSites(t *testing.T) {
	enabled(t)
	var rows []row
	for _, s := range slices.Concat(starters, packages, []site{media}) {
		t.Run(s.name, func(t *testing.T) {
			rows = append(rows, s.visit(t))
		})
	}
	t.Logf("\n%s", table(rows))
}

func (s site) visit(t *testing.T) row {
	folder := filepath.Join(s.make(t, npmEnv(t)...), s.out)
	if pages := filepath.Join("testdata/pages", s.name); exists(pages) {
		if out, err := run(t.Context(), ".", fmt.Sprintf("cp -r %s/. %q", pages, folder), nil); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	if s.prepare != nil {
		s.prepare(t, folder)
	}
	r := row{site: s.name, version: s.version, files: len(files(t, folder)), differ: map[string]int{}}
	if s.first == "" {
		s.first = "/"
	}
	otherwise := "=404"
	if len(s.deep) > 0 {
		otherwise = "/index.html"
	}
	nginx := serveNginx(t, folder, otherwise)
	var wanted []sight
	if !testing.Short() {
		v := newVisitor(t, nginx, s.flags()...)
		wanted, _ = s.browse(t, v, s.notAtNginx == "")
		v.close()
		r.errorsNginx = v.seen()
	}
	for _, how := range []string{"without a spec", "with a short spec"} {
		t.Run(how, func(t *testing.T) {
			var addr, says string
			if how == "without a spec" {
				addr, says = serve(t, folder)
				r.says = strings.TrimSpace(strings.ReplaceAll(escapes.ReplaceAllString(says, ""), folder, s.out))
			} else {
				addr, says = serveSpec(t, folder, s.keys)
			}
			if addr == "" {
				t.Fatalf("verbosel run refuses: %s", says)
			}
			s.compareFiles(t, folder, addr, nginx, r.differ)
			s.compareLinks(t, folder, addr, nginx, &r)
			if testing.Short() {
				t.Skip("-short: without a browser")
			}
			v := newVisitor(t, addr, s.flags()...)
			defer v.close()
			clicked, reloaded := s.browse(t, v, true)
			for i := range clicked {
				if clicked[i].Title != reloaded[i].Title || clicked[i].Heading != reloaded[i].Heading {
					t.Errorf("a click leads to %q, and loading it to %q", clicked[i], reloaded[i])
				}
				if i < len(wanted) && clicked[i] != wanted[i] {
					t.Logf("a click leads to %q, and at nginx to %q", clicked[i], wanted[i])
				}
			}
			r.browsed, r.clicks = true, len(clicked)
			r.errors = v.seen()
			for _, text := range r.errors {
				if !slices.Contains(r.errorsNginx, text) {
					t.Errorf("the console says, and not at nginx: %s", text)
				}
			}
		})
	}
	return r
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// flags are Chromium's: a picture in three dimensions is made in software, and nothing else is.
func (s site) flags() []chromedp.ExecAllocatorOption {
	if s.webGL {
		return []chromedp.ExecAllocatorOption{chromedp.Flag("use-angle", "swiftshader"), chromedp.Flag("enable-unsafe-swiftshader", true)}
	}
	return []chromedp.ExecAllocatorOption{chromedp.DisableGPU}
}

// browse walks through a site and waits for what is to hold in it, if it is to hold there.
func (s site) browse(t *testing.T, v *visitor, holds bool) (clicked, reloaded []sight) {
	t.Helper()
	clicked, reloaded = v.walk(s.first)
	v.open(s.first)
	if wrong := v.fonts(); wrong != "" {
		t.Errorf("%s: fonts: %s", s.first, wrong)
	}
	for _, target := range slices.Sorted(maps.Keys(s.holds)) {
		v.open(target)
		if !holds {
			continue
		}
		if otherwise := v.hold(s.holds[target]); otherwise != "" {
			t.Errorf("%s: %s is %s", target, s.holds[target], otherwise)
		}
	}
	for _, target := range s.deep {
		if got := v.open(target); got.Path != target {
			t.Errorf("%s leads to %q", target, got)
		}
	}
	return clicked, reloaded
}

// compareFiles asks both servers for every file: what is answered otherwise is in differences.
func (s site) compareFiles(t *testing.T, folder, addr, nginx string, differ map[string]int) {
	t.Helper()
	counts := map[string]int{}
	for _, name := range files(t, folder) {
		status, kind := ask(t, "HEAD", addr, address(name))
		statusNginx, kindNginx := ask(t, "HEAD", nginx, address(name))
		if status == statusNginx && (kind == kindNginx || status != 200) {
			continue
		}
		why := explain(name, fmt.Sprint(status, " ", kind), fmt.Sprint(statusNginx, " ", kindNginx))
		if why == "" {
			t.Errorf("%s: %d %s, and nginx %d %s: a defect, or a row of differences", name, status, kind, statusNginx, kindNginx)
			continue
		}
		counts[why]++
	}
	maps.Copy(differ, counts)
}

// compareLinks follows every link of the folder at both servers: what nginx or GitHub Pages finds is
// found.
func (s site) compareLinks(t *testing.T, folder, addr, nginx string, r *row) {
	t.Helper()
	list := links(t, folder)
	r.links, r.brokenHere, r.brokenNginx = len(list), 0, 0
	for _, target := range slices.Sorted(maps.Keys(list)) {
		here, _ := ask(t, "GET", addr, target)
		there, _ := ask(t, "GET", nginx, target)
		if here >= 400 {
			r.brokenHere++
		}
		if there >= 400 {
			r.brokenNginx++
		}
		if here >= 400 && there < 400 && explain(pathOf(t, target)[1:], fmt.Sprint(here, " "), fmt.Sprint(there, " ")) == "" {
			t.Errorf("%s, which %s links: %d, and nginx %d", target, list[target], here, there)
		}
	}
}
