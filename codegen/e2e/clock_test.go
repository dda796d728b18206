package e2e

import (
	"io"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// Each response has one Date, whatever it answers and however it is put together: a large
// one too, whose content goes out by itself.
func TestDateOfEachResponse(t *testing.T) {
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Build(t, logSite(v, "clock: true")).Start(t, emitted.Options{})
		for _, r := range loggedRequests {
			began := time.Now()
			got, _ := ask(s.Addr, r.text) // a server that closes early may reset what is still sent
			if got == "" {
				continue
			}
			head, _, _ := strings.Cut(strings.TrimPrefix(got, "HTTP/1.1 100 Continue\r\n\r\n"), "\r\n\r\n")
			dates := strings.Count(string(emitted.Undate([]byte(head+"\r\n"), began)), emitted.GoldenDate)
			if dates != 1 || strings.Count(head, "\r\nDate: ") != 1 || strings.Count(got, "\r\nDate: ") != 1 {
				t.Errorf("%.80q: %d dates in %q", r.text, dates, head)
			}
		}
		if got := s.Ask(t, get("/large.bin")); !strings.HasSuffix(got, "GMT\r\n\r\n"+strings.Repeat("x", 100_000)) {
			t.Errorf("%d bytes: %.300q", len(got), got)
		}
		if got := s.Ask(t, "GET /large.bin HTTP/1.1\r\n"+logHost+"Range: bytes=10-79999\r\n\r\n"); !strings.HasSuffix(got, "GMT\r\n\r\n"+strings.Repeat("x", 79_990)) {
			t.Errorf("%d bytes: %.300q", len(got), got)
		}
	})
}

// The parent's 503 has a Date too.
func TestDateWhereForkFails(t *testing.T) {
	for _, content := range []string{"", "busy\n", strings.Repeat("0123456789", 400)} {
		emitted.Each(t, emitted.Hardened(), func(t *testing.T, v emitted.Variant) {
			rest := onePage
			if content != "" {
				rest += "\nerrors: { 503: { file: busy } }"
			}
			b := emitted.Build(t, fstest.MapFS{emitted.SpecName: {Data: []byte(v.Spec("clock: true", rest))}, "busy": {Data: []byte(content)}})
			openTo(t, b.Path)
			s := b.Start(t, emitted.Options{Attr: syscall.SysProcAttr{Credential: nobody(t)}})
			limitProcesses(t, s.PID, 1)
			began := time.Now()
			got, _ := io.ReadAll(s.Dial(t))
			text := string(emitted.Undate(got, began))
			if !hasStatus(text, 503) || !strings.HasSuffix(text, "\r\n\r\n"+content) || strings.Count(text, "\r\n"+emitted.GoldenDate) != 1 {
				t.Errorf("%d bytes of content: %d bytes: %.300q", len(content), len(text), text)
			}
		})
	}
}

// A server that may not know the time does not start.
func TestClockFails(t *testing.T) {
	b := emitted.BuildText(t, emitted.Request.Spec("clock: true", onePage))
	got := b.Run(t, emitted.Options{Port: 8080, Wrap: []string{testtool.Need(t, "strace"), "-qq", "-o", "/dev/null", "-e", "inject=clock_gettime:error=EPERM"}})
	if want := (emitted.Exit{Status: 1, Stderr: "clock_gettime: EPERM on 127.0.0.1:8080\n"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// A clock is asked at boot and for each response, and a response is one write.
func TestSystemCallsOfClock(t *testing.T) {
	emitted.Each(t, emitted.Hardened(), func(t *testing.T, v emitted.Variant) {
		trace := traced(t, v, "clock: true", func(s *emitted.Server) { s.Ask(t, get("/")) })
		want := []string{"close", "read", "clock_gettime", "write", "exit"}
		if v.KeepAlive() {
			want = slices.Insert(want, 4, "read")
		}
		if diff := cmp.Diff(want, trace.child(1)); diff != "" {
			t.Error(diff)
		}
		if !slices.Contains(trace.child(0), "clock_gettime") {
			t.Errorf("the parent: %v", trace.child(0))
		}
	})
}
