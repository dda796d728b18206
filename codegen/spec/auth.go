package spec

import (
	"fmt"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/internal/lazy"
	"github.com/verbosel/verbosel/codegen/pattern"
)

// Auth is who may see a response: Basic authentication (RFC 7617).
type Auth struct {
	Realm string // printable ASCII
	Users []User // not empty; no two have the same name
	Pos   diag.Pos
}

// User is one of those who may.
type User struct {
	Name     string // without a colon and control characters
	Password string // likewise without control characters; empty where Env names a variable
	Env      string // the environment variable that holds it when the server starts
	Pos      diag.Pos
}

// Bounds of what authenticates, in bytes, and of how many there are in a spec.
const (
	maxRealm    = 128
	maxUserName = 64
	MaxPassword = 128
	MaxUsers    = 16
	MaxVariable = 48 // of the name of an environment variable
)

// authNone opens what would be protected.
const authNone = "none"

// envPassword is ${NAME} alone: a password that is not in the file.
var envPassword = lazy.New(`^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$`)

// auth decodes one, or none.
func (d *decoder) auth(n *node) (auth *Auth, open bool) {
	const hint = "write auth: { realm: Staff, users: { alice: \"${ALICE_PASSWORD}\" } }"
	if n.kind == kindText && n.text == authNone {
		return nil, true
	}
	if n.kind != kindTable {
		d.wrongKind(n, "auth", "a mapping, or none", hint)
		return nil, false
	}
	a := &Auth{Pos: d.pos(n)}
	var realm, users *node
	for _, f := range n.fields {
		switch f.key.text {
		case "realm":
			realm = f.value
			a.Realm = d.realm(f.value)
		case "users":
			users = f.value
			a.Users = d.users(f.value)
		default:
			d.unknownKey(f.key, "auth", authKeys)
		}
	}
	if realm == nil {
		d.report(n, hint, "auth without a realm: browsers show it to who is asked")
	}
	if users == nil {
		d.report(n, hint, "auth without users: nobody could come in")
	}
	return a, false
}

// realm is a text that can be quoted in WWW-Authenticate (RFC 9110 11.5).
func (d *decoder) realm(n *node) string {
	text, ok := d.text(n, "realm")
	switch {
	case !ok:
	case text == "" || len(text) > maxRealm || strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r > 0x7e }):
		d.report(n, "name what is protected, such as Staff", "a realm has 1 to %d printable characters of ASCII", maxRealm)
	}
	return text
}

// users decodes names with their passwords.
func (d *decoder) users(n *node) []User {
	var list []User
	for _, f := range d.table(n, "users") {
		u := User{Name: f.key.text, Pos: d.pos(f.key)}
		switch {
		case u.Name == "" || len(u.Name) > maxUserName || hasControl(u.Name):
			d.report(f.key, "choose another name", "a user's name has 1 to %d bytes, without control characters", maxUserName)
		case strings.Contains(u.Name, ":"):
			d.report(f.key, "choose another name", "a colon in a user's name: clients send it in front of the password (RFC 7617 2)")
		}
		d.password(&u, f)
		list = append(list, u)
	}
	if n.kind == kindTable && len(list) == 0 {
		d.report(n, "name one, or remove auth", "users has no names: nobody could come in")
	}
	return list
}

// password is ${NAME}, or itself.
func (d *decoder) password(u *User, f field) {
	text, ok := d.text(f.value, "the password of "+u.Name)
	variable := envPassword.FindStringSubmatch(text)
	switch {
	case !ok:
	case variable != nil && len(variable[1]) > MaxVariable:
		d.report(f.value, "choose a shorter one", "the name of an environment variable with %d bytes; the longest has %d", len(variable[1]), MaxVariable)
	case variable != nil:
		u.Env = variable[1]
	case strings.HasPrefix(text, "$") || strings.Contains(text, "${"):
		d.report(f.value, "write ${NAME} alone: the server does not start where the environment has no such variable",
			"%q is no password from the environment: it has no default, and nothing beside it", text)
	case text == "" || len(text) > MaxPassword || hasControl(text):
		d.report(f.value, "choose another one", "a password has 1 to %d bytes, without control characters", MaxPassword)
	default:
		u.Password = text
		d.warn(f.value, fmt.Sprintf("write ${%s_PASSWORD} to have it from the environment when the server starts", variableName(u.Name)),
			"the password of %s stands in the spec, and everybody who has the server can read it", u.Name)
	}
}

// variableName is a name in the manner of environment variables.
func variableName(name string) string {
	out := []byte(strings.ToUpper(name))
	for i, c := range out {
		if !isAlnum(c) {
			out[i] = '_'
		}
	}
	if out[0] >= '0' && out[0] <= '9' {
		return "USER_" + string(out)
	}
	return string(out)
}

// hasControl: RFC 7617, 2, allows control characters neither in names nor in passwords.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f })
}

// protect gives routes that do not say who may see them what the narrowest route with a
// pattern or a folder says that is for all of their paths, or what the block says.
func protect(routes []Route, block *Auth) {
	wider := NewProtection(routes)
	for i := range routes {
		r := &routes[i]
		if r.Auth != nil || r.Open || r.Path == "" {
			continue
		}
		r.Auth = wider.Of(r.scope(), block)
	}
}

// Protection is what routes with a pattern or a folder say of who may see what is below.
type Protection struct {
	set  *pattern.Set
	says []*Route
}

// NewProtection takes the routes of a block. They are not to be moved then.
func NewProtection(routes []Route) *Protection {
	p := &Protection{set: pattern.NewSet()}
	for i := range routes {
		r := &routes[i]
		if scope := r.scope(); !scope.IsLiteral() && r.Path != "" && (r.Auth != nil || r.Open) {
			p.set.Add(scope, len(p.says))
			p.says = append(p.says, r)
		}
	}
	return p
}

// Of is who may see the paths of a pattern that says nothing itself: what the narrowest that is
// wider says, or otherwise where none is. nil: everybody.
func (p *Protection) Of(paths pattern.Pattern, otherwise *Auth) *Auth {
	var from *Route
	for _, j := range p.set.Covering(paths) {
		wider := p.says[j]
		if pattern.Compare(paths, wider.scope()) == pattern.Narrower && (from == nil || pattern.Compare(wider.scope(), from.scope()) == pattern.Narrower) {
			from = wider
		}
	}
	if from == nil {
		return otherwise
	}
	return from.Auth
}

// scope is the pattern of all paths that a route is for.
func (r *Route) scope() pattern.Pattern {
	if r.Dir != nil && r.Path != "" {
		return pattern.Below(r.Path)
	}
	return r.Pattern
}

// checkAuth refuses what would make a shared cache give away what is protected (RFC 9111
// 3.5), and more users than there is room for.
func (d *decoder) checkAuth(s *Spec) {
	checked := map[diag.Pos]bool{} // global fields
	for i := range s.Routes {
		r := &s.Routes[i]
		if r.Auth == nil {
			continue
		}
		d.checkShared(r.Headers)
		for _, h := range s.Headers {
			if r.Dir == nil && !checked[h.Pos] && find(r.Headers, h.Name) == nil {
				d.checkShared([]Header{h})
				checked[h.Pos] = true
			}
		}
	}
}

// IsCacheControl: the field says how long caches may keep a response: Cache-Control (RFC 9111 5.2),
// or what takes its place for some of them, such as CDN-Cache-Control (RFC 9213 2.1).
func IsCacheControl(name string) bool {
	return strings.HasSuffix(strings.ToLower(name), "cache-control")
}

// checkShared looks at the fields of a response that is protected.
func (d *decoder) checkShared(list []Header) {
	for _, h := range list {
		if !IsCacheControl(h.Name) {
			continue
		}
		for directive := range strings.SplitSeq(strings.ToLower(h.Value), ",") {
			name, _, _ := strings.Cut(strings.TrimSpace(directive), "=")
			switch name {
			case "public", "s-maxage", "must-revalidate":
				d.errs.Add(d.errorAt(h.Pos, fmt.Sprintf("%s with %s on what auth protects: shared caches may give it to everybody (RFC 9111 3.5)", h.Name, name),
					"write private, or give the routes with auth a "+h.Name+" of their own"))
				return
			}
		}
	}
}

// Auths are all that the spec has, each once.
func (s *Spec) Auths() []*Auth {
	var out []*Auth
	seen := map[*Auth]bool{nil: true}
	for _, r := range s.AllRoutes() {
		if !seen[r.Auth] {
			seen[r.Auth] = true
			out = append(out, r.Auth)
		}
	}
	for _, a := range append([]*Auth{s.Auth}, hostAuths(s.Hosts)...) {
		if !seen[a] {
			seen[a] = true
			out = append(out, a)
		}
	}
	return out
}

func hostAuths(hosts []Host) []*Auth {
	var out []*Auth
	for _, h := range hosts {
		out = append(out, h.Auth)
	}
	return out
}

// checkUsers bounds what a server compares for each request that is protected.
func (d *decoder) checkUsers(s *Spec) {
	users := 0
	for _, a := range s.Auths() {
		if users += len(a.Users); users > MaxUsers {
			d.errs.Add(d.errorAt(a.Pos, fmt.Sprintf("more than %d users", MaxUsers), "write a server for each part, or give several people one name"))
			return
		}
	}
}
