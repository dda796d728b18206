package sites

import (
	"path"
	"slices"
	"strings"
)

// difference is why a file is answered otherwise than by nginx 1.22, with a reason.
type difference struct {
	matches     func(name string) bool
	ours, nginx string // what status and media type begin with
	why         string
}

func ends(extensions ...string) func(string) bool {
	return func(name string) bool { return slices.Contains(extensions, path.Ext(name)) }
}

func hidden(name string) bool { return strings.HasPrefix(name, ".") || strings.Contains(name, "/.") }

// siteFile: one that a host reads and does not send.
func siteFile(name string) bool {
	return slices.Contains([]string{"_headers", "_redirects", "CNAME", "_worker.js", "_routes.json"}, path.Base(name))
}

const octets = "200 application/octet-stream"

var differences = []difference{
	{hidden, "404 ", "200 ", "what begins with a dot is left out unless the spec says otherwise"},
	{hidden, "200 text/html", "200 ", "likewise; without an extension it gets the single-page app's page"},
	{siteFile, "404 ", "200 ", "it is the host's, which does not send it"},
	{ends(".js"), "200 text/javascript", "200 application/javascript", "RFC 9239, 6: application/javascript is obsolete"},
	{ends(".mjs", ".cjs"), "200 text/javascript", octets, "RFC 9239, 6: nginx's table does not know it, and browsers run no octet-stream as a module"},
	{ends(".md"), "200 text/markdown", octets, "RFC 7763: nginx's table does not know it"},
	{ends(".map"), "200 application/json", octets, "ECMA-426: a source map is JSON; nginx's table does not know it"},
	{ends(".ttf"), "200 font/ttf", octets, "RFC 8081, 4.4.1: nginx's table does not know it"},
	{ends(".otf"), "200 font/otf", octets, "RFC 8081, 4.4.2: nginx's table does not know it"},
	{ends(".webmanifest"), "200 application/manifest+json", octets, "W3C Web Application Manifest, 5: nginx's table does not know it"},
	{ends(".xml"), "200 application/xml", "200 text/xml", "RFC 7303, 9.2: text/xml is an alias of application/xml"},
	{ends(".xsl"), "200 application/xslt+xml", octets, "IANA's registry has it; nginx's table does not know it"},
	{ends(".ico"), "200 image/vnd.microsoft.icon", "200 image/x-icon", "IANA's registry has the former"},
	{ends(".mts", ".ts"), "200 text/plain", "200 ", "TypeScript, by its content; nginx takes .ts for video, and does not know .mts"},
	{ends(".icc"), "200 application/vnd.iccprofile", octets, "IANA's registry has it; nginx's table does not know it"},
	{ends(".wav"), "200 audio/", octets, "nginx's table does not know it"},
	{ends(".scss"), "200 text/x-scss", octets, "a source in text; nginx's table does not know it"},
	{ends(".yml", ".yaml"), "200 application/yaml", octets, "RFC 9512: nginx's table does not know it"},
}

// explain is why a file's answers differ, or "".
func explain(name, ours, nginx string) string {
	for _, d := range differences {
		if d.matches(name) && strings.HasPrefix(ours, d.ours) && strings.HasPrefix(nginx, d.nginx) {
			return d.why
		}
	}
	return ""
}
