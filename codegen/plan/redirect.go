package plan

import (
	"fmt"
	"html"
	"net/http"
	"strings"

	"github.com/verbosel/verbosel/codegen/spec"
)

// redirect is a message that sends a client on to target, a URI-reference. Clients that
// do not follow by themselves show its content: a short note with a link (RFC 9110, 15.4).
func redirect(status int, target []spec.Part, fields []spec.Header) message {
	note := redirectNote(status, target)
	return message{
		status: status,
		fields: append([]spec.Header{{Name: "Location", Parts: target}}, fields...),
		content: spec.Content{Form: spec.FormBody, Bytes: note, Size: int64(len(note)),
			Type: spec.TypeByName("note.html")},
	}
}

// redirectNote is HTML that says what the status does, and links to the target, without
// the request's query. Of a target that the request or the environment has a share in there is no link.
func redirectNote(status int, target []spec.Part) []byte {
	link := ""
	for _, p := range target {
		if p.Slot != nil || p.Blank != spec.BlankNone && p.Blank != spec.BlankQuery {
			return fmt.Appendf(nil, "<!DOCTYPE html>\n<title>%[1]s</title>\n<p>%[1]s</p>\n", http.StatusText(status))
		}
		link += p.Text
	}
	link = html.EscapeString(link)
	return fmt.Appendf(nil, "<!DOCTYPE html>\n<title>%s</title>\n<a href=\"%s\">%s</a>\n",
		http.StatusText(status), link, link)
}

// location is an absolute path as a URI-reference: one that begins with two slashes
// would be taken for another host's name (RFC 3986, 4.2).
func location(path string) string {
	if strings.HasPrefix(path, "//") {
		return "/." + path
	}
	return path
}
