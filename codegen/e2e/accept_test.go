package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// Where accept has a client and nothing to take it with, there is a pause behind each try,
// and none where it had no client: one that is gone already must not delay the next. A log
// makes accept another call, with an address. TestNoDescriptorForClient has the kernel
// itself say EMFILE, and measures the processor's time.
func TestPauseWhereAcceptFails(t *testing.T) {
	t.Parallel()
	for errno, tries := range map[string]string{
		"EMFILE": "accept poll accept poll accept fork", "ENFILE": "accept poll accept poll accept fork",
		"ENOMEM": "accept poll accept poll accept fork", "ENOBUFS": "accept poll accept poll accept fork",
		"ECONNABORTED": "accept accept accept fork", "EPERM": "accept accept accept fork", "EAGAIN": "accept accept accept fork",
	} {
		for _, server := range []string{"", "access_log: common"} {
			t.Run(errno+" "+server, func(t *testing.T) {
				emitted.Each(t, emitted.Hardened(), func(t *testing.T, v emitted.Variant) {
					trace := traced(t, v, server, func(s *emitted.Server) {
						if got := s.Ask(t, get("/")); !hasStatus(got, 200) {
							t.Errorf("got %q", got)
						}
					}, "-e", "inject=accept:error="+errno+":when=1..2")
					calls := trace.child(0)
					calls = calls[max(0, slices.Index(calls, "accept")):]
					if got := strings.Join(calls, " "); !strings.HasPrefix(got, tries) {
						t.Errorf("the parent: %s, want %s", got, tries)
					}
				})
			})
		}
	}
}
