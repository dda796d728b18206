package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// What hello may cost in isolation: proof: bytes, and instructions in user mode from one wait to the next with
// a GET of four fields on a kept connection between them.
const (
	loopSizeBound  = 6 << 10
	loopCountBound = 500
)

const helloSpec = "../../examples/hello/routes.yaml"

func TestLoopCosts(t *testing.T) {
	spec, err := os.ReadFile(helloSpec)
	if err != nil {
		t.Fatal(err)
	}
	size := emitted.BuildUnprovedText(t, string(spec)).Result.Image.Size()
	count := keptInstructions(t, emitted.BuildUnprovedText(t, "server: { listen: \"127.0.0.1:${PORT}\" }\n"+string(spec)))
	t.Logf("%d bytes; %d instructions for a kept GET", size, count)
	if size > loopSizeBound || count > loopCountBound {
		t.Errorf("%d bytes, at most %d are wanted; %d instructions, at most %d", size, loopSizeBound, count, loopCountBound)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if said := fmt.Sprintf("%d,%03d, 20, %d |", size/1000, size%1000, count); !bytes.Contains(readme, []byte(said)) {
		t.Errorf("README.md does not say %q", said)
	}
}

// keptInstructions is how many instructions a server takes at least for one of several requests on a
// connection. It is stepped through, and so slow that each turn would look at the clock, as otherwise one in some
// thousands does: so its time-stamp counter stands still.
func keptInstructions(t *testing.T, b *emitted.Binary) int {
	t.Helper()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	port := emitted.FreePort(t)
	pid := startTraced(t, b, port, null, null, null)
	const requests = 200
	asked := make(chan error, 1)
	go func() { asked <- askHello(fmt.Sprintf("127.0.0.1:%d", port), requests) }()
	least := 0
	for answers := 0; answers < 8; {
		count, answered := turnInstructions(t, pid)
		if !answered {
			continue
		}
		if answers++; answers == 1 || count < least {
			least = count
		}
	}
	select {
	case err := <-asked:
		if err != nil {
			t.Fatal(err)
		}
	default: // it goes on asking, until the server is killed
	}
	return least
}

// startTraced starts a server that this thread traces, up to its first instruction. It is killed when the
// test ends.
func startTraced(t *testing.T, b *emitted.Binary, port int, files ...*os.File) (pid int) {
	t.Helper()
	runtime.LockOSThread() // the tracer is a thread; it ends with the test
	p, err := os.StartProcess(b.Path, []string{b.Path}, &os.ProcAttr{
		Env: []string{fmt.Sprintf("PORT=%d", port)}, Files: files,
		Sys: &syscall.SysProcAttr{Ptrace: true, Setpgid: true, Pdeathsig: sigkill},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(p.Pid, sigkill)
		_, _ = p.Wait()
	})
	if _, err := syscall.Wait4(p.Pid, nil, 0, nil); err != nil { // it stops behind execve(2)
		t.Fatal(err)
	}
	return p.Pid
}

// Numbers of system calls on x86-64.
const (
	sysWrite      = 1
	sysSendto     = 44
	sysEpollPwait = 281
	sysPwritev2   = 328
)

// turnInstructions steps up to the next wait, and says whether something was sent. The time-stamp counter is the same
// each time. An instruction with a REP prefix stops behind each repetition, at the same place.
func turnInstructions(t *testing.T, pid int) (count int, sent bool) {
	t.Helper()
	for last := uint64(0); ; {
		var regs syscall.PtraceRegs
		var code [2]byte
		if err := syscall.PtraceGetRegs(pid, &regs); err != nil {
			t.Fatal(err)
		}
		if _, err := syscall.PtracePeekText(pid, uintptr(regs.Rip), code[:]); err != nil {
			t.Fatal(err)
		}
		if regs.Rip != last {
			count++
		}
		last = regs.Rip
		call := -1
		if code == [2]byte{0x0f, 0x05} { // SYSCALL
			call = int(regs.Rax)
			sent = sent || call == sysSendto
		}
		if err := syscall.PtraceSingleStep(pid); err != nil {
			t.Fatal(err)
		}
		if _, err := syscall.Wait4(pid, nil, 0, nil); err != nil {
			t.Fatal(err)
		}
		if code == [2]byte{0x0f, 0x31} { // RDTSC
			if err := syscall.PtraceGetRegs(pid, &regs); err != nil {
				t.Fatal(err)
			}
			if regs.Rax, regs.Rdx = 0, 1; syscall.PtraceSetRegs(pid, &regs) != nil {
				t.Fatal("the counter cannot be set")
			}
		}
		if call == sysEpollPwait {
			return count, sent
		}
	}
}

// askHello asks on one connection, one request after the other, once somebody listens.
func askHello(addr string, requests int) error {
	const request = "GET / HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\n\r\n"
	return askKept(addr, requests, request, len("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 14\r\n\r\nHello, World!\n"))
}

// askKept is askHello with any request, whose response has so many bytes.
func askKept(addr string, requests int, request string, length int) error {
	var c net.Conn
	var err error
	for end := time.Now().Add(20 * time.Second); c == nil; time.Sleep(time.Millisecond) {
		if c, err = net.Dial("tcp", addr); err != nil && time.Now().After(end) {
			return err
		}
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return err
	}
	answer := make([]byte, length)
	for range requests {
		if _, err := io.WriteString(c, request); err != nil {
			return err
		}
		if _, err := io.ReadFull(c, answer); err != nil {
			return err
		}
		if !hasStatus(string(answer), 200) {
			return fmt.Errorf("got %q", answer)
		}
	}
	return nil
}
