package process

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Stop ends the server: it is asked to (SIGTERM), and after a while made to. When
// Stop returns none of its processes is left. A second call does nothing.
func (s *Server) Stop() { s.once.Do(s.stop) }

func (s *Server) stop() {
	pid := s.cmd.Process.Pid
	all := s.processes()
	_ = s.cmd.Process.Signal(unix.SIGTERM) // it may have ended by itself
	select {
	case <-s.ended:
	case <-time.After(2 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.ended
	}
	_ = unix.Kill(-pid, unix.SIGKILL) // what is left of its process group
	s.killRest(all)
	s.release()
}

// killRest ends workers that have left the process group. Ids of processes that have
// ended since are not in the control group any more; without a control group they
// are left to their master, which has ended them.
func (s *Server) killRest(before []int) {
	if s.group == nil {
		return
	}
	for _, pid := range before {
		if s.group.has(pid) {
			_ = unix.Kill(pid, unix.SIGKILL)
		}
	}
	for end := time.Now().Add(2 * time.Second); len(s.group.processes()) > 0 && time.Now().Before(end); {
		for _, pid := range s.group.processes() {
			_ = unix.Kill(pid, unix.SIGKILL)
		}
		time.Sleep(time.Millisecond)
	}
}

// release lets go of what prepare made. What Start has removed, it does not mind.
func (s *Server) release() {
	if s.group != nil {
		s.group.remove()
		s.group = nil
	}
	if s.quota != nil {
		s.quota.remove()
		s.quota = nil
	}
	_ = os.Remove(s.stderr.Name())
	s.stderr.Close()
	s.gate.Close()
}
