package e2e

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/randomspec"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/pattern"
	"github.com/verbosel/verbosel/codegen/spec"
)

// variables are values for all that the specs take from the environment.
var variables = map[string]string{"A": "a value", "B": "b", "C": "c", "N": "-7.5", "S": "418", "TARGET": "/target", "BASE": "/base", "P": "p", "Q": "q",
	"H": "h.example", "L": "l", "T": "8080", "PASSWORD": "pass", "A_B_9": "word"}

var (
	listenLine   = regexp.MustCompile(`(?m)^  listen: .*$`)
	timeoutsLine = regexp.MustCompile(`(?m)^  timeouts: .*\n`) // some are shorter than a busy machine is slow
)

// TestRandomAnswers asks servers of specs at random, with and without hosts, several questions on a connection, for their paths and
// those beside them, and compares with what a model says that goes through the spec.
func TestRandomAnswers(t *testing.T) {
	t.Parallel()
	specs, seed := uint64(40), testtool.Seed(t)
	if testing.Short() {
		specs = 10
	}
	tally := tally{}
	for i := uint64(0); i < specs || len(tally.missing()) > 0 && !testing.Short() && i < 10*specs; i++ {
		r := rand.New(rand.NewPCG(seed, i))
		files := []func(*rand.Rand) fstest.MapFS{randomspec.New, randomspec.WithHosts}[i%2](r)
		text := listenLine.ReplaceAllString(string(files[randomspec.Name].Data), `  listen: "127.0.0.1:$${PORT}"`)
		files[randomspec.Name] = &fstest.MapFile{Data: []byte(timeoutsLine.ReplaceAllString(text, ""))}
		s, err := spec.Parse(files, randomspec.Name)
		if err != nil {
			t.Fatal(err)
		}
		build := emitted.Build
		if s.Server.Syscalls == spec.SyscallsHardened && r.IntN(2) == 0 {
			build = emitted.BuildUnproved
		}
		binary := build(t, files)
		var env []string
		for name, value := range variables {
			env = append(env, name+"="+value)
		}
		server := binary.Start(t, emitted.Options{Env: env})
		m := &model{s, files, variables}
		for range 20 {
			askMeant(t, server, m, r, tally)
			if t.Failed() {
				t.Fatalf("spec %d of seed %d, isolation %s:\n%.6000s", i, seed, s.Server.Isolation, text)
			}
		}
		server.Stop()
	}
	t.Logf("by status, with 0 for what the model does not know: %v", tally)
	all := 0
	for _, n := range tally {
		all += n
	}
	if tally[unknown] > all/2 {
		t.Errorf("of %d questions the model does not know %d", all, tally[unknown])
	}
	if missing := tally.missing(); len(missing) > 0 && !testing.Short() {
		t.Errorf("no answer of %d specs had one of the statuses %v", 10*specs, missing)
	}
}

// tally counts answers by their status, and questions that the model does not know.
type tally map[int]int

const unknown = 0

// missing are statuses that answers to enough specs have, and that none had yet: one that a kind of spec alone gives, as 421, can be
// absent from some forty.
func (t tally) missing() (statuses []int) {
	for _, status := range []int{200, 204, 308, 401, 404, 405, 421} {
		if t[status] == 0 {
			statuses = append(statuses, status)
		}
	}
	return statuses
}

// randomQuestion asks for a path of the spec mostly, or one that is near to it.
func randomQuestion(r *rand.Rand, s *spec.Spec) question {
	q := question{method: []string{"GET", "GET", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}[r.IntN(9)], host: "other.example", user: r.IntN(4) > 0}
	routes := s.Routes
	if len(s.Hosts) > 0 && r.IntN(4) > 0 {
		h := s.Hosts[r.IntN(len(s.Hosts))]
		q.host, routes = h.Name, h.Routes
		if below, wild := strings.CutPrefix(h.Name, "*"); wild {
			q.host = []string{"a", "a.b", "www"}[r.IntN(3)] + below
		}
		if r.IntN(4) == 0 {
			q.host = strings.ToUpper(q.host)
		}
	}
	if q.port = []string{"", ":8080"}[r.IntN(2)]; !strings.HasSuffix(q.host, "]") && r.IntN(3) == 0 {
		q.dot = "."
	}
	q.path = "/" + []string{"", "nothing", "a/b/c"}[r.IntN(3)]
	if len(routes) > 0 && r.IntN(8) > 0 {
		route := routes[r.IntN(len(routes))]
		q.path = pathOf(r, route.Pattern)
		if r.IntN(2) == 0 && route.Methods[0] != spec.AnyMethod {
			q.method = route.Methods[r.IntN(len(route.Methods))]
		}
	}
	switch r.IntN(10) {
	case 0:
		q.path += "/"
	case 1:
		q.path += "x"
	case 2:
		if len(q.path) > 1 {
			q.path = strings.TrimSuffix(q.path, "/")
		}
	}
	if r.IntN(3) == 0 {
		q.query = []string{"a=b", "x", "q=%22&r=?/"}[r.IntN(3)]
	}
	return q
}

// pathOf is one of the pattern's paths.
func pathOf(r *rand.Rand, p pattern.Pattern) string {
	var b strings.Builder
	for _, s := range p.Segments {
		text := s.Text
		switch s.Kind {
		case pattern.One:
			text = []string{"one", "me", "1", "b"}[r.IntN(4)]
		case pattern.Rest:
			text = []string{"", "rest", "a/b/", "one/two"}[r.IntN(4)]
		}
		b.WriteString("/" + text)
	}
	return b.String()
}

// askMeant asks up to five questions on one connection, in segments that end anywhere, and compares
// the answers with what is meant. What ends the connection is the last that is answered.
func askMeant(t *testing.T, server *emitted.Server, m *model, r *rand.Rand, tally tally) {
	t.Helper()
	var asked []question
	var texts []string
	var wants []*meant
	for range 1 + r.IntN(5) {
		q := randomQuestion(r, m.spec)
		want := m.answer(q)
		if want == nil {
			tally[unknown]++
		} else {
			asked, wants, texts = append(asked, q), append(wants, want), append(texts, q.text(want.auth))
		}
	}
	reply, err := exchangeParts(server.Addr, randomParts(r, strings.Join(texts, "")))
	if err != nil {
		t.Errorf("%q: %v", texts, err)
	}
	answers := bufio.NewReader(bytes.NewReader(reply))
	for i, q := range asked {
		resp, err := http.ReadResponse(answers, &http.Request{Method: q.method})
		if err != nil {
			t.Errorf("%q of %q: %v", texts[i], texts, err)
			return
		}
		tally[resp.StatusCode]++
		compareMeant(t, resp, q, wants[i], fmt.Sprintf("%q of %q", texts[i], texts))
		if resp.Close {
			break
		}
	}
	if rest, _ := io.ReadAll(answers); len(rest) > 0 {
		t.Errorf("%q: something is behind the answers: %.300q", texts, rest)
	}
}

// randomParts cuts a text into segments.
func randomParts(r *rand.Rand, text string) [][]byte {
	var parts [][]byte
	for len(text) > 0 {
		n := len(text)
		if r.IntN(2) == 0 {
			n = 1 + r.IntN(n)
		}
		parts = append(parts, []byte(text[:n]))
		text = text[n:]
	}
	return parts
}

// compareMeant compares the answer to a question, which is said in text, with what is meant.
func compareMeant(t *testing.T, resp *http.Response, q question, want *meant, text string) {
	t.Helper()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Errorf("%s: %v", text, err)
	}
	status := want.status
	if want.auth != nil && !q.user {
		status = http.StatusUnauthorized
	}
	if resp.StatusCode != status {
		t.Errorf("%s: status %d, want %d", text, resp.StatusCode, status)
	}
	if status != want.status {
		return
	}
	if want.body != nil && string(body) != *want.body {
		t.Errorf("%s: body %.200q, want %.200q", text, body, *want.body)
	}
	if got := resp.Header.Get("Location"); got != want.location {
		t.Errorf("%s: location %q, want %q", text, got, want.location)
	}
	if want.allow != nil {
		if got, want := methodsOf(strings.Split(resp.Header.Get("Allow"), ", ")), methodsOf(want.allow); !maps.Equal(got, want) {
			t.Errorf("%s: Allow %v, want %v", text, got, want)
		}
	}
	for _, h := range want.headers {
		if !slices.Contains(resp.Header.Values(h.Name), h.Value) {
			t.Errorf("%s: %s: %q, want %q", text, h.Name, resp.Header.Values(h.Name), h.Value)
		}
	}
}

// text is the request, with what lets its user in where not everybody may see the answer.
func (q question) text(auth *spec.Auth) string {
	target := q.path
	if q.query != "" {
		target += "?" + q.query
	}
	text := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\n", q.method, target, q.host+q.dot+q.port)
	if q.user && auth != nil {
		u := auth.Users[0]
		password := u.Password
		if u.Env != "" {
			password = variables[u.Env]
		}
		text += "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(u.Name+":"+password)) + "\r\n"
	}
	return text + "\r\n"
}

// methodsOf is the set of what Allow has, with what it has in any case.
func methodsOf(names []string) map[string]bool {
	set := map[string]bool{"OPTIONS": true}
	for _, m := range names {
		set[m] = true
		if m == "GET" {
			set["HEAD"] = true
		}
	}
	return set
}
