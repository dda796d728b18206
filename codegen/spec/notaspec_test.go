package spec

import (
	"strings"
	"testing"
)

// TestOtherFiles: what is given for a spec by mistake is called by its name.
func TestOtherFiles(t *testing.T) {
	for text, want := range map[string]string{
		"\x7fELF\x02\x01\x01\x00":        "an ELF program.*'verbosel verify'",
		"\n <!DOCTYPE html>\n<html>":     "an HTML page.*name the folder",
		"\ufeff<HTML lang=en>":           "an HTML page",
		"<?xml version='1.0'?>\n":        "HTML or XML",
		"#!/bin/sh\necho\n":              "a script",
		"\x89PNG\r\n\x1a\n\x00":          "a picture",
		"\x1f\x8b\x08\x00":               "compressed",
		"%PDF-1.7\n":                     "a PDF",
		strings.Repeat("\x00", 20) + "x": "control character U.0000",
	} {
		_, err := parse(text)
		if err == nil || !matches("(?s)"+want, err.Error()) {
			t.Errorf("%.20q: %v, want %s", text, err, want)
		}
	}
	if _, err := parse("# <html>\nroutes: []\n"); err != nil {
		t.Errorf("a comment: %v", err)
	}
}
