package spec

import (
	"bytes"

	"github.com/verbosel/verbosel/codegen/diag"
)

// otherFiles are beginnings of files that are given for a spec by mistake. What is in
// lower case may be in upper case too.
var otherFiles = []struct{ magic, msg, hint string }{
	{"\x7fELF", "this is an ELF program, and no spec", "a server runs by itself; 'verbosel verify' and 'verbosel listing' read one"},
	{"<!doctype html", "this is an HTML page, and no spec", htmlHint},
	{"<html", "this is an HTML page, and no spec", htmlHint},
	{"<", "this is HTML or XML, and no spec", htmlHint},
	{"#!", "this is a script, and no spec", specHint},
	{"%PDF", "this is a PDF, and no spec", specHint},
	{"\x89PNG", "this is a picture, and no spec", specHint},
	{"\x1f\x8b", "this file is compressed, and no spec", specHint},
	{"PK\x03\x04", "this file is compressed, and no spec", specHint},
}

const (
	htmlHint = "to serve a folder of pages, name the folder; in a spec a page is file: index.html"
	specHint = "'verbosel init' writes a spec to start from"
)

// otherFile says what a file is that is no spec, or returns nil.
func otherFile(name string, raw []byte) *diag.Error {
	start := bytes.TrimLeft(raw[:min(len(raw), 512)], " \t\r\n")
	for _, f := range otherFiles {
		if bytes.HasPrefix(start, []byte(f.magic)) || bytes.HasPrefix(bytes.ToLower(start), []byte(f.magic)) {
			return &diag.Error{Pos: diag.Pos{File: name}, Msg: f.msg, Hint: f.hint}
		}
	}
	return nil
}
