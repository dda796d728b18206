package codegen

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// The probe that is made of a note is the one that is made of the spec, byte for byte.
func TestProbeOfNote(t *testing.T) {
	for _, listen := range []string{":8080", "127.0.0.1:${PORT:-8080}", "[::]:${PORT}", "[::1]:80", "unix:/run/a site é.sock", "unix:@site"} {
		for _, health := range []string{"", "health: /healthz\n", "health: { path: \"/a b/%e2%82%ac\", timeout: 1500ms }\n"} {
			spec := "server: { listen: \"" + listen + "\" }\n" + health + "routes: [{ path: \"*\", body: ok }]\n"
			r, file := noted(t, spec)
			note, err := ReadNote(bytes.NewReader(file), int64(len(file)))
			if err != nil {
				t.Fatal(err)
			}
			if note.Listen != listen || note.Compiler != "v1.2.3" || note.Spec != r.SpecSum() || note.Health != r.HealthPath() {
				t.Errorf("%s: the note is %+v", spec, note)
			}
			want, err := r.Probe(nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := NoteProbe(note)
			if err != nil {
				t.Errorf("%s: %v", spec, err)
				continue
			}
			if diff := cmp.Diff(want.ProbeSummary(), got.ProbeSummary()); diff != "" {
				t.Errorf("%s: %s", spec, diff)
			}
		}
	}
}

// How long notes are that nobody has made longer.
func TestNoteSize(t *testing.T) {
	for spec, want := range map[string]uint64{
		"routes: [{ path: /, body: ok }]\n":                                              56,
		"health: /healthz\nroutes: [{ path: /healthz, body: ok }]\n":                     64,
		"server: { listen: \":${PORT:-8080}\" }\nroutes: [{ path: /, body: ok }]\n":      68,
		"server: { listen: \"unix:/run/site.sock\" }\nroutes: [{ path: /, body: ok }]\n": 72,
	} {
		r, err := Compile(fstest.MapFS{"routes.yaml": {Data: []byte(spec)}}, "routes.yaml", Options{Dev: &Dev{}, Note: "0123456789ab"})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Image.Segments[3].Filesz; got != want {
			t.Errorf("%s: %d bytes, want %d", spec, got, want)
		}
	}
}

// A note that says nothing of health has no probe; the server's own does not say more.
func TestNoteWithoutProbe(t *testing.T) {
	_, file := noted(t, "server: { listen: systemd }\nroutes: [{ path: /, body: ok }]\n")
	note, err := ReadNote(bytes.NewReader(file), int64(len(file)))
	if err != nil || note.Health != "" || note.Timeout != "" || note.Listen != "systemd" {
		t.Fatalf("%+v, %v", note, err)
	}
	if _, err := NoteProbe(note); err == nil || !strings.Contains(err.Error(), "names nothing that a probe could ask for") {
		t.Error(err)
	}
}

// A note may say what no spec can: then nothing is made of it.
func TestBadNoteHasNoProbe(t *testing.T) {
	good := Note{Compiler: "v1", Listen: ":80", Health: "/a", Timeout: "1s"}
	for want, edit := range map[string]func(*Note){
		"listen: ":            func(n *Note) { n.Listen = "localhost:80" },
		"no path of one":      func(n *Note) { n.Health = "/{a}" },
		"health: \"a\"":       func(n *Note) { n.Health = "a" },
		"normalised":          func(n *Note) { n.Health = "/%61" },
		"a timeout of 1ms":    func(n *Note) { n.Timeout = "1ms" },
		"a timeout of 1h0m1s": func(n *Note) { n.Timeout = "3601s" },
	} {
		n := good
		edit(&n)
		if _, err := NoteProbe(&n); err == nil || !strings.Contains(err.Error(), "the server's note: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", n, err, want)
		}
	}
	if _, err := NoteProbe(&good); err != nil {
		t.Error(err)
	}
}

// noted is a server with a note, which is not proved.
func noted(t *testing.T, spec string) (*Result, []byte) {
	t.Helper()
	r, err := Compile(fstest.MapFS{"routes.yaml": {Data: []byte(spec)}}, "routes.yaml", Options{Dev: &Dev{}, Note: "v1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	file, err := r.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return r, file
}
