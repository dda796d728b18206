package spec

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"io/fs"
	"strings"
	"unicode/utf8"
)

// hasEnv says that the text of a route's file has slots.
func (d *decoder) hasEnv(form, env *field) bool {
	switch {
	case env == nil:
		return false
	case form != nil && form.key.text == string(FormFile):
		return d.boolean(env.value, "env")
	case form != nil && (form.key.text == string(FormBody) || form.key.text == string(FormJSON)):
		d.report(env.key, "remove it: "+form.key.text+" has slots without it", "env beside %s", form.key.text)
	default:
		d.report(env.key, "remove it; "+slotPlaces, "env in a route without file")
	}
	return false
}

// envRoute decodes a route with a file whose text has slots. It is put together when the server
// starts, as that of body is: what follows from a file's bytes, such as its ETag, it does not have.
func (d *decoder) envRoute(r *Route, f field, keys []field) {
	for _, k := range keys {
		d.report(k.key, "remove it: what has slots is put together when the server starts, without ETag, encodings and ranges; Cache-Control is one of headers", "%s beside env", k.key.text)
	}
	r.Content = d.content(f)
	d.checkNoContent(r, f.key)
	name, mediaType := r.Content.File, r.Content.Type
	r.Content.Form, r.Content.File = FormBody, ""
	if h := find(r.Headers, "Content-Type"); h != nil {
		mediaType = h.Value
	}
	if raw := d.readText(f.value, name, r.Content.Size); raw != nil {
		r.Content.Bytes, r.Content.Slots = d.fileSlots(f.value, name, mediaType, string(raw))
		r.Content.Size = int64(len(r.Content.Bytes))
	}
}

// readText reads a file that is to have slots; nil where it cannot have some.
func (d *decoder) readText(n *node, name string, size int64) []byte {
	if name == "" || d.files.look(name).msg != "" {
		return nil // reported already
	}
	if size > MaxSlots {
		d.report(n, "leave env out, or make the file smaller", "env: the file %s has %d bytes; with slots at most %d are possible", name, size, MaxSlots)
		return nil
	}
	raw, err := fs.ReadFile(d.files.fsys, name)
	switch {
	case err != nil:
		d.report(n, "", "env: the file %s cannot be read: %s", name, cause(err))
		return nil
	case !utf8.Valid(raw):
		d.report(n, "leave env out, or save the file as UTF-8", "env: the file %s is not UTF-8", name)
		return nil
	}
	if d.sources[name] == nil {
		lines := strings.Split(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n")
		d.sources[name], d.sums[name] = &source{file: name, lines: lines}, sha256.Sum256(raw)
		d.imports = append(d.imports, name)
	}
	return raw
}

// fileSlots takes the text of a file apart, as slots does that of a node.
func (d *decoder) fileSlots(n *node, name, mediaType, raw string) ([]byte, []Slot) {
	bad := false
	r := slotReader{
		form: func(string) SlotForm { return SlotText },
		report: func(at int, msg, hint string) {
			start := strings.LastIndexByte(raw[:at], '\n') + 1
			d.errs.Add(d.sources[name].errorAt(strings.Count(raw[:at], "\n")+1, utf8.RuneCountInString(raw[start:at])+1, msg, hint))
			bad = true
		},
	}
	if isJSON(mediaType) {
		r.form = new(jsonPlace).form
	}
	text, slots := r.read(raw)
	switch {
	case bad:
	case isJSON(mediaType) && !json.Valid(sampleJSON(text, slots)):
		d.report(n, "in a string a slot is escaped; outside of one it stands for a number, true, false or null", "env: the file %s is no JSON with values in its slots", name)
	case len(slots) == 0:
		d.warn(n, "leave env out: then the file has an ETag, encodings and ranges", "env: the file %s has no slot", name)
	}
	return []byte(text), slots
}

// isJSON: the content of a media type is JSON (RFC 8259, 11; RFC 6839, 3.1).
func isJSON(mediaType string) bool {
	essence, _, _ := strings.Cut(strings.ToLower(mediaType), ";")
	essence = strings.TrimSpace(essence)
	return essence == "application/json" || essence == "text/json" || strings.HasSuffix(essence, "+json")
}

// jsonPlace is a place in a JSON text.
type jsonPlace struct {
	read              int // bytes in front of it
	inString, escaped bool
}

// form is that of a slot behind a text, which begins as the last one did.
func (p *jsonPlace) form(before string) SlotForm {
	for ; p.read < len(before); p.read++ {
		switch c := before[p.read]; {
		case p.escaped:
			p.escaped = false
		case p.inString && c == '\\':
			p.escaped = true
		case c == '"':
			p.inString = !p.inString
		}
	}
	if p.inString {
		return SlotString
	}
	return SlotJSON
}

// sampleJSON is a text with values that stand for all that its slots can have: none of their bytes
// is a part of an escape or of another value.
func sampleJSON(text string, slots []Slot) []byte {
	var b bytes.Buffer
	from := 0
	for _, s := range slots {
		b.WriteString(text[from:s.At])
		from = s.At
		if s.Form == SlotString {
			b.WriteByte('~')
		} else {
			b.WriteString("null")
		}
	}
	b.WriteString(text[from:])
	return b.Bytes()
}
