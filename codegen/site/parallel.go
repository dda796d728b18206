package site

import (
	"context"
	"sync"
	"sync/atomic"
)

// parallel calls f with 0 to n-1, from several goroutines. It returns the first error,
// after which no further call begins, or the context's. Each takes the next number itself: to be
// handed ten thousands of them costs more than many a call, where the caller has a thread of its own
// (runtime.LockOSThread).
func parallel(ctx context.Context, workers, n int, f func(i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var taken atomic.Int64
	var wg sync.WaitGroup
	for range min(workers, n) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(taken.Add(1)) - 1
				if i >= n {
					return
				}
				if err := f(i); err != nil {
					cancel(err)
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// progress counts steps for a function that is called by one goroutine at a time.
type progress struct {
	mu          sync.Mutex
	report      func(done, total int)
	done, total int
}

func newProgress(report func(done, total int), total int) *progress {
	if report == nil {
		report = func(int, int) {}
	}
	return &progress{report: report, total: total}
}

func (p *progress) step() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	p.report(p.done, p.total)
}

// more adds steps that are to come.
func (p *progress) more(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total += n
}

// budget hands out memory, in units; who asks for more than there is, waits.
type budget struct {
	asking sync.Mutex // one at a time, so that no two wait for what the other has
	units  chan struct{}
}

func newBudget(units int) *budget { return &budget{units: make(chan struct{}, units)} }

// take waits for n units, at most all, and returns how to give them back.
func (m *budget) take(n int) (giveBack func()) {
	n = min(n, cap(m.units))
	m.asking.Lock()
	defer m.asking.Unlock()
	for range n {
		m.units <- struct{}{}
	}
	return func() {
		for range n {
			<-m.units
		}
	}
}
