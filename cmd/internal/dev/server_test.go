package dev

import (
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen"
)

// fickle writes a program that listens at its nth start, and not before; it notes its
// starts in the file that is returned too.
func fickle(t *testing.T, n string) (program, starts string) {
	t.Helper()
	dir := t.TempDir()
	program, starts = filepath.Join(dir, "server"), filepath.Join(dir, "starts")
	script := "#!/bin/sh\ncd " + dir + "\necho start >>starts\nif [ $(wc -l <starts) -lt " + n +
		" ]; then echo in use >&2; exit 1; fi\necho '>> server listening on :1'\nexec sleep 60\n"
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return program, starts
}

func countStarts(t *testing.T, file string) int {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(text), "start")
}

// TestTakeOver: an address that is in use for a moment more is waited for.
func TestTakeOver(t *testing.T) {
	program, starts := fickle(t, "4")
	s, err := takeOver(program, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	s.stop()
	if n := countStarts(t, starts); n != 4 || s.banner != ":1" {
		t.Errorf("listens on %s behind %d starts", s.banner, n)
	}
}

// TestTakeOverInVain: it ends, and the last start says why.
func TestTakeOverInVain(t *testing.T) {
	program, starts := fickle(t, "1000")
	if _, err := takeOver(program, io.Discard); err == nil || err.Error() != "the server did not start" {
		t.Errorf("got %v", err)
	}
	if n := countStarts(t, starts); n != takeoverTries+1 {
		t.Errorf("%d starts", n)
	}
}

// TestSessionStarts: only in the place of a server that ran is an address waited for.
func TestSessionStarts(t *testing.T) {
	program, starts := fickle(t, "2")
	d := &session{opts: Options{Log: io.Discard, Talk: io.Discard}}
	if _, err := d.start(program, nil); err == nil {
		t.Error("the first start listens")
	}
	server, err := d.start(program, nil)
	if err != nil {
		t.Fatal(err)
	}
	d.server = server
	defer d.stop()
	again, restarts := fickle(t, "3")
	if d.server, err = d.start(again, nil); err != nil || countStarts(t, restarts) != 3 || countStarts(t, starts) != 2 {
		t.Errorf("%v behind %d starts", err, countStarts(t, restarts))
	}
	<-server.ended
}

// TestRemoveSocket: the socket goes, and nothing else that has its name does.
func TestRemoveSocket(t *testing.T) {
	dir, err := os.MkdirTemp("", "") // a short name: sun_path has 108 bytes (unix(7))
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	socket, file := filepath.Join(dir, "s"), filepath.Join(dir, "f")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, banner := range []string{socket, "unix:" + file, "unix:@" + socket, "unix:" + socket + "/none", ":80"} {
		(&server{banner: banner}).removeSocket()
	}
	for _, name := range []string{socket, file} {
		if _, err := os.Lstat(name); err != nil {
			t.Error(err)
		}
	}
	(&server{banner: "unix:" + socket}).removeSocket()
	if _, err := os.Lstat(socket); !os.IsNotExist(err) {
		t.Errorf("the socket is there: %v", err)
	}
}

// TestBanner: the line that says where a server listens may come in pieces and on either
// stream, and everything else is passed on.
func TestBanner(t *testing.T) {
	var out strings.Builder
	said := make(chan string, 2)
	b := newBanner(&out, said)
	for _, piece := range []string{"before\n>> server list", "ening on :80", "80\nbehind\n", "more"} {
		if n, err := b.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Fatal(n, err)
		}
	}
	if got := <-said; got != ":8080" || out.String() != "before\nbehind\nmore" {
		t.Errorf("%q, %q", got, out.String())
	}
}

// TestBannerOnStderr: where standard output has the log.
func TestBannerOnStderr(t *testing.T) {
	program := filepath.Join(t.TempDir(), "server")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho '>> server listening on :1' >&2\nexec sleep 60\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := startServer(program, io.Discard, io.Discard)
	if err != nil || s.banner != ":1" {
		t.Fatalf("%v %v", s, err)
	}
	s.stop()
}

// TestStopTwice: a server that waits for its clients is told again.
func TestStopTwice(t *testing.T) {
	program := filepath.Join(t.TempDir(), "server")
	if err := os.WriteFile(program, []byte("#!/bin/sh\ntrap 'test $told && exit; told=1' TERM\necho '>> server listening on :1'\nwhile :; do sleep 0.01; done\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := startServer(program, io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	s.stop()
}

// TestSpare: the next build is written over an earlier server's file, unless that runs
// still or is gone.
func TestSpare(t *testing.T) {
	program, err := exec.LookPath("sleep")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name       string
		runs, gone bool
		over       bool
	}{{"free", false, false, true}, {"runs", true, false, false}, {"gone", false, true, false}} {
		dir := t.TempDir()
		d := &session{contents: codegen.Contents{1: {}}, spare: filepath.Join(dir, "spare")}
		if err := os.WriteFile(d.spare, text, 0o700); err != nil {
			t.Fatal(err)
		}
		if tt.runs {
			running := exec.Command(d.spare, "60")
			if err := running.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() { _, _ = running.Process.Kill(), running.Wait() }()
		}
		if tt.gone {
			os.Remove(d.spare)
		}
		file, over, err := d.open(filepath.Join(dir, "next"))
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		defer file.Close()
		info, err := file.Stat()
		if err != nil || (over != nil) != tt.over || (info.Size() != 0) != tt.over || d.spare != "" {
			t.Errorf("%s: %d bytes, over %v, %v", tt.name, info.Size(), over, err)
		}
	}
}

// TestCopyFile: it is a program with the same bytes, and never takes another file's place.
func TestCopyFile(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	if err := os.WriteFile(from, []byte("bytes"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := copyFile(to, from); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(to)
	if got, readErr := os.ReadFile(to); err != nil || readErr != nil || string(got) != "bytes" || info.Mode().Perm() != 0o700 {
		t.Errorf("%q, %v, %v", got, info.Mode(), err)
	}
	if copyFile(to, from) == nil || copyFile(filepath.Join(dir, "other"), filepath.Join(dir, "none")) == nil {
		t.Error("no error")
	}
}
