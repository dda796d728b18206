package spec

import "strings"

// wellKnownFields are response fields (IANA's registry, permanent entries, and those
// that browsers act on) of at least six letters: a name one letter off is taken for
// a misspelling. Field names are free, so everything else is accepted.
var wellKnownFields = []string{
	"Accept-Patch", "Accept-Post", "Accept-Ranges", "Access-Control-Allow-Credentials",
	"Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Allow-Origin",
	"Access-Control-Expose-Headers", "Access-Control-Max-Age", "Alt-Svc", "Cache-Control",
	"CDN-Cache-Control", "Clear-Site-Data", "Connection", "Content-Disposition", "Content-Encoding",
	"Content-Language", "Content-Length", "Content-Location", "Content-Range",
	"Content-Security-Policy", "Content-Security-Policy-Report-Only", "Content-Type",
	"Cross-Origin-Embedder-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
	"Expect-CT", "Expires", "Keep-Alive", "Last-Modified", "Location", "Origin-Agent-Cluster",
	"Permissions-Policy", "Pragma", "Proxy-Authenticate", "Referrer-Policy", "Refresh",
	"Reporting-Endpoints", "Retry-After", "Server", "Server-Timing", "Service-Worker-Allowed",
	"Set-Cookie", "SourceMap", "Strict-Transport-Security", "Surrogate-Control",
	"Timing-Allow-Origin", "Trailer", "Transfer-Encoding", "Upgrade", "WWW-Authenticate",
}

// knownField holds the well-known names in lower case.
var knownField = func() map[string]bool {
	m := make(map[string]bool, len(wellKnownFields))
	for _, f := range wellKnownFields {
		m[strings.ToLower(f)] = true
	}
	return m
}()

// misspeltField returns the well-known field that the name misses by one letter (a
// swap of neighbours counts as one), or "". Names that begin with X- are never taken
// for misspelt, nor is a registered name that resembles another.
func misspeltField(name string) string {
	key := strings.ToLower(name)
	if strings.HasPrefix(key, "x-") || knownField[key] {
		return ""
	}
	for _, f := range wellKnownFields {
		if len(f) >= 6 && distance(key, strings.ToLower(f), 1) == 1 {
			return f
		}
	}
	return ""
}
