package dev

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/verbosel/verbosel/cmd/internal/child"
)

// server is a server that runs.
type server struct {
	process *os.Process
	banner  string        // where it listens, in its own words
	ended   chan struct{} // closed when it has ended
}

// Times of taking over an address, and of letting go of it.
const (
	takeoverTries = 100
	takeoverPause = 10 * time.Millisecond
	stopPatience  = 100 * time.Millisecond // for responses in flight
)

// takeOver runs a server on the address of one that has just ended. A child that was
// forked in the moment before holds that until it runs and lets go of the listener, so
// this tries for a second before the server may say that the address is in use.
func takeOver(path string, out io.Writer) (*server, error) {
	for range takeoverTries {
		if s, err := startServer(path, out, io.Discard); err == nil {
			return s, nil
		}
		time.Sleep(takeoverPause)
	}
	return startServer(path, out, os.Stderr)
}

// startServer runs a server and waits until it listens. What it prints beside that goes
// to out, and why it does not listen to why.
func startServer(path string, out, why io.Writer) (*server, error) {
	cmd := exec.Command(path)
	said := make(chan string, 2)
	var copied sync.WaitGroup
	stdout, err := pipeTo(newBanner(out, said), &copied)
	if err != nil {
		return nil, err
	}
	defer stdout.Close() // or the end of the server's output would never come
	stderr, err := pipeTo(newBanner(why, said), &copied)
	if err != nil {
		return nil, err
	}
	defer stderr.Close()
	cmd.Stdout, cmd.Stderr = stdout, stderr
	child.EndWithUs(cmd)
	if err := cmd.Start(); err != nil {
		return nil, child.ExplainStart(err)
	}
	s := &server{process: cmd.Process, ended: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // that it ended is all that matters
		close(s.ended)
	}()
	select {
	case s.banner = <-said:
		return s, nil
	case <-s.ended:
		stdout.Close()
		stderr.Close()
		copied.Wait() // it has no children yet that could hold its output
		return nil, errors.New("the server did not start")
	}
}

// pipeTo gives a file whose content goes to w: the program that has it may end before
// its children do.
func pipeTo(w io.Writer, copied *sync.WaitGroup) (*os.File, error) {
	r, end, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	copied.Go(func() {
		defer r.Close()
		_, _ = io.Copy(w, r) // to its end, or until nobody wants it
	})
	return end, nil
}

// banner passes on what a server prints, but for the line that says where it listens: it
// comes on standard output, or on standard error where that has the log.
type banner struct {
	mu   sync.Mutex
	w    io.Writer
	said chan<- string
	rest []byte
	over bool // the line has come
}

func newBanner(w io.Writer, said chan<- string) *banner { return &banner{w: w, said: said} }

// Write takes the output in any pieces.
func (b *banner) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		return b.w.Write(p)
	}
	b.rest = append(b.rest, p...)
	r := bufio.NewReader(strings.NewReader(string(b.rest)))
	b.rest = nil
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			b.rest = []byte(line) // not complete
			return len(p), nil
		}
		if _, where, is := strings.Cut(strings.TrimSuffix(line, "\n"), ">> server listening on "); is {
			b.over = true
			b.said <- where
			_, err := io.Copy(b.w, r)
			return len(p), err
		}
		if _, err := io.WriteString(b.w, line); err != nil {
			return 0, err
		}
	}
}

// stop ends the server. Responses in flight are finished by its children; a server that
// waits for them is told again.
func (s *server) stop() {
	_ = s.process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-s.ended:
	case <-time.After(stopPatience):
		_ = s.process.Signal(syscall.SIGTERM)
		<-s.ended
	}
	s.removeSocket()
}

// removeSocket removes the file of the unix socket where the server listened: it stays
// behind, as servers have no system call for that, and keeps the next one from its place.
func (s *server) removeSocket() {
	path, isUnix := strings.CutPrefix(s.banner, "unix:")
	if !isUnix {
		return
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
		os.Remove(path) // or the next server says that it is there
	}
}

// address is where the server listens, as a URL if it can be.
func (s *server) address() string {
	if url := s.url(); url != "" {
		return url
	}
	return s.banner
}

// url is the address of the server's root on this machine; a unix socket has none.
func (s *server) url() string {
	host, port, err := net.SplitHostPort(s.banner)
	if err != nil || strings.HasPrefix(s.banner, "unix:") {
		return ""
	}
	if host == "" {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port) + "/"
}

// openBrowser opens a page with the desktop's own program for that.
func openBrowser(talk io.Writer, url string) {
	cmd := exec.Command("xdg-open", url)
	if err := cmd.Start(); err != nil {
		fmt.Fprintf(talk, "--open: %v\n", err)
		return
	}
	go func() { _ = cmd.Wait() }()
}
