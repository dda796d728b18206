package emitted

import (
	"fmt"
	"strings"
	"testing"
)

// A Variant is one of the five servers that a spec can become.
type Variant struct {
	Isolation string // request, connection, proof
	Syscalls  string // hardened, ten
}

// The variants.
var (
	Request       = Variant{"request", "hardened"}
	Connection    = Variant{"connection", "hardened"}
	RequestTen    = Variant{"request", "ten"}
	ConnectionTen = Variant{"connection", "ten"}
	Proof         = Variant{"proof", "hardened"}
)

// Hardened are the two isolations of a process for each connection, with the default set of system calls.
func Hardened() []Variant { return []Variant{Request, Connection} }

// WithProof are these, and isolation: proof.
func WithProof() []Variant { return append(Hardened(), Proof) }

// All are the isolations of a process for each connection, with either set.
func All() []Variant { return []Variant{Request, Connection, RequestTen, ConnectionTen} }

// Every are all of these.
func Every() []Variant { return append(All(), Proof) }

func (v Variant) String() string { return v.Isolation + "_" + v.Syscalls }

// KeepAlive reports whether a connection may carry more than one request.
func (v Variant) KeepAlive() bool { return v.Isolation != "request" }

// Spec is a spec of the variant that listens on 127.0.0.1, at the port that the
// harness gives it: server holds further lines of its section, which may replace
// listen, and rest is what comes behind the section.
func (v Variant) Spec(server, rest string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "server:\n  isolation: %s\n  syscalls: %s\n", v.Isolation, v.Syscalls)
	if !strings.Contains(server, "listen:") {
		b.WriteString("  listen: \"127.0.0.1:${PORT:-8080}\"\n")
	}
	for line := range strings.Lines(server) {
		b.WriteString("  " + strings.TrimLeft(line, " \t"))
	}
	return strings.TrimRight(b.String(), "\n") + "\n" + rest
}

// Each runs a test for every one of variants.
func Each(t *testing.T, variants []Variant, test func(*testing.T, Variant)) {
	for _, v := range variants {
		t.Run(v.String(), func(t *testing.T) { test(t, v) })
	}
}
