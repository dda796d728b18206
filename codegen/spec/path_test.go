package spec

import (
	"net/url"
	"testing"
)

func TestNormalizePath(t *testing.T) {
	for raw, want := range map[string]string{
		"/":                     "/",
		"//":                    "//",
		"/a/":                   "/a/",
		"/%41%2d%2E%5f%7e%30":   "/A-._~0",
		"/%2f%3f%c3%Bc":         "/%2F%3F%C3%BC",
		"/it%27s":               "/it's",
		"/%2b%2B":               "/++",
		"/%5b%5D%23%22":         "/%5B%5D%23%22",
		"/ü/日":                  "/%C3%BC/%E6%97%A5",
		"/a b":                  "/a%20b",
		`/"<>\^` + "`|":         "/%22%3C%3E%5C%5E%60%7C",
		"/!$&'()*+,;=:@":        "/!$&'()*+,;=:@",
		"/[x]":                  "/%5Bx%5D",
		"/.well-known/a..b/...": "/.well-known/a..b/...",
		"/%25":                  "/%25",
		"/%21%24%26%27%28%29%2A%2b%2C%3b%3D%3A%40": "/!$&'()*+,;=:@",
	} {
		got, bad := normalizePath(raw)
		if bad != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", raw, got, bad, want)
			continue
		}
		if again, bad := normalizePath(got); bad != nil || again != got {
			t.Errorf("%s: not stable: %q", raw, again)
		}
	}
}

func TestRedirectTargets(t *testing.T) {
	for _, ok := range []string{"/a", "a/b", "../a", "?q=1", "#top", "//host/x", "https://example.com/%C3%BC?a=b&c=[1]#d", "mailto:a@b"} {
		if msg, hint := badTarget(ok); msg != "" {
			t.Errorf("%s: %s (%s)", ok, msg, hint)
		}
	}
}

// TestPathOf: the path of a file is normal, and its decoded bytes are the file's name.
func TestPathOf(t *testing.T) {
	for name, want := range map[string]string{
		"a/b.css": "/x%2F/a/b.css", "a b": "/x%2F/a%20b", "%41%zz": "/x%2F/%2541%25zz", "ü'\"?#{}\\": "/x%2F/%C3%BC'%22%3F%23%7B%7D%5C",
		"a+b;c=d,e&f@g:h!$(*)~": "/x%2F/a+b;c=d,e&f@g:h!$(*)~", "\n\x7f": "/x%2F/%0A%7F",
	} {
		got := PathOf("/x%2F/", name)
		if again, bad := normalizePath(got); got != want || bad != nil || again != got {
			t.Errorf("%q: got %s (%s, %v), want %s", name, got, again, bad, want)
		}
		if decoded, err := url.PathUnescape(got); err != nil || decoded != "/x//"+name {
			t.Errorf("%q: decoded %q, %v", name, decoded, err)
		}
	}
}
