package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// devServer is a server that runs.
type devServer struct {
	process *os.Process
	banner  string        // where it listens, in its own words
	ended   chan struct{} // closed when it has ended
}

// Times of taking over an address.
const (
	takeoverTries = 40
	takeoverPause = 25 * time.Millisecond
)

// takeOver runs a server on the address of one that has just ended. A child that was
// forked in the moment before holds that until it runs and lets go of the listener, so
// this tries for a second before the server may say that the address is in use.
func takeOver(path string, out io.Writer) (*devServer, error) {
	for range takeoverTries {
		if s, err := startDevServer(path, out, nil); err == nil {
			return s, nil
		}
		time.Sleep(takeoverPause)
	}
	return startDevServer(path, out, os.Stderr)
}

// startDevServer runs a server and waits until it listens. What it prints behind that
// goes to out, and why it does not listen to why, which may be nil.
func startDevServer(path string, out io.Writer, why *os.File) (*devServer, error) {
	cmd := exec.Command(path)
	if why != nil {
		cmd.Stderr = why
	}
	stdout, end, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer end.Close()
	cmd.Stdout = end
	endWithUs(cmd)
	if err := cmd.Start(); err != nil {
		stdout.Close()
		return nil, explainStart(err)
	}
	end.Close() // or the end of the server's output would never come
	s := &devServer{process: cmd.Process, ended: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // that it ended is all that matters
		close(s.ended)
	}()
	r := bufio.NewReader(stdout)
	line, err := r.ReadString('\n')
	_, where, listens := strings.Cut(strings.TrimSuffix(line, "\n"), " listening on ")
	if err != nil || !listens {
		s.stop()
		stdout.Close()
		return nil, errors.New("the server did not start")
	}
	s.banner = where
	go func() {
		defer stdout.Close()
		_, _ = io.Copy(out, r)
	}()
	return s, nil
}

// stop ends the server. Responses in flight are finished by its children.
func (s *devServer) stop() {
	_ = s.process.Signal(syscall.SIGTERM) // it may have ended
	<-s.ended
	s.removeSocket()
}

// removeSocket removes the file of the unix socket where the server listened: it stays
// behind, as servers have no system call for that, and keeps the next one from its place.
func (s *devServer) removeSocket() {
	path, isUnix := strings.CutPrefix(s.banner, "unix:")
	if !isUnix {
		return
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
		os.Remove(path) // or the next server says that it is there
	}
}

// address is where the server listens, as a URL if it can be.
func (s *devServer) address() string {
	if url := s.url(); url != "" {
		return url
	}
	return s.banner
}

// url is the address of the server's root on this machine; a unix socket has none.
func (s *devServer) url() string {
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
