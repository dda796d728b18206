package plan

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
	"github.com/verbosel/verbosel/codegen/spec"
)

// Health is what a probe asks the server for, decided.
type Health struct {
	Path     string
	Request  []byte
	Sockaddr []byte  // struct sockaddr of connect(2); the port is 0 where the environment gives it
	Timeout  Timeval // of the connection, and of the answer
	Status   int     // of the answer; 0 where the path has no route
	Nowhere  bool    // it is not known where the server listens
}

// planHealth looks up what a GET of the path gets where the host has no block.
func (p *Plan) planHealth(s *spec.Spec) {
	p.Health = health(s, p.Server.Listen)
	p.Health.Status = p.status(pattern.Of(s.Health.Path))
}

// ForProbe is a plan that has only what a probe needs: of a server of which nothing more is
// known than that it listens and answers as Server.Listen and Health of the spec say.
func ForProbe(s *spec.Spec) *Plan {
	p := &Plan{Name: s.File, Server: Server{Listen: planListen(s.Server.Listen)}}
	p.Health = health(s, p.Server.Listen)
	p.Health.Status = http.StatusOK
	return p
}

// health is what a probe asks for; the status is left out.
func health(s *spec.Spec, listen Listen) Health {
	h := s.Health
	return Health{
		Path:     h.Path,
		Request:  []byte("GET " + h.Path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
		Sockaddr: loopback(s.Server.Listen, listen),
		Timeout:  timeval(h.Timeout / 2),
		Nowhere:  listen.Inherited(),
	}
}

// loopback is the address of a listener, or this machine's own where that is any.
func loopback(l spec.Listen, to Listen) []byte {
	if l.IP != [16]byte{} || to.Family == AFUnix || to.Inherited() {
		return to.Sockaddr
	}
	out := slices.Clone(to.Sockaddr)
	if to.Family == AFInet {
		copy(out[4:], []byte{127, 0, 0, 1})
	} else {
		out[8+15] = 1 // ::1
	}
	return out
}

// status is that of the answer to a GET of a path, 0 where only what a folder has for
// unknown paths would answer.
func (p *Plan) status(path pattern.Pattern) int {
	var best *Route
	for i := range p.own() {
		r := &p.Routes[i]
		switch pattern.Compare(path, r.Pattern) {
		case pattern.Equal, pattern.Narrower:
			if best == nil || pattern.Compare(r.Pattern, best.Pattern) == pattern.Narrower {
				best = r
			}
		}
	}
	switch {
	case best == nil || best.Page:
		return 0
	case best.Guards[0] != Guard{}:
		return http.StatusUnauthorized
	case best.Resource >= 0:
		return http.StatusOK
	}
	if r := p.Responses[best.Responses[0]]; r.Status != 0 {
		return r.Status
	}
	return http.StatusOK // the environment gives it, and can give that
}

// own is how many of the routes are those of the spec itself: they come first.
func (p *Plan) own() int {
	if x := p.Match.Index; x != nil {
		return x.Blocks[0].Routes
	}
	return len(p.Routes)
}

// Err says why a probe would always find the server unhealthy.
func (h Health) Err(at diag.Pos) *diag.Error {
	const hint = "name a path whose GET is answered with 2xx: health: /healthz"
	switch {
	case h.Nowhere:
		return &diag.Error{Pos: at, Msg: "health: the server's socket is systemd's, and a probe cannot know where that listens", Hint: "do without a probe"}
	case h.Status == 0:
		return &diag.Error{Pos: at, Msg: fmt.Sprintf("health: no route is for GET %s", h.Path), Hint: hint}
	case h.Status < 200 || h.Status > 299:
		return &diag.Error{Pos: at, Msg: fmt.Sprintf("health: GET %s is answered with %d", h.Path, h.Status), Hint: hint}
	}
	return nil
}
