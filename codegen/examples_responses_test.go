package codegen_test

import (
	"io"
	"net"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/unproved"
)

// responsesName is the archive of what an example is asked and answers: a comment,
// then for each exchange NAME.request and NAME.response, in the notation of
// examples_wire_test.go. A request file is all that the client sends on one
// connection, a response file all that comes back.
const responsesName = "responses.txtar"

// timeout ends an exchange that has failed.
const timeout = 20 * time.Second

// checkResponses runs the server and compares its answers with the golden ones. It listens elsewhere than the example's own,
// which is proved, and needs no proof besides.
func (e example) checkResponses(t *testing.T, files fstest.MapFS) {
	archive := parseArchive(t, files)
	spec := onLoopback(t, files[specName].Data)
	var built *emitted.Binary
	unproved.While(func() { built = emitted.Build(t, withFile(files, specName, spec)) })
	server := built.Start(t, emitted.Options{})
	for i, exchange := range archive.Files {
		if !strings.HasSuffix(exchange.Name, ".request") {
			continue
		}
		request, err := decodeWire(exchange.Data, files)
		if err != nil {
			t.Fatalf("%s: %v", exchange.Name, err)
		}
		began := time.Now()
		response := ask(t, server.Addr, request)
		archive.Files[i+1].Data = encodeWire(emitted.Undate(response, began), files)
	}
	checkCoverage(t, archive)
	e.golden(t, responsesName, txtar.Format(archive))
}

// parseArchive reads the archive and makes room for responses that it has not yet. A
// response without a request fails the test.
func parseArchive(t *testing.T, files fstest.MapFS) *txtar.Archive {
	t.Helper()
	if files[responsesName] == nil {
		t.Fatalf("there is no %s: write its requests, then `make golden`", responsesName)
	}
	archive := txtar.Parse(files[responsesName].Data)
	var requests []string
	out := &txtar.Archive{Comment: archive.Comment}
	for _, f := range archive.Files {
		if name, ok := strings.CutSuffix(f.Name, ".request"); ok {
			requests = append(requests, name)
			out.Files = append(out.Files, f, txtar.File{Name: name + ".response"})
		} else if name, ok := strings.CutSuffix(f.Name, ".response"); !ok || !slices.Contains(requests, name) {
			t.Errorf("%s: %s belongs to no request", responsesName, f.Name)
		}
	}
	return out
}

// statusLine is the beginning of a response.
var statusLine = regexp.MustCompile(`(?m)^HTTP/1\.1 ([0-9])[0-9][0-9] `)

// checkCoverage demands several exchanges, an error among them.
func checkCoverage(t *testing.T, archive *txtar.Archive) {
	t.Helper()
	classes := map[string]int{}
	for _, f := range archive.Files {
		for _, m := range statusLine.FindAllSubmatch(f.Data, -1) {
			classes[string(m[1])]++
		}
	}
	if classes["2"]+classes["3"] < 1 || classes["4"]+classes["5"] < 2 {
		t.Errorf("%s has too few responses, by class: %v", responsesName, classes)
	}
}

// ask sends a request and the end of the stream, and returns all that comes back.
func ask(t *testing.T, addr string, request []byte) []byte {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(timeout)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(request); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	response, err := io.ReadAll(conn)
	if err != nil {
		t.Fatalf("after %q: %v", response, err)
	}
	return response
}

var (
	listenLine = regexp.MustCompile(`(?m)^  listen: .*$`)
	serverKey  = regexp.MustCompile(`(?m)^server:`)
)

// onLoopback makes a spec, with or without a server section, listen on 127.0.0.1, at
// the port that the harness chooses.
func onLoopback(t *testing.T, spec []byte) []byte {
	t.Helper()
	const loopback = `  listen: "127.0.0.1:${PORT:-8080}"`
	if !serverKey.Match(spec) {
		return append([]byte("server:\n"+loopback+"\n"), spec...)
	}
	if n := len(listenLine.FindAll(spec, -1)); n != 1 {
		t.Fatalf("%d lines of the server section give a listen, want 1", n)
	}
	return listenLine.ReplaceAllLiteral(spec, []byte(loopback))
}
