package spec

import (
	"slices"
	"strings"
	"testing"
)

// TestForeignKeys: none is one of ours in every part that could have it, or it would say
// nonsense of a key that is there.
func TestForeignKeys(t *testing.T) {
	for key, hint := range foreignKeys {
		part, name, qualified := strings.Cut(key, ".")
		if !qualified {
			name = part
		}
		if name != strings.ToLower(name) || hint == "" {
			t.Errorf("%s: %q", key, hint)
		}
		for _, p := range parts {
			if qualified && p.name == part && slices.Contains(p.keys, name) {
				t.Errorf("%s has %s", part, name)
			}
		}
	}
}

func TestRemedy(t *testing.T) {
	for _, tt := range []struct{ key, part, want string }{
		{"port", "the spec", "server: { listen"},
		{"Host", "server", "server: { listen"},
		{"host", "a route", "hosts: { example.com"},
		{"content_type", "a route", "headers: { Content-Type"},
		{"type", "a route", "headers: { Content-Type"},
		{"to", "a route", "redirect"},
		{"code", "a route", "status"},
		{"proxy", "a route", "nothing does that"},
		{"delay", "a route", "nothing does that"},
		{"cors", "a route", "Access-Control-Allow-Origin"},
		{"compress", "server", "encodings"},
		{"listen", "the spec", "listen belongs into server"},
		{"head", "server", "head belongs into server: { timeouts"},
		{"routes", "server", "routes belongs into the first level"},
		{"dir", "the spec", "dir belongs into one of the routes"},
		{"bodi", "a route", "did you mean body?"},
		{"zzz", "limits", "known are head, body, requests"},
	} {
		keys := map[string][]string{"the spec": specKeys, "server": serverKeys, "a route": routeKeys, "limits": limitKeys}[tt.part]
		if got := remedy(tt.key, tt.part, keys); !strings.Contains(got, tt.want) {
			t.Errorf("%s in %s: %q, want %q", tt.key, tt.part, got, tt.want)
		}
	}
}
