package spec

import (
	"fmt"
	"slices"
	"strings"
)

// scope is where a header stands; some fields make no sense in every place.
type scope uint8

const (
	scopeGlobal scope = iota
	scopeRoute
	scopeError
	scopeFiles // some of the files of a folder
)

// serverFields are written by the server, which alone knows the framing and the
// life of the connection (RFC 9110 7.6.1, 8.6; RFC 9112 6). Keys are lower case.
var serverFields = map[string]string{
	"content-length":    "the server writes it from the content",
	"transfer-encoding": "the server sends every response with its length",
	"connection":        "the server decides when a connection ends",
	"keep-alive":        "the server decides when a connection ends",
	"proxy-connection":  "the server decides when a connection ends",
	"trailer":           "the server sends no trailer section",
	"upgrade":           "the server speaks no other protocol",
}

// headers decodes a mapping of field names to values, or to lists of them: a field line
// each.
func (d *decoder) headers(n *node, where scope) []Header {
	var list []Header
	lines := map[string]int{}
	for _, f := range d.table(n, "headers") {
		field := d.header(f, where)
		if len(field) == 0 {
			continue
		}
		key := strings.ToLower(f.key.text)
		if line, dup := lines[key]; dup {
			d.report(f.key, "field names ignore case (RFC 9110 5.1): write a list of its values, or remove one of the two",
				"header %s is already in line %d", f.key.text, line)
			continue
		}
		lines[key] = f.key.line
		list = append(list, field...)
	}
	return list
}

func (d *decoder) globalHeaders(n *node) []Header { return d.headers(n, scopeGlobal) }

// header decodes the lines of one field; none where it is not right.
func (d *decoder) header(f field, where scope) []Header {
	name := f.key.text
	if f.key.kind == kindNull || !isToken(name) {
		d.report(f.key, "a name has letters, digits and !#$%&'*+-.^_`|~ only (RFC 9110 5.1)", "%q is no field name", name)
		return nil
	}
	if msg, hint := refusedField(name, where); msg != "" {
		d.report(f.key, hint, "%s", msg)
		return nil
	}
	if close := misspeltField(name); close != "" {
		d.report(f.key, "did you mean "+close+"?", "header %s looks like a misspelt %s", name, close)
		return nil
	}
	if strings.EqualFold(name, "Date") {
		d.dates = append(d.dates, f.key)
	}
	var lines []Header
	for _, item := range d.headerItems(f.value, name) {
		value, ok := d.headerValue(item, name)
		if !ok {
			return nil
		}
		if strings.EqualFold(name, "Content-Encoding") && !isTokenList(value) {
			d.report(item, "write one such as br, zstd or gzip", "Content-Encoding: %q is no content coding", value)
			return nil
		}
		h := Header{Name: name, Pos: d.pos(f.key)}
		if why := slotless(name, where); why != "" {
			h.Value = d.noSlots(item, value, "header "+name, why)
		} else {
			h.Value, h.Slots = d.slots(item, value, "header "+name, SlotField)
		}
		lines = append(lines, h)
	}
	return lines
}

const fixedField = "what the field says is acted on when the server is built: write it out"

// slotless says why a field cannot have slots in a place, or returns "".
func slotless(name string, where scope) string {
	switch {
	case where != scopeRoute && isFixedForFiles(name), slices.Contains([]string{"cache-control", "content-encoding", "content-type", "date", "location", "strict-transport-security"}, strings.ToLower(name)):
		return fixedField
	}
	return ""
}

// isFixedForFiles: the field of a file, or of all of them, is acted on when the server is built.
func isFixedForFiles(name string) bool {
	return IsCacheControl(name) || strings.EqualFold(name, "Expires") || strings.EqualFold(name, "Vary")
}

// headerItems are the nodes of a field's values.
func (d *decoder) headerItems(n *node, name string) []*node {
	switch {
	case n.kind != kindList:
		return []*node{n}
	case len(n.items) == 0:
		d.report(n, "write a value, or remove the header", "header %s has an empty list of values", name)
	case len(n.items) > 1 && singletonFields[strings.ToLower(name)]:
		d.report(n, "write one", "header %s has one value only (RFC 9110 5.3)", name)
		return nil
	}
	return n.items
}

// singletonFields are those of a response that are no lists: more than one line of them
// is not valid (RFC 9110 5.3, and where each is defined). Keys are lower case.
var singletonFields = map[string]bool{
	"access-control-allow-credentials": true, "access-control-allow-origin": true, "access-control-max-age": true,
	"age": true, "content-disposition": true, "content-location": true, "content-range": true, "content-type": true,
	"cross-origin-embedder-policy": true, "cross-origin-opener-policy": true, "cross-origin-resource-policy": true,
	"date": true, "etag": true, "expires": true, "last-modified": true, "location": true, "origin-agent-cluster": true,
	"refresh": true, "retry-after": true, "server": true, "service-worker-allowed": true, "sourcemap": true,
	"strict-transport-security": true, "x-content-type-options": true, "x-frame-options": true,
}

// HasOneValue says that a response field is no list; the name is in lower case.
func HasOneValue(name string) bool { return singletonFields[name] }

// refusedField says why a field cannot be given in a place, or returns "".
func refusedField(name string, where scope) (msg, hint string) {
	key := strings.ToLower(name)
	if why, ok := serverFields[key]; ok {
		return "header " + name + " cannot be set by hand", why + ": remove it"
	}
	switch {
	case where == scopeGlobal && key == "content-type":
		return "Content-Type cannot be global", "it follows from each response; a route's own headers can replace it"
	case where == scopeGlobal && key == "location":
		return "Location cannot be global", "set it in the route that needs it"
	case where == scopeFiles && key != "content-encoding" && fileFields[key] != "":
		return refusedForFiles(name)
	case where != scopeRoute && key == "allow":
		return "Allow cannot be set here", "the server lists the methods of each path itself"
	}
	return "", ""
}

// fileFields are written by the server for the files of a folder, from their bytes.
// Keys are lower case.
var fileFields = map[string]string{
	"etag":             "it is the hash of the file's content",
	"last-modified":    "say where it comes from with last_modified",
	"content-encoding": "choose them with encodings, or name files that are encoded in headers_for",
	"content-range":    "it answers requests for a range",
	"accept-ranges":    "it answers requests for a range",
	"vary":             "it says Accept-Encoding where there are encodings",
	"location":         "a redirect is a route of its own",
	"allow":            "the server lists the methods itself",
}

// refusedForFiles says why a field cannot be given for files, or returns "".
func refusedForFiles(name string) (msg, hint string) {
	why, ok := fileFields[strings.ToLower(name)]
	if !ok {
		return "", ""
	}
	return "header " + name + " cannot be set for files", "remove it: " + why
}

// CheckField says why files cannot have a field, or returns "".
func CheckField(name, value string) (msg, hint string) {
	if !isToken(name) {
		return fmt.Sprintf("%q is no field name", name), "a name has letters, digits and !#$%&'*+-.^_`|~ only (RFC 9110 5.1)"
	}
	if msg, hint := refusedForFiles(name); msg != "" {
		return msg, hint
	}
	if msg, hint := refusedField(name, scopeFiles); msg != "" {
		return msg, hint
	}
	if close := misspeltField(name); close != "" {
		return fmt.Sprintf("header %s looks like a misspelt %s", name, close), "did you mean " + close + "?"
	}
	if msg, hint := badValue(value); msg != "" {
		return fmt.Sprintf("header %s: %s", name, msg), hint
	}
	return "", ""
}

// headerValue returns a scalar's text as written: X-Version: 1.10 stays 1.10.
func (d *decoder) headerValue(n *node, name string) (string, bool) {
	if n.kind == kindNull {
		d.report(n, `write "" if an empty value is meant`, "header %s has no value", name)
		return "", false
	}
	if n.kind == kindList || n.kind == kindTable {
		d.wrongKind(n, "header "+name, "a value or a list of values", "write each value as a text")
		return "", false
	}
	if msg, hint := badValue(n.text); msg != "" {
		d.report(n, hint, "header %s: %s", name, msg)
		return "", false
	}
	return n.text, true
}

// badValue checks a field value (RFC 9110 5.5) and returns "" for a good one.
func badValue(v string) (msg, hint string) {
	if strings.ContainsAny(v, "\r\n") {
		return "a line break in the value", "a field is one line: remove the break, it would begin another field"
	}
	for _, r := range v {
		if r != '\t' && r < 0x20 || r == 0x7f {
			return fmt.Sprintf("control character U+%04X in the value", r), "remove it"
		}
	}
	if strings.Trim(v, " \t") != v {
		return "white space around the value", "remove it: no client would see it (RFC 9110 5.5)"
	}
	return "", ""
}

// isTokenList reports whether s is a list of tokens (RFC 9110 5.6.1).
func isTokenList(s string) bool {
	for item := range strings.SplitSeq(s, ",") {
		if !isToken(strings.Trim(item, " \t")) {
			return false
		}
	}
	return true
}

// isToken reports whether s is a token (RFC 9110 5.6.2).
func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isAlnum(s[i]) && strings.IndexByte("!#$%&'*+-.^_`|~", s[i]) < 0 {
			return false
		}
	}
	return s != ""
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

// find returns the field of the name, in any case, or nil.
func find(list []Header, name string) *Header {
	for i := range list {
		if strings.EqualFold(list[i].Name, name) {
			return &list[i]
		}
	}
	return nil
}
