package spec

import (
	"strings"
	"testing"
)

// TestForeignTargets: what other tools mean is said as it is written here, for the route's own
// path; what is an escape or an amount is a text.
func TestForeignTargets(t *testing.T) {
	for _, tt := range []struct{ path, target, want string }{
		{"/a", "https://$host$request_uri", "write https://{host}{path}; %24"},
		{"/a", "$scheme://www.$host/b?$args", "write https://www.{host}/b; %24"},
		{"/a", "https://%{HTTP_HOST}%{REQUEST_URI}", "write https://{host}{path}"},
		{"/a", "https://{http.request.host}{http.request.uri}", "write https://{host}{path}"},
		{"/n/{year}/{slug}", "/articles/:year/:slug", "write /articles/{year}/{slug}; %3A"},
		{"/n/{year}/{slug}", "/articles/$2-of-${1}", "write /articles/{slug}-of-{year}; %24"},
		{"/n/{year}/{slug}", `/articles/$2/\1`, "write /articles/{slug}/{year}"},
		{"/b/{tail...}", "https://blog.example.com/:splat", "write https://blog.example.com/{tail}; %3A"},
		{"/b/{tail...}", "https://blog.example.com/*", "write https://blog.example.com/{tail}; %2A"},
		{"/b", "https://blog.example.com/:splat", "it cannot have that"},
		{"/u/{id}", "/people?id=:id", "write /people?id={id}"},
		{"/u/{id}", "/people/[id]", "write /people/{id}; %5B"},
		{"/u/{id}", "/people/<int:id>", "write /people/{id}"},
		{"/a", "/b 301", "write redirect: /b, and status: 301"},
		{"/a", "302 https://example.com/", "write redirect: https://example.com/, and status: 302"},
		{"/a", "/b [R=308,L]", "write redirect: /b, and status: 308"},
		{"/a", "/b permanent", "write redirect: /b, and status: 301"},
		{"/a", "/index.html 200", "nothing does that here"},

		{"/a", "/wiki/%3Afoo/%24host/%2A", ""},
		{"/a", "/price/$100", ""},
		{"/a", "https://example.com:8080/a:b/*/c?t=10:30&x=*", ""},
		{"/a", "https://[2001:db8::1]:80/x", ""},
	} {
		p, bad := parsePath(tt.path)
		if bad != nil {
			t.Fatal(bad)
		}
		_, msg, hint := parseTarget(tt.target, p)
		if (msg == "") != (tt.want == "") || !strings.Contains(hint, tt.want) {
			t.Errorf("%s: %q, %q; want %q", tt.target, msg, hint, tt.want)
		}
	}
}
