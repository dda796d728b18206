package e2e

import (
	"io/fs"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/verbosel/verbosel/codegen/pattern"
	"github.com/verbosel/verbosel/codegen/spec"
)

// A model says what a spec means, by going through all of it for each request: what is compiled
// has to come to the same. It knows nothing of folders, which have oracles of their own.
type model struct {
	spec  *spec.Spec
	files fs.FS
	env   map[string]string
}

// question is a request, without what matters to no spec.
type question struct {
	method          string
	host, dot, port string // the latter two are of no account, but that a dot stays in {host}
	path, query     string // path as a pattern without parameters is written
	user            bool   // with the credentials of a user who may see it
}

// meant is what has to come back; of an empty text nothing is known.
type meant struct {
	status   int
	body     *string
	location string
	allow    []string
	headers  []spec.Header
	auth     *spec.Auth // who may see it
}

// block is what a name has, or all names that no block is for.
type block struct {
	routes  []spec.Route
	headers []spec.Header
	errors  []spec.ErrorResponse
	auth    *spec.Auth
}

// block is the host's with the longest name that is the request's or above it.
func (m *model) block(host string) (b block, misdirected bool) {
	best := -1
	for i, h := range m.spec.Hosts {
		below, wild := strings.CutPrefix(h.Name, "*")
		if h.Name == host {
			best = i
			break
		}
		if wild && strings.HasSuffix(host, below) && len(host) > len(below) && (best < 0 || len(h.Name) > len(m.spec.Hosts[best].Name)) {
			best = i
		}
	}
	if best < 0 {
		return block{m.spec.Routes, m.spec.Headers, m.spec.Errors, m.spec.Auth}, m.spec.Misdirected
	}
	h := m.spec.Hosts[best]
	return block{h.Routes, h.Headers, h.Errors, h.Auth}, false
}

// route is the most specific one that answers, and on the way the methods of the path. A folder
// that may have the path is for others to judge: then known is false.
func (b *block) route(method, path string) (best *spec.Route, allowed []string, known bool) {
	for i := range b.routes {
		r := &b.routes[i]
		if r.Dir != nil && strings.HasPrefix(path+"/", r.Path) {
			return nil, nil, false
		}
		if _, ok := r.Pattern.Match(path); !ok {
			continue
		}
		allowed = append(allowed, r.Methods...)
		if !r.Answers(method) && !(method == http.MethodHead && r.Answers(http.MethodGet)) {
			continue
		}
		if best == nil || narrower(r, best, method) {
			best = r
		}
	}
	return best, allowed, true
}

// narrower compares two routes that both answer.
func narrower(r, than *spec.Route, method string) bool {
	switch pattern.Compare(r.Pattern, than.Pattern) {
	case pattern.Narrower:
		return true
	case pattern.Equal:
		return slices.Contains(r.Methods, method) && !slices.Contains(than.Methods, method)
	}
	return false
}

// answer is what the spec means by a request; nil where the model does not know.
func (m *model) answer(q question) *meant {
	answer := m.answerWithBody(q)
	if answer == nil {
		return nil
	}
	if q.method == http.MethodHead {
		answer.body = new(string)
	}
	answer.headers = slices.Clone(answer.headers)
	for i, h := range answer.headers {
		answer.headers[i].Value = m.fill(h.Value, h.Slots)
	}
	return answer
}

func (m *model) answerWithBody(q question) *meant {
	b, misdirected := m.block(strings.ToLower(q.host))
	if misdirected {
		return &meant{status: http.StatusMisdirectedRequest}
	}
	r, allowed, known := b.route(q.method, q.path)
	switch {
	case !known:
		return nil
	case r != nil:
		return m.ofRoute(&b, r, q)
	case slices.ContainsFunc(b.routes, func(r spec.Route) bool { return r.Auth != b.auth }):
		return nil // whom a part of the site is for decides about its errors as well
	case len(allowed) == 0:
		return m.ofError(&b, http.StatusNotFound)
	case q.method == http.MethodOptions:
		return &meant{status: http.StatusNoContent, body: new(string), allow: allowed, headers: b.headers, auth: b.auth}
	}
	answer := m.ofError(&b, http.StatusMethodNotAllowed)
	answer.allow = allowed
	return answer
}

func (m *model) ofError(b *block, status int) *meant {
	answer := &meant{status: status, headers: b.headers, auth: b.auth}
	for i := range b.errors {
		if e := &b.errors[i]; e.Status == status {
			answer.headers = slices.Concat(without(b.headers, e.Headers), e.Headers)
			if body, ok := m.content(&e.Content); ok {
				answer.body = &body
			}
		}
	}
	return answer
}

func (m *model) ofRoute(b *block, r *spec.Route, q question) *meant {
	answer := &meant{status: r.Status, headers: slices.Concat(without(b.headers, r.Headers), r.Headers), auth: r.Auth}
	if r.StatusSlot != nil {
		answer.status, _ = strconv.Atoi(m.env[r.StatusSlot.Name])
	}
	if len(r.Redirect) > 0 {
		answer.location = m.target(r, q)
		return answer
	}
	if body, ok := m.content(&r.Content); ok {
		answer.body = &body
	}
	if answer.status == http.StatusNoContent || answer.status == http.StatusNotModified || answer.status == http.StatusResetContent {
		answer.body = new(string)
	}
	return answer
}

// without is the fields that own does not replace.
func without(all, own []spec.Header) []spec.Header {
	return slices.DeleteFunc(slices.Clone(all), func(h spec.Header) bool {
		return slices.ContainsFunc(own, func(o spec.Header) bool { return strings.EqualFold(o.Name, h.Name) })
	})
}

// content is the body; one that the server makes itself is not in the spec.
func (m *model) content(c *spec.Content) (string, bool) {
	switch c.Form {
	case spec.FormFile:
		b, err := fs.ReadFile(m.files, c.File)
		return string(b), err == nil
	case spec.FormBody, spec.FormJSON:
		return m.fill(string(c.Bytes), c.Slots), true
	}
	return "", false
}

// fill puts the values of the environment, which need no escape anywhere, into a text.
func (m *model) fill(text string, slots []spec.Slot) string {
	for _, s := range slices.Backward(slots) {
		text = text[:s.At] + m.env[s.Name] + text[s.At:]
	}
	return text
}

var (
	escapes    = regexp.MustCompile(`%[0-9A-F]{2}`)                                  // its digits are sent in lower case, which means the same (RFC 3986, 2.1)
	quotes     = strings.NewReplacer("'", "%27")                                     // a Location has no quotation marks
	separators = strings.NewReplacer("&", "%26", "=", "%3D", "+", "%2B", ";", "%3B") // in a query: what would begin another parameter, or be a space
)

// target is Location.
func (m *model) target(r *spec.Route, q question) string {
	var b strings.Builder
	fill := func(text string) {
		text = quotes.Replace(escapes.ReplaceAllStringFunc(text, strings.ToLower))
		if strings.Contains(b.String(), "?") {
			text = separators.Replace(text)
		}
		b.WriteString(text)
	}
	values, _ := r.Pattern.Match(q.path)
	for _, p := range r.Redirect {
		switch {
		case p.Slot != nil:
			b.WriteString(m.env[p.Slot.Name])
		case p.Blank == spec.BlankQuery && q.query != "":
			b.WriteString("?" + q.query)
		case p.Blank == spec.BlankArguments:
			b.WriteString(q.query)
		case p.Blank == spec.BlankPath:
			fill(q.path)
		case p.Blank == spec.BlankHost:
			b.WriteString(q.host + q.dot)
		case p.Blank == spec.BlankCapture:
			if i := slices.Index(r.Pattern.Names(), p.Name); i >= 0 { // else it is the rest that a path without its slash has not
				fill(values[i])
			}
		}
		b.WriteString(p.Text)
	}
	return b.String()
}
