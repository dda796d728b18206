package spec

import (
	_ "embed"
	"path"
	"strings"
	"sync"
)

// The types of the forms without a file.
const (
	bodyType    = "text/plain; charset=utf-8"
	jsonType    = "application/json"
	unknownType = "application/octet-stream"
)

// utf8Charset is the parameter of types whose text can be in other charsets.
const utf8Charset = "; charset=utf-8"

// TypeByName returns the Content-Type of a file by its name or by the extension of that,
// in any case. The table is fixed: a build must not depend on the machine's own. Text
// is taken for UTF-8; who knows its bytes may know better, see WithoutCharset.
func TypeByName(name string) string {
	ext := path.Ext(name)
	if t, ok := mediaTypes()[strings.ToLower(strings.TrimPrefix(ext, "."))]; ok && ext != "" {
		return withCharset(t)
	}
	if t := typeOfWellKnown(name); t != "" {
		return t
	}
	return unknownType
}

// withCharset says of text and XML that it is UTF-8. JSON and its kin have no such
// parameter (RFC 8259 section 11).
func withCharset(media string) string {
	if strings.HasPrefix(media, "text/") || IsXML(media) {
		return media + utf8Charset
	}
	return media
}

// WithoutCharset is a type that TypeByName gave, for content of another charset: what
// the content says of itself counts then, in a meta element, a byte order mark or an XML
// declaration.
func WithoutCharset(typ string) string { return strings.TrimSuffix(typ, utf8Charset) }

// HasCharset reports whether WithoutCharset changes a type.
func HasCharset(typ string) bool { return strings.HasSuffix(typ, utf8Charset) }

// IsXML reports whether a media type, in lower case and without parameters, is one of
// XML (RFC 7303), which may declare its charset itself.
func IsXML(media string) bool {
	return media == "application/xml" || media == "text/xml" || media == "application/xml-dtd" || strings.HasSuffix(media, "+xml")
}

//go:embed media_types.txt
var mediaTypesText string

// mediaTypes are the media types by extension, in lower case without its dot.
var mediaTypes = sync.OnceValue(func() map[string]string {
	table := map[string]string{}
	for line := range strings.Lines(mediaTypesText) {
		if ext, typ, ok := strings.Cut(strings.TrimSpace(line), " "); ok && ext != "#" {
			table[ext] = typ
		}
	}
	return table
})

// jsonNames are well-known URIs (RFC 8615, IANA's registry) and kin without an extension
// that are JSON. Apple asks for its own at the root, too.
var jsonNames = map[string]bool{
	"openid-configuration": true, "oauth-authorization-server": true, "oauth-protected-resource": true,
	"uma2-configuration": true, "smart-configuration": true, "nodeinfo": true, "webauthn": true,
	"passkey-endpoints": true, "matrix/client": true, "matrix/server": true, "matrix/support": true,
	"gnap-as-rs": true, "did-configuration": true, "jwks": true,
}

const (
	wellKnownFolder = ".well-known/"
	appleSite       = "apple-app-site-association"
)

// typeOfWellKnown is the type of a name without an extension that clients know; empty for
// any other.
func typeOfWellKnown(name string) string {
	if path.Base(name) == appleSite {
		return jsonType
	}
	at := strings.LastIndex("/"+name, "/"+wellKnownFolder)
	if at < 0 {
		return ""
	}
	switch rest := name[at+len(wellKnownFolder):]; {
	case jsonNames[rest]:
		return jsonType
	case rest == "webfinger":
		return "application/jrd+json"
	case rest == "host-meta":
		return withCharset("application/xrd+xml")
	case rest == "traffic-advice":
		return "application/trafficadvice+json"
	case rest == "atproto-did" || rest == "discord":
		return bodyType
	}
	return ""
}
