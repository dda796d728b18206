package plan

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/spec"
)

// Auth is what a server with protected routes knows of who may see them (RFC 7617).
type Auth struct {
	Users    []Credentials // of all guards
	Refusals []int         // indexes into Plan.Responses: the 401 in its forms
	Asterisk Guard         // of OPTIONS *
}

// A Guard says who may see a response. The zero Guard lets everybody.
type Guard struct {
	Users   uint8 // those of Auth.Users with this number, from 1
	Refusal uint8 // index into Auth.Refusals: what others get
}

// Credentials are what one user sends behind the scheme: name, colon and password in base64
// (RFC 4648, 4).
type Credentials struct {
	Guard uint8  // Guard.Users
	Text  string // empty where the environment has the password
	Name  string // with its colon
	Env   string // the variable
}

// MaxPassword bounds what the environment may give, in bytes.
const MaxPassword = spec.MaxPassword

// Longest is the length of the longest that there can be.
func (c Credentials) Longest() int {
	if c.Env != "" {
		return base64.StdEncoding.EncodedLen(len(c.Name) + MaxPassword)
	}
	return len(c.Text)
}

// maxRefusals is how many forms of the 401 a Guard can tell apart.
const maxRefusals = 1 << 8

// guard is that of a route, or of what has none, of the block that is being planned.
func (b *builder) guard(a *spec.Auth) Guard {
	if a == nil {
		return Guard{}
	}
	number, ok := b.guards[a]
	if !ok {
		number = uint8(len(b.guards) + 1)
		b.guards[a] = number
		for _, u := range a.Users {
			b.auth.Users = append(b.auth.Users, credentials(number, u))
		}
	}
	return Guard{Users: number, Refusal: b.refusal(a)}
}

func credentials(number uint8, u spec.User) Credentials {
	c := Credentials{Guard: number, Name: u.Name + ":", Env: u.Env}
	if u.Env == "" {
		c.Text = base64.StdEncoding.EncodeToString([]byte(c.Name + u.Password))
	}
	return c
}

// refusal is the 401 for a realm (RFC 9110, 11.6.1), which no cache keeps.
func (b *builder) refusal(a *spec.Auth) uint8 {
	b.private = false
	realm := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(a.Realm)
	response := b.fallback(http.StatusUnauthorized,
		spec.Header{Name: "WWW-Authenticate", Value: fmt.Sprintf(`Basic realm="%s", charset="UTF-8"`, realm)},
		spec.Header{Name: "Cache-Control", Value: "no-store"})
	i := slices.Index(b.auth.Refusals, response)
	if i < 0 {
		i = len(b.auth.Refusals)
		b.auth.Refusals = append(b.auth.Refusals, response)
		if i == maxRefusals {
			b.errs.Add(&diag.Error{Pos: a.Pos, Msg: fmt.Sprintf("the answer 401 in more than %d forms", maxRefusals),
				Hint: "give realms the same name, and hosts the same headers"})
		}
	}
	return uint8(i)
}

// guarded is the response that make adds, for those whom a guard lets: no shared cache may
// keep it (RFC 9111, 3.5).
func (b *builder) guarded(g Guard, make func() int) int {
	b.private = g != Guard{}
	defer func() { b.private = false }()
	return make()
}

// keptBy is a field of a response, as it is for those whom a guard lets.
func (b *builder) keptBy(f spec.Header) spec.Header {
	if b.private && spec.IsCacheControl(f.Name) {
		f.Value = private(f.Value)
	}
	return f
}

// private is a Cache-Control by which shared caches may keep nothing. What has none of the
// directives that let them, although a request has credentials, stays as it is.
func private(value string) string {
	var out []string
	shared, kept := false, false
	for directive := range strings.SplitSeq(value, ",") {
		directive = strings.TrimSpace(directive)
		name, _, _ := strings.Cut(strings.ToLower(directive), "=")
		switch name {
		case "public":
			shared = true
			continue
		case "s-maxage", "must-revalidate":
			shared = true
		case "private", "no-store":
			kept = kept || strings.EqualFold(directive, name) // private="X" is for the field X alone
		}
		out = append(out, directive)
	}
	if shared && !kept {
		out = append([]string{"private"}, out...)
	}
	if !shared {
		return value
	}
	return strings.Join(out, ", ")
}

// keptPrivate is the field that a response needs whose own fields say nothing of caches.
func (b *builder) keptPrivate(own []spec.Header) []spec.Header {
	if !b.private || hasField(own, "Cache-Control") || hasField(b.block.headers, "Cache-Control") {
		return nil
	}
	return []spec.Header{{Name: "Cache-Control", Value: "private"}}
}

// auth is who may know which methods a group has: whoever may see what one of its own gives,
// or, where it has none, what one of wider groups gives.
func (g *group) auth(wider []*group) *spec.Auth {
	from := wider
	if len(g.routes) > 0 || g.file != nil || g.folder != nil {
		from = []*group{g}
	}
	for _, g := range from {
		for _, r := range g.routes {
			if r.Auth != nil {
				return r.Auth
			}
		}
		if g.fileAuth != nil {
			return g.fileAuth
		}
	}
	return nil
}
