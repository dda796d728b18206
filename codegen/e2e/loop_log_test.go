package e2e

import (
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// The loop waits for no reader of its log, also where another process takes the last room in the pipe right
// before it writes: the line is dropped, and all are served. Later lines are there when the pipe has room.
func TestLoopLogDoesNotWait(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	other, err := os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", write.Fd()), os.O_WRONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	const dated = pageLength + len("Date: Sat, 28 Nov 2026 10:53:44 GMT\r\n")
	port := emitted.FreePort(t)
	pid := startTraced(t, loopSite(t, "access_log: common\ntimeouts: { idle: 60s }"), port, null, write, null)
	addr := fmt.Sprintf("127.0.0.1:%d", port)
	asked := make(chan error, 1)
	go func() { asked <- askKept(addr, 1, get("/"), dated) }()
	for traceCalls(t, pid); !aboutToLog(t, pid); traceCalls(t, pid) {
	}
	full := fill(t, other)
	if err := syscall.PtraceDetach(pid); err != nil {
		t.Fatal(err)
	}
	if err := <-asked; err != nil {
		t.Fatal(err)
	}
	if err := askKept(addr, 100, get("/"), dated); err != nil {
		t.Fatalf("behind a line for which there was no room: %v", err)
	}
	if _, err := io.ReadFull(read, make([]byte, full)); err != nil {
		t.Fatal(err)
	}
	if err := askKept(addr, 3, get("/?again"), dated); err != nil {
		t.Fatal(err)
	}
	log := make([]byte, 0, 4096)
	for strings.Count(string(log), "?again") < 3 || !strings.HasSuffix(string(log), "\n") { // the last one of those before may be late
		n, err := read.Read(log[len(log):cap(log)])
		if err != nil {
			t.Fatal(err)
		}
		log = log[:len(log)+n]
	}
	if n := strings.Count(string(log), "\"GET /?again HTTP/1.1\" 200 5\n"); n != 3 {
		t.Errorf("the log has %q", log)
	}
}

// traceCalls lets a process run to where a system call begins or ends.
func traceCalls(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.PtraceSyscall(pid, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := syscall.Wait4(pid, nil, 0, nil); err != nil {
		t.Fatal(err)
	}
}

// aboutToLog says whether a process that is traced begins to write to its standard output.
func aboutToLog(t *testing.T, pid int) bool {
	t.Helper()
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(pid, &regs); err != nil {
		t.Fatal(err)
	}
	begins := int64(regs.Rax) == -int64(syscall.ENOSYS)
	return begins && (regs.Orig_rax == sysWrite || regs.Orig_rax == sysPwritev2) && regs.Rdi == 1
}

// fill writes to a pipe that does not wait until there is no room for a byte, and returns how many there was.
func fill(t *testing.T, pipe *os.File) (n int) {
	t.Helper()
	raw, err := pipe.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{4096, 1} {
		for last := size; last > 0; n += last {
			err := raw.Control(func(fd uintptr) { last, _ = syscall.Write(int(fd), make([]byte, size)) })
			if err != nil {
				t.Fatal(err)
			}
			last = max(last, 0)
		}
	}
	return n
}
