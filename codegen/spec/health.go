package spec

import (
	"fmt"
	"time"

	"github.com/verbosel/verbosel/codegen/diag"
)

// Health is what a probe asks the server for to learn whether it is well.
type Health struct {
	Path    string        // of a route for GET that is answered with 2xx; normalised
	Timeout time.Duration // for connection and answer together
	Pos     diag.Pos      // zero where the spec says nothing of it
}

// NewHealth is a Health that is not read from a spec. It fails for a path that is not as a
// spec's comes out, or a timeout that a spec cannot have.
func NewHealth(path string, timeout time.Duration) (Health, error) {
	p, bad := parsePath(path)
	switch {
	case bad != nil:
		return Health{}, fmt.Errorf("health: %q: %s", path, bad.Msg)
	case !p.IsLiteral() || p.String() != path:
		return Health{}, fmt.Errorf("health: %q is no path of one resource, normalised", path)
	case timeout < minTimeout || timeout > maxTimeout:
		return Health{}, fmt.Errorf("health: a timeout of %s", timeout)
	}
	return Health{Path: path, Timeout: timeout}, nil
}

func defaultHealth() Health { return Health{Path: "/", Timeout: time.Second} }

// health reads `health`: a path, or a mapping of path and timeout.
func (d *decoder) health(n *node) Health {
	h := defaultHealth()
	h.Pos = d.pos(n)
	if n.kind != kindTable {
		h.Path = d.healthPath(n)
		return h
	}
	for _, f := range d.table(n, "health") {
		switch f.key.text {
		case "path":
			h.Path = d.healthPath(f.value)
		case "timeout":
			h.Timeout = d.duration(f.value, "health.timeout")
		default:
			d.unknownKey(f.key, "health", healthKeys)
		}
	}
	return h
}

// healthPath is the path of one resource: what is asked for is no pattern.
func (d *decoder) healthPath(n *node) string {
	text, ok := d.text(n, "health")
	if !ok {
		return ""
	}
	p, bad := parsePath(text)
	switch {
	case bad != nil:
		d.report(n, bad.Hint, "health: %s", bad.Msg)
	case !p.IsLiteral():
		d.report(n, "write a path that one request can have, such as /healthz", "health: %s is a pattern", text)
	}
	return p.String()
}
