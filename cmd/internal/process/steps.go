package process

import (
	"context"
	"time"
)

// Instructions is how many instructions of its own (user mode) a server executes for
// a request, over all its processes and threads, taken over n requests behind a first
// one. Every instruction is counted, by ptrace(2); one with a REP prefix counts once.
//
// With keepAlive the requests follow each other on one connection, otherwise each has
// its own. The context bounds the time that it takes: a server is slower by a factor
// of thousands meanwhile.
func Instructions(ctx context.Context, c Command, opts Options, keepAlive bool, n int) (float64, error) {
	s, err := startStepper(c)
	if err != nil {
		return 0, err
	}
	defer s.end()
	if _, err := awaitFirst(ctx, opts, s.ended); err != nil {
		return 0, err
	}
	address, err := parseAddress(opts.Address)
	if err != nil {
		return 0, err
	}
	asker := &asker{to: address, request: Request(opts.Path, opts.Address, keepAlive), keepAlive: keepAlive}
	defer asker.end()
	s.step()
	if err := asker.ask(ctx, 1); err != nil {
		return 0, err
	}
	before := s.quiet(ctx)
	if err := asker.ask(ctx, n); err != nil {
		return 0, err
	}
	return float64(s.quiet(ctx)-before) / float64(n), ctx.Err()
}

// quiet waits until the server executes nothing for a while, and gives the count.
// One that never rests, because of a timer of its own, is taken after a second.
func (s *stepper) quiet(ctx context.Context) int64 {
	const rest, limit = 50 * time.Millisecond, time.Second
	count := s.count.Load()
	for end := time.Now().Add(limit); time.Now().Before(end) && ctx.Err() == nil; {
		time.Sleep(rest)
		now := s.count.Load()
		if now == count {
			break
		}
		count = now
	}
	return count
}
