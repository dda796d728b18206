package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// lastWait is how long is waited for responses when the last request is due.
const lastWait = 10 * time.Second

// Steady asks so many times a second, whatever the server does (an open loop): each request has a time at which it is
// due, the connections take turns, and a latency begins when its request was due. So what waits behind a
// stalled response counts as waiting. It is busy the whole time, on one thread: timers are too coarse for
// what comes every 20 µs. Connections are kept, and a response has Content-Length and at most 64 KiB.
func Steady(ctx context.Context, job Job, rate float64) (Result, error) {
	if err := job.validate(); err != nil {
		return Result{}, err
	}
	switch {
	case !job.KeepAlive || job.Pipeline > 1:
		return Result{}, errors.New("BUG: a steady load keeps its connections, and does not pipeline")
	case rate < 1 || rate > 1e6:
		return Result{}, fmt.Errorf("a load of %g requests a second: it is to be from 1 to 1,000,000", rate)
	}
	type outcome struct {
		result Result
		err    error
	}
	done := make(chan outcome)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends, with its processors
		var o outcome
		if o.err = pinThread(job.CPUs); o.err == nil {
			o.result, o.err = steadily(ctx, job, rate)
		}
		done <- o
	}()
	o := <-done
	return o.result, o.err
}

func pinThread(cpus []int) error {
	if len(cpus) == 0 {
		return nil
	}
	var set unix.CPUSet
	for _, cpu := range cpus {
		set.Set(cpu)
	}
	if err := unix.SchedSetaffinity(0, &set); err != nil {
		return fmt.Errorf("processors %v for the load: %w", cpus, err)
	}
	return nil
}

// steady is a load at a fixed rate that is being made.
type steady struct {
	epoll     int
	clients   []*steadyClient
	requests  [][]byte      // as the paths
	every     time.Duration // from one request to the next
	asked     int           // requests that were due
	answered  int
	bytes     int64
	failed    Errors
	latencies []time.Duration
	late      []time.Duration // of requests that nothing but this generator delayed
}

// steadyClient is one connection. Its requests are in the order in which they are due.
type steadyClient struct {
	fd     int
	due    []steadyRequest // the first is on its way where asking is set
	asking bool
	input  []byte
}

type steadyRequest struct {
	at      time.Duration // since the load began
	request []byte
}

func steadily(ctx context.Context, job Job, rate float64) (Result, error) {
	s, err := newSteady(job, rate)
	defer s.close()
	if err != nil {
		return Result{}, err
	}
	began := time.Now()
	last := int(job.Duration / s.every)
	for s.answered+int(s.failed.Sum()) < last {
		now := time.Since(began)
		if err := ctx.Err(); err != nil {
			return Result{}, err
		}
		if now > job.Duration+lastWait {
			s.failed.Timeout = int64(last - s.answered - int(s.failed.Sum()))
			break
		}
		for ; s.asked < last && s.every*time.Duration(s.asked) <= now; s.asked++ {
			c := s.clients[s.asked%len(s.clients)]
			c.due = append(c.due, steadyRequest{s.every * time.Duration(s.asked), s.requests[s.asked%len(s.requests)]})
			if !c.asking {
				s.late = append(s.late, time.Since(began)-c.due[0].at)
				s.ask(c)
			}
		}
		if err := s.receive(began); err != nil {
			return Result{}, err
		}
	}
	return s.result(time.Since(began)), nil
}

// newSteady connects. What it returns is to be closed, with an error too.
func newSteady(job Job, rate float64) (*steady, error) {
	total := int(rate*job.Duration.Seconds()) + 1
	s := &steady{
		epoll: -1, every: time.Duration(float64(time.Second) / rate),
		latencies: make([]time.Duration, 0, total), late: make([]time.Duration, 0, total),
	}
	for _, path := range job.Paths {
		s.requests = append(s.requests, []byte("GET "+path+" HTTP/1.1\r\nHost: "+job.Address+"\r\nUser-Agent: verbosel-bench\r\nAccept: */*\r\n\r\n"))
	}
	to, err := netip.ParseAddrPort(job.Address)
	if err != nil || !to.Addr().Is4() {
		return s, fmt.Errorf("a steady load is for a port of an IPv4 address, not %q", job.Address)
	}
	if s.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return s, fmt.Errorf("epoll_create1: %w", err)
	}
	for i := range job.Connections {
		if err := s.connect(int32(i), to); err != nil {
			return s, fmt.Errorf("connection %d to %v: %w", i, to, err)
		}
	}
	return s, nil
}

func (s *steady) connect(i int32, to netip.AddrPort) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	s.clients = append(s.clients, &steadyClient{fd: fd, input: make([]byte, 0, 64<<10)})
	return errors.Join(
		unix.Connect(fd, &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()}),
		unix.SetNonblock(fd, true), unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1),
		unix.EpollCtl(s.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: i}),
	)
}

func (s *steady) close() {
	for _, c := range s.clients {
		unix.Close(c.fd)
	}
	if s.epoll >= 0 {
		unix.Close(s.epoll)
	}
}

// ask sends the request that is first. A socket whose last request was answered has room for it: less than
// all of it sent is an error.
func (s *steady) ask(c *steadyClient) {
	request := c.due[0].request
	if n, err := unix.SendmsgN(c.fd, request, nil, nil, unix.MSG_NOSIGNAL); err != nil || n < len(request) {
		s.fail(c, &s.failed.Write)
		return
	}
	c.asking = true
}

// fail gives up a connection: what was due there, and what will be, has failed.
func (s *steady) fail(c *steadyClient, counter *int64) {
	*counter += int64(len(c.due))
	c.due, c.asking = c.due[:0], false
	unix.EpollCtl(s.epoll, unix.EPOLL_CTL_DEL, c.fd, nil) // else each wait would report it
	unix.Shutdown(c.fd, unix.SHUT_RDWR)                   // and the next request fails at once
}

// receive reads what has come, and sends what waited for it.
func (s *steady) receive(began time.Time) error {
	var events [128]unix.EpollEvent
	n, err := unix.EpollWait(s.epoll, events[:], 0)
	if err != nil && err != unix.EINTR {
		return fmt.Errorf("epoll_wait: %w", err)
	}
	for _, event := range events[:max(n, 0)] {
		c := s.clients[event.Fd]
		room := c.input[len(c.input):cap(c.input)]
		got, err := unix.Read(c.fd, room)
		if err == unix.EAGAIN || err == unix.EINTR {
			continue
		}
		if err != nil || got <= 0 || !c.asking {
			s.fail(c, &s.failed.Read)
			continue
		}
		c.input = c.input[:len(c.input)+got]
		s.bytes += int64(got)
		s.answer(c, began)
	}
	return nil
}

// answer looks whether the response is whole.
func (s *steady) answer(c *steadyClient, began time.Time) {
	status, whole, err := response(c.input)
	switch {
	case err != nil || !whole && len(c.input) == cap(c.input):
		s.fail(c, &s.failed.Read)
		return
	case !whole:
		return
	case status >= 400:
		s.failed.Status++
	default:
		s.answered++
		s.latencies = append(s.latencies, time.Since(began)-c.due[0].at)
	}
	c.input, c.asking = c.input[:0], false
	c.due = slices.Delete(c.due, 0, 1)
	if len(c.due) > 0 {
		s.ask(c)
	}
}

// response says whether b is one whole response, whose length is in Content-Length (RFC 9112, 6.3), with an error where it
// cannot be.
func response(b []byte) (status int, whole bool, err error) {
	head, body, found := bytes.Cut(b, []byte("\r\n\r\n"))
	if !found {
		return 0, false, nil
	}
	if len(head) < len("HTTP/1.1 200") {
		return 0, false, errors.New("no status line")
	}
	if status, err = strconv.Atoi(string(head[9:12])); err != nil {
		return 0, false, err
	}
	for line := range bytes.SplitSeq(head, []byte("\r\n")) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		if bytes.EqualFold(name, []byte("Content-Length")) {
			length, err := strconv.Atoi(string(bytes.TrimSpace(value)))
			if err == nil && len(body) > length {
				err = errors.New("more than a response")
			}
			return status, len(body) == length, err
		}
	}
	return 0, false, errors.New("no Content-Length")
}

func (s *steady) result(elapsed time.Duration) Result {
	slices.Sort(s.latencies)
	slices.Sort(s.late)
	return Result{
		Requests: int64(s.answered), Elapsed: elapsed, Bytes: s.bytes, Errors: s.failed,
		P50: quantile(s.latencies, 0.5), P90: quantile(s.latencies, 0.9), P99: quantile(s.latencies, 0.99),
		Late: quantile(s.late, 0.99),
	}
}

// quantile is of sorted values: the smallest that a part of them does not exceed.
func quantile(sorted []time.Duration, part float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(part*float64(len(sorted))), len(sorted)-1)]
}
