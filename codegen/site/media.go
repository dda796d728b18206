package site

import "strings"

// maxEncoded is the size in bytes of the largest file that is encoded: it is held whole
// for that, and what is larger is a download.
const maxEncoded = 32 << 20

// compressibleTypes are the media types, beside text and those with the suffixes of
// RFC 6838 4.2.8, whose content is not compressed already.
var compressibleTypes = map[string]bool{
	"application/json": true, "application/javascript": true, "application/ecmascript": true,
	"application/xml": true, "application/xml-dtd": true, "application/yaml": true, "application/toml": true,
	"application/wasm": true, "application/rtf": true, "application/x-sh": true, "application/x-tar": true,
	"application/dash+xml": true, "application/vnd.apple.mpegurl": true,
	"application/vnd.ms-fontobject": true, "font/ttf": true, "font/otf": true, "font/collection": true,
	"application/postscript": true, "application/x-httpd-php": true, "application/sql": true, "application/json5": true,
	"application/jsonl": true, "application/x-ndjson": true, "application/x-subrip": true, "application/x-plist": true,
	"application/x-tex": true, "application/n-triples": true, "application/n-quads": true, "application/trig": true,
	"image/vnd.adobe.photoshop": true, "message/rfc822": true, "model/gltf-binary": true, "model/obj": true, "model/mtl": true,
	"application/x-pem-file": true, "application/msword": true, "application/vnd.ms-excel": true,
	"application/vnd.ms-powerpoint": true,
	"image/bmp":                     true, "image/vnd.microsoft.icon": true, "image/x-icon": true,
	"audio/midi": true, "model/stl": true,
}

// isCompressible reports whether it is worth trying to encode content of a type.
func isCompressible(typ string) bool {
	media := MediaType(typ)
	return strings.HasPrefix(media, "text/") || compressibleTypes[media] ||
		strings.HasSuffix(media, "+json") || strings.HasSuffix(media, "+xml") || strings.HasSuffix(media, "+yaml")
}

func isHTML(typ string) bool {
	media := MediaType(typ)
	return media == "text/html" || media == "application/xhtml+xml"
}

// MediaType is a Content-Type without its parameters, in lower case.
func MediaType(typ string) string {
	media, _, _ := strings.Cut(typ, ";")
	return strings.ToLower(strings.TrimSpace(media))
}
