package spec

import (
	"path"
	"strings"
)

// The types of the forms without a file.
const (
	bodyType    = "text/plain; charset=utf-8"
	jsonType    = "application/json"
	unknownType = "application/octet-stream"
)

// TypeByName returns the Content-Type of a file by the extension of its name, in
// any case. The table is fixed: a build must not depend on the machine's own.
func TypeByName(name string) string {
	if t, ok := typesByExtension[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	return unknownType
}

// typesByExtension has IANA's media types; text in UTF-8 says so. JSON and its kin
// have no charset parameter (RFC 8259 section 11), XML carries its own declaration
// but is served as UTF-8, which that declaration may confirm (RFC 7303 section 3).
var typesByExtension = map[string]string{
	".html": "text/html; charset=utf-8", ".htm": "text/html; charset=utf-8",
	".xhtml": "application/xhtml+xml; charset=utf-8",
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8", // RFC 9239
	".mjs":   "text/javascript; charset=utf-8",
	".txt":   "text/plain; charset=utf-8", ".text": "text/plain; charset=utf-8",
	".log": "text/plain; charset=utf-8", ".asc": "text/plain; charset=utf-8",
	".md": "text/markdown; charset=utf-8", ".markdown": "text/markdown; charset=utf-8",
	".csv": "text/csv; charset=utf-8", ".tsv": "text/tab-separated-values; charset=utf-8",
	".ics": "text/calendar; charset=utf-8", ".vcf": "text/vcard; charset=utf-8",
	".vtt":  "text/vtt; charset=utf-8",
	".xml":  "application/xml; charset=utf-8",
	".rss":  "application/rss+xml; charset=utf-8",
	".atom": "application/atom+xml; charset=utf-8",
	".svg":  "image/svg+xml; charset=utf-8",
	".yaml": "application/yaml", ".yml": "application/yaml", // RFC 9512
	".toml": "application/toml",

	".json": jsonType, ".map": jsonType, ".topojson": jsonType,
	".jsonld": "application/ld+json", ".geojson": "application/geo+json",
	".webmanifest": "application/manifest+json",

	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
	".webp": "image/webp", ".avif": "image/avif", ".apng": "image/apng", ".bmp": "image/bmp",
	".ico": "image/vnd.microsoft.icon", ".tif": "image/tiff", ".tiff": "image/tiff",
	".jxl": "image/jxl", ".heic": "image/heic", ".heif": "image/heif",

	".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf", ".otf": "font/otf",
	".ttc": "font/collection", ".eot": "application/vnd.ms-fontobject",

	".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".oga": "audio/ogg",
	".opus": "audio/ogg", ".wav": "audio/wav", ".flac": "audio/flac", ".aac": "audio/aac",
	".weba": "audio/webm", ".mid": "audio/midi", ".midi": "audio/midi",
	".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm", ".ogv": "video/ogg",
	".mov": "video/quicktime", ".avi": "video/x-msvideo", ".mpeg": "video/mpeg", ".mpg": "video/mpeg",
	".ts": "video/mp2t", ".m3u8": "application/vnd.apple.mpegurl", ".mpd": "application/dash+xml",

	".pdf": "application/pdf", ".wasm": "application/wasm", ".zip": "application/zip",
	".gz": "application/gzip", ".tgz": "application/gzip", ".br": unknownType,
	".zst": "application/zstd", ".bz2": "application/x-bzip2", ".xz": "application/x-xz",
	".7z": "application/x-7z-compressed", ".tar": "application/x-tar", ".rar": "application/vnd.rar",
	".epub": "application/epub+zip", ".rtf": "application/rtf", ".sh": "application/x-sh",
	".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".odt":  "application/vnd.oasis.opendocument.text",
	".ods":  "application/vnd.oasis.opendocument.spreadsheet",
	".odp":  "application/vnd.oasis.opendocument.presentation",
	".glb":  "model/gltf-binary", ".gltf": "model/gltf+json", ".stl": "model/stl",
	".pem": "application/x-pem-file", ".crt": "application/x-x509-ca-cert",
	".jar": "application/java-archive", ".apk": "application/vnd.android.package-archive",
}
