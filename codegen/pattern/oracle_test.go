package pattern

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// goPattern is a pattern as ServeMux takes it: a slash at the end is {$} there, as it
// would take what is below as well.
func goPattern(method string, p Pattern) string {
	text := p.String()
	switch {
	case text == "*":
		text = "/"
	case strings.HasSuffix(text, "/"):
		text += "{$}"
	case strings.HasSuffix(text, "/{...}"):
		text = strings.TrimSuffix(text, "{...}")
	}
	if method == "" {
		return text
	}
	return method + " " + text
}

// randomPattern has few texts, so that patterns meet.
func randomPattern(r *rand.Rand) Pattern {
	var p Pattern
	texts := []string{"a", "b", "ab", "%3F"}
	for n := r.IntN(4); n >= 0; n-- {
		seg := Segment{Literal, texts[r.IntN(len(texts))]}
		if r.IntN(3) == 0 {
			seg = Segment{One, fmt.Sprintf("n%d", n)}
		}
		p.Segments = append(p.Segments, seg)
	}
	switch r.IntN(5) {
	case 0:
		p.Segments = append(p.Segments, Segment{Rest, "rest"})
	case 1:
		p.Segments = append(p.Segments, Segment{Literal, ""})
	case 2:
		if r.IntN(8) == 0 {
			return Every()
		}
	}
	return p
}

func randomPath(r *rand.Rand) string {
	var b strings.Builder
	texts := []string{"a", "b", "ab", "c", "%3F"}
	for n := r.IntN(5); n >= 0; n-- {
		b.WriteString("/" + texts[r.IntN(len(texts))])
	}
	if r.IntN(3) == 0 {
		b.WriteString("/")
	}
	return b.String()
}

// route is a pattern with its method; "" is every one.
type route struct {
	pattern Pattern
	method  string
}

func (r route) answers(method string) bool { return r.method == "" || r.method == method }

// clash says that two routes have requests in common, and none is the more specific.
func clash(a, b route) bool {
	paths := Compare(a.pattern, b.pattern)
	methods := Equal
	switch {
	case a.method == b.method:
	case a.method == "":
		methods = Wider
	case b.method == "":
		methods = Narrower
	default:
		methods = Disjoint
	}
	both := paths.And(methods)
	return both == Equal || both == Overlap
}

// register adds a route to the mux, and reports whether that took it.
func register(mux *http.ServeMux, r route, number int) (ok bool) {
	defer func() { ok = recover() == nil }()
	mux.HandleFunc(goPattern(r.method, r.pattern), func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, "%d", number) })
	return true
}

// chosen is the number of the route that is the most specific one of those that match,
// or -1: by going through all of them.
func chosen(routes []route, method, path string) int {
	best := -1
	for i, r := range routes {
		if _, ok := r.pattern.Match(path); !ok || !r.answers(method) {
			continue
		}
		if best < 0 || Compare(r.pattern, routes[best].pattern) == Narrower ||
			Compare(r.pattern, routes[best].pattern) == Equal && routes[best].method == "" {
			best = i
		}
	}
	return best
}

// TestServeMux has net/http as the oracle: it takes and refuses the same routes, and
// chooses the same one for a request. It cleans paths first, and redirects to a cleaned
// one or to one with a slash behind it, which this package does not: such requests, which
// the paths here seldom are, are not compared, and are counted. A segment %2F is left out:
// ServeMux takes it for the slash at the end of a path.
func TestServeMux(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 1))
	sets, clashes, requests, redirected := 10_000, 0, 0, 0
	for range sets {
		mux := http.NewServeMux()
		var routes []route
		set := NewSet()
		for range 1 + r.IntN(8) {
			next := route{randomPattern(r), []string{"", "GET", "POST"}[r.IntN(3)]}
			ours := !slices.ContainsFunc(routes, func(old route) bool { return clash(old, next) })
			if theirs := register(mux, next, len(routes)); ours != theirs {
				t.Fatalf("%s beside %v: taken here is %v, by ServeMux %v", goPattern(next.method, next.pattern), routes, ours, theirs)
			}
			if !ours {
				clashes++
				continue
			}
			set.Add(next.pattern, len(routes))
			routes = append(routes, next)
		}
		for range 12 {
			method, path := []string{"GET", "POST"}[r.IntN(2)], randomPath(r)
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, httptest.NewRequest(method, path, nil))
			requests++
			if w.Code/100 == 3 {
				redirected++
				continue
			}
			got, want := chosen(routes, method, path), -1
			if w.Code == http.StatusOK {
				fmt.Sscan(w.Body.String(), &want)
			}
			if got != want {
				t.Fatalf("%s %s of %v: route %d, ServeMux has %d", method, path, routes, got, want)
			}
			checkSet(t, set, routes, path)
		}
	}
	t.Logf("%d sets with %d clashes, %d requests, %d of them redirected by ServeMux", sets, clashes, requests, redirected)
	if clashes < sets/10 || redirected > requests/4 {
		t.Error("the sets say too little")
	}
}

// checkSet compares the trie's answer with that of going through all patterns.
func checkSet(t *testing.T, set *Set, routes []route, path string) {
	t.Helper()
	covering := set.Covering(Of(path))
	for _, r := range routes {
		_, matches := r.pattern.Match(path)
		if first := set.Find(r.pattern); slices.Contains(covering, first) != matches {
			t.Fatalf("%s and %s: the set says %v, the pattern %v", r.pattern, path, !matches, matches)
		}
		for j, other := range routes {
			related := Compare(other.pattern, r.pattern)
			if touches := slices.Contains(set.Touching(r.pattern), set.Find(other.pattern)); touches != (related != Disjoint) {
				t.Fatalf("%s and %s touch: the set says %v", routes[j].pattern, r.pattern, touches)
			}
			if related != Disjoint {
				checkMeet(t, r.pattern, other.pattern, path)
			}
		}
	}
}

func checkMeet(t *testing.T, p, q Pattern, path string) {
	t.Helper()
	_, inP := p.Match(path)
	_, inQ := q.Match(path)
	if _, in := Meet(p, q).Match(path); in != (inP && inQ) {
		t.Fatalf("%s: of %s %v, of %s %v, of both %v", path, p, inP, q, inQ, in)
	}
}
