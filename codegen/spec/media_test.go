package spec

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTypeByName(t *testing.T) {
	for name, want := range map[string]string{
		"a.html": "text/html; charset=utf-8", "x/y.tar.gz": "application/gzip", ".css": "text/css; charset=utf-8", "a": "application/octet-stream", "a.JS": "text/javascript; charset=utf-8", "a.cjs": "text/javascript; charset=utf-8",
		"a.svg": "image/svg+xml; charset=utf-8", "a.xsl": "application/xslt+xml; charset=utf-8", "a.xslt": "application/xslt+xml; charset=utf-8",
		"a.dtd": "application/xml-dtd; charset=utf-8", "a.xsd": "application/xml; charset=utf-8",
		"a.kml": "application/vnd.google-earth.kml+xml; charset=utf-8", "a.gpx": "application/gpx+xml; charset=utf-8",
		"a.icc": "application/vnd.iccprofile", "a.m4s": "video/iso.segment", "a.mkv": "video/matroska", "a.ktx2": "image/ktx2",
		"a.usdz": "model/vnd.usdz+zip", "a.mobileconfig": "application/x-apple-aspen-config", "a.pkpass": "application/vnd.apple.pkpass",
		"a.jsonl": "application/jsonl", "a.json5": "application/json5", "a.srt": "application/x-subrip", "a.wgsl": "text/wgsl; charset=utf-8",
		"a.py": "text/x-python; charset=utf-8", "a.conf": "text/plain; charset=utf-8", "a.diff": "text/x-diff; charset=utf-8",
		"a.json": "application/json", "a.yaml": "application/yaml", "a.ts": "video/mp2t", "a.wasm": "application/wasm", "a.woff2": "font/woff2",
		"apple-app-site-association": "application/json", "x/apple-app-site-association": "application/json",
		".well-known/apple-app-site-association": "application/json", "site/.well-known/openid-configuration": "application/json",
		".well-known/matrix/client": "application/json", ".well-known/webfinger": "application/jrd+json",
		".well-known/host-meta": "application/xrd+xml; charset=utf-8", ".well-known/discord": "text/plain; charset=utf-8",
		"openid-configuration": "application/octet-stream", "x.well-known/webfinger": "application/octet-stream",
		".well-known/acme-challenge/abc": "application/octet-stream", "html": "application/octet-stream", "a.": "application/octet-stream",
		"a.nothing": "application/octet-stream", "#": "application/octet-stream", "a.#": "application/octet-stream",
	} {
		if got := TypeByName(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// TestMediaTypesAreSorted: the table has a line for each extension, in order.
func TestMediaTypesAreSorted(t *testing.T) {
	var exts []string
	for line := range strings.Lines(mediaTypesText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) != 2 || strings.Count(fields[1], "/") != 1 || strings.ToLower(line) != line {
			t.Errorf("the line %q", line)
			continue
		}
		exts = append(exts, fields[0])
	}
	if !slices.IsSorted(exts) || len(slices.Compact(exts)) != len(mediaTypes()) || len(exts) < 1000 {
		t.Errorf("%d lines, %d extensions, sorted: %v", len(exts), len(mediaTypes()), slices.IsSorted(exts))
	}
}

// TestMediaTypesAgree: no extension for which nginx, or the system's list that Apache reads,
// has a type that is not merely private (x-) is unknown here.
func TestMediaTypesAgree(t *testing.T) {
	found := false
	for _, list := range []string{"/etc/nginx/mime.types", "/etc/mime.types"} {
		text, err := os.ReadFile(filepath.Clean(list))
		if err != nil {
			continue
		}
		found = true
		var unknown []string
		for line := range strings.Lines(string(text)) {
			line, _, _ = strings.Cut(line, "#")
			fields := strings.Fields(strings.ReplaceAll(line, ";", ""))
			if len(fields) < 2 || strings.Contains(fields[0], "/x-") || fields[0] == unknownType {
				continue
			}
			for _, ext := range fields[1:] {
				if len(ext) > 1 && !strings.Contains(ext, ".") && mediaTypes()[strings.ToLower(ext)] == "" {
					unknown = append(unknown, ext)
				}
			}
		}
		if len(unknown) > 0 {
			t.Errorf("%s: not known are %q", list, unknown)
		}
	}
	if !found {
		t.Skip("neither /etc/nginx/mime.types nor /etc/mime.types is there to compare with")
	}
}
