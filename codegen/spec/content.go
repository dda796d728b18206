package spec

// content decodes an entry with the key body, json or file.
func (d *decoder) content(f field) Content {
	switch Form(f.key.text) {
	case FormBody:
		text, slots := d.slots(f.value, d.body(f.value), "body", SlotText)
		return Content{Form: FormBody, Bytes: []byte(text), Size: int64(len(text)), Type: bodyType, Slots: slots}
	case FormJSON:
		w := jsonWriter{decoder: d}
		w.json(f.value)
		return Content{Form: FormJSON, Bytes: w.b, Size: int64(len(w.b)), Type: jsonType, Slots: w.slots}
	case FormFile:
		name, size := d.file(f.value)
		return Content{Form: FormFile, File: name, Size: size, Type: TypeByName(name)}
	}
	panic("BUG: no form of content: " + f.key.text)
}

// body decodes a text. A value is not turned into one: there is json for that.
func (d *decoder) body(n *node) string {
	if n.kind == kindTable || n.kind == kindList {
		d.report(n, "write json: to send it as JSON", "body must be a text, this is %s", n.kind)
		return ""
	}
	text, _ := d.text(n, "body")
	return text
}

// oneForm reports every form behind the first and returns the first, or nil.
func (d *decoder) oneForm(forms []field) *field {
	if len(forms) == 0 {
		return nil
	}
	for _, f := range forms[1:] {
		d.report(f.key, "keep one of them", "%s and %s in one response", forms[0].key.text, f.key.text)
	}
	return &forms[0]
}

// hasNoContent: a response of the status cannot have content (RFC 9110 15.3.5,
// 15.3.6, 15.4.5).
func hasNoContent(status int) bool { return status == 204 || status == 205 || status == 304 }
