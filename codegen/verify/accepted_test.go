package verify_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/dynamic"
)

// TestAccepted proves the servers of testdata/verify/accepted, which do what server.asm does in
// another way, and runs them: whole, and with each call failing in each way.
func TestAccepted(t *testing.T) {
	for name, path := range accepted(t) {
		if strings.HasPrefix(name, "loop") {
			continue // they serve many connections: TestLoopServes
		}
		t.Run(name, func(t *testing.T) {
			lines := readAccepted(t, path)
			file := newCase(t, lines, new(txtar.Archive))
			if _, err := verify.CheckAnyForm(bytes.NewReader(file), int64(len(file)), verify.Workers()); err != nil {
				t.Fatal(err)
			}
			if err := serves(file); err != nil {
				t.Error(err)
			}
		})
	}
}

// accepted are the paths of testdata/verify/accepted, by name.
func accepted(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpus, "accepted", "*.txtar"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%d servers, %v: want three at least", len(files), err)
	}
	byName := map[string]string{}
	for _, path := range files {
		byName[strings.TrimSuffix(filepath.Base(path), ".txtar")] = path
	}
	return byName
}

// answer is what the servers answer.
const answer = "HTTP/1.0 200 OK\r\n\r\nGET / HTTP/1.0\r\n"

// serves runs a server: the client gets what it should, and where a call fails nothing but that,
// cut short.
func serves(file []byte) error {
	server, _, err := dynamic.Boot(file, dynamic.Script{})
	if err != nil {
		return err
	}
	request := [][]byte{[]byte("GET / HTTP/1.0\r\nHost: a\r\n\r\n")}
	plain, err := server.Serve(dynamic.Script{Segments: request})
	if err != nil {
		return err
	}
	if string(plain.Output) != answer {
		return fmt.Errorf("the client gets %q, want %q", plain.Output, answer)
	}
	for _, call := range plain.Calls {
		for _, result := range []int64{-dynamic.EAGAIN, -dynamic.EINTR, -dynamic.ECONNRESET, 0, 1, 17} {
			run, err := server.Serve(dynamic.Script{Segments: request, Result: func(c dynamic.Call) (int64, bool) {
				return result, c.Index == call.Index && (result < 0 || call.Sends() || call.Receives())
			}})
			if err == nil && !strings.HasPrefix(answer, string(run.Output)) {
				err = fmt.Errorf("the client gets %q", run.Output)
			}
			if err == nil && result > 0 && call.Sends() && string(run.Output) != answer {
				err = fmt.Errorf("a short write loses what is left of it: %q", run.Output)
			}
			if err != nil {
				return fmt.Errorf("call %d, %d(%d, ...), giving %d: %w", call.Index, call.Number, call.Args[0], result, err)
			}
		}
	}
	return nil
}
