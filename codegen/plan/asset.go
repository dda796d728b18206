package plan

// AssetExtensions are those, of at most seven characters and in lower case, by which the name of
// a file is told from a page of an application: what pages load, and what people download. They
// are not what may end a name, an address, a version or a token: /user@example.com, /v2.3.4.
var AssetExtensions = []string{
	"html", "htm", "xhtml", "js", "mjs", "cjs", "css", "map", "wasm", "json", "jsonld", "geojson", "xml", "rss", "atom", "txt", "csv", "md",
	"png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "apng", "ico", "bmp", "tif", "tiff", "heic", "jxl",
	"woff", "woff2", "ttf", "otf", "eot",
	"mp3", "mp4", "m4a", "m4v", "aac", "flac", "ogg", "oga", "ogv", "opus", "wav", "weba", "webm", "mov", "mkv", "vtt", "m3u8", "mpd", "ts",
	"pdf", "zip", "gz", "br", "zst", "tgz", "tar", "bin", "data", "glb", "gltf", "ktx2", "hdr", "ics", "epub",
	"php", "asp", "aspx", "jsp", "cgi",
}

// AssetLong is the only one that is longer.
const AssetLong = "webmanifest"
