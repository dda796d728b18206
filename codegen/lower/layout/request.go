package layout

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/plan"
)

// Response100 is the interim response (RFC 9110, 15.2.1).
const Response100 = plan.StatusStart + "100 Continue\r\n\r\n"

// A KnownField is one that the server acts on; the others are read over.
type KnownField struct {
	Name  string // in lower case
	Label string
	Note  string
}

func (l *Layout) KnownFields() []KnownField {
	out := []KnownField{
		{"host", "host", "Host"},
		{"content-length", "content_length", "Content-Length"},
		{"transfer-encoding", "transfer_encoding", "Transfer-Encoding"},
		{"expect", "expect", "Expect"},
	}
	if l.Plan.Server.KeepAlive {
		out = append(out, KnownField{"connection", "connection", "Connection"})
	}
	if l.RequiresHTTPS() {
		out = append(out, KnownField{"x-forwarded-proto", "forwarded_proto", "X-Forwarded-Proto"})
	}
	if l.HasResources() {
		out = append(out, l.resourceFields()...)
	}
	if l.Protects() {
		out = append(out, KnownField{"authorization", "authorization", "Authorization"})
	}
	return slices.Concat(out, l.loggedFields(), l.clientFields())
}

// MaxMethod is the length in bytes of the longest method known to the server.
const MaxMethod = 7
