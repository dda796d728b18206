package site

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
)

func TestParallel(t *testing.T) {
	for _, tt := range []struct{ workers, n int }{{1, 0}, {1, 5}, {4, 1}, {8, 1000}} {
		seen := make([]atomic.Int32, tt.n)
		var now, most atomic.Int32
		err := parallel(context.Background(), tt.workers, tt.n, func(i int) error {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			defer now.Add(-1)
			seen[i].Add(1)
			return nil
		})
		if err != nil || int(most.Load()) > tt.workers {
			t.Errorf("%+v: %v, %d at once", tt, err, most.Load())
		}
		for i := range seen {
			if seen[i].Load() != 1 {
				t.Errorf("%+v: %d was called %d times", tt, i, seen[i].Load())
			}
		}
	}
}

func TestParallelStopsAtAnError(t *testing.T) {
	calls := 0
	err := parallel(context.Background(), 1, 100, func(i int) error {
		calls++
		return errTest
	})
	if err != errTest || calls > 2 {
		t.Errorf("got %v after %d calls", err, calls)
	}
}

// TestBudget: all get their turn, those who ask for more than there is too, and no
// more is out than there is.
func TestBudget(t *testing.T) {
	b := newBudget(10)
	var out atomic.Int32
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			n := i%14 + 1
			giveBack := b.take(n)
			if got := out.Add(int32(min(n, 10))); got > 10 {
				t.Errorf("%d units are out", got)
			}
			out.Add(-int32(min(n, 10)))
			giveBack()
		})
	}
	wg.Wait()
	if len(b.units) != 0 {
		t.Errorf("%d units were not given back", len(b.units))
	}
}
