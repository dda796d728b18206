package e2e

import (
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// Where no process can be had, that client gets 503; the server recovers when the
// limit lifts.
func TestForkFails(t *testing.T) {
	emitted.Each(t, emitted.All(), func(t *testing.T, v emitted.Variant) {
		b := emitted.BuildText(t, v.Spec("", onePage+"\nerrors: { 503: { body: \"busy\\n\", headers: { Retry-After: 1 } } }"))
		openTo(t, b.Path)
		s := b.Start(t, emitted.Options{Attr: syscall.SysProcAttr{Credential: nobody(t)}})
		open := descriptors(t, s.PID)

		limitProcesses(t, s.PID, 1)
		for range 20 {
			checkBusy(t, s)
		}
		limitProcesses(t, s.PID, 2)
		holder := s.Dial(t)
		awaitChildren(t, s.PID, 1)
		checkBusy(t, s)
		holder.HalfClose()
		awaitChildren(t, s.PID, 0)
		if got := s.Ask(t, get("/")); !hasStatus(got, 200) {
			t.Errorf("with a process to be had: %q", got)
		}
		awaitChildren(t, s.PID, 0)
		await(t, func() bool { return descriptors(t, s.PID) == open }, "descriptors are left over") // a child may end before the parent closes its client
	})
}

// The 503's content is whole where another error has it too, and would be stored
// apart for both.
func TestForkFailsWithSharedContent(t *testing.T) {
	emitted.Each(t, emitted.All(), func(t *testing.T, v emitted.Variant) {
		content := strings.Repeat("0123456789", 400)
		b := emitted.Build(t, fstest.MapFS{
			emitted.SpecName: {Data: []byte(v.Spec("", onePage+"\nerrors: { 404: { file: busy }, 408: { file: busy }, 503: { file: busy } }"))},
			"busy":           {Data: []byte(content)},
		})
		checkAllBusy(t, b, "", content)
	})
}

// A 503 of the server's own is put together when it is due.
func TestForkFailsWithoutContent(t *testing.T) {
	emitted.Each(t, emitted.All(), func(t *testing.T, v emitted.Variant) {
		checkAllBusy(t, emitted.BuildText(t, v.Spec("", onePage)), "", "")
	})
}

// A 503 with slots has their values, with a date and without one.
func TestForkFailsWithSlots(t *testing.T) {
	long := strings.Repeat("y", 1024)
	for _, server := range []string{"", "clock: true"} {
		emitted.Each(t, emitted.Hardened(), func(t *testing.T, v emitted.Variant) {
			b := emitted.BuildText(t, v.Spec(server, onePage+"\nerrors: { 503: { body: \"busy: ${WHY}\", headers: { X-Why: \"<${WHY}>\" } } }"))
			checkAllBusy(t, b, "\r\nX-Why: <"+long+">\r\n", "busy: "+long, "WHY="+long)
		})
	}
}

// The parent writes no line into the access log, where a full pipe could stop it; the
// next child does.
func TestForkFailsUnlogged(t *testing.T) {
	emitted.Each(t, emitted.Hardened(), func(t *testing.T, v emitted.Variant) {
		b := emitted.Build(t, logSite(v, "access_log: common"))
		openTo(t, b.Path)
		s := b.Start(t, emitted.Options{Attr: syscall.SysProcAttr{Credential: nobody(t)}})
		limitProcesses(t, s.PID, 1)
		if got, _ := io.ReadAll(s.Dial(t)); !hasStatus(string(got), 503) {
			t.Errorf("got %q", got)
		}
		limitProcesses(t, s.PID, 100)
		s.Ask(t, get("/a.txt"))
		checkLog(t, s, common("127.0.0.1", `"GET /a.txt HTTP/1.1" 200 11`))
	})
}

// checkAllBusy: a server that never gets a process answers with 503, a field and content.
func checkAllBusy(t *testing.T, b *emitted.Binary, field, content string, env ...string) {
	t.Helper()
	openTo(t, b.Path)
	s := b.Start(t, emitted.Options{Attr: syscall.SysProcAttr{Credential: nobody(t)}, Env: env})
	limitProcesses(t, s.PID, 1)
	for range 3 {
		got, _ := io.ReadAll(s.Dial(t))
		want := fmt.Sprintf("\r\nContent-Length: %d\r\n", len(content))
		if text := string(got); !hasStatus(text, 503) || !strings.Contains(text, want) || !strings.Contains(text, field) || !strings.HasSuffix(text, "\r\n\r\n"+content) {
			t.Errorf("%d bytes: %.200q", len(got), got)
		}
	}
}

// checkBusy: the parent reads nothing, so that a reset may follow the response.
func checkBusy(t *testing.T, s *emitted.Server) {
	t.Helper()
	c := s.Dial(t)
	got, _ := io.ReadAll(c)
	if text := string(got); !hasStatus(text, 503) || !strings.Contains(text, "\r\nRetry-After: 1\r\n") || !strings.HasSuffix(text, "\r\n\r\nbusy\n") {
		t.Errorf("got %q", got)
	}
}

// limitProcesses sets RLIMIT_NPROC of a process of nobody's, as nobody: to limit
// another user's would take CAP_SYS_RESOURCE, which a container's root lacks.
func limitProcesses(t *testing.T, pid, n int) {
	t.Helper()
	cmd := exec.Command(testtool.Need(t, "prlimit"), fmt.Sprintf("--pid=%d", pid), fmt.Sprintf("--nproc=%d:", n))
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: nobody(t)}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("prlimit: %v: %s", err, out)
	}
}
