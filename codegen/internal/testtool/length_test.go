package testtool

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestLong(t *testing.T) {
	r := &recorder{TB: t}
	Long(r, "thousands of servers")
	want := ""
	if testing.Short() {
		want = "thousands of servers: `make test-all` runs it"
	}
	if r.skipped != want {
		t.Errorf("skipped with %q, want %q", r.skipped, want)
	}
}

func TestRare(t *testing.T) {
	for given, want := range map[string]string{"": "a gigabyte: `make test-rare` runs it", "1": ""} {
		t.Setenv(rareVariable, given)
		r := &recorder{TB: t}
		if Rare(r, "a gigabyte"); r.skipped != want {
			t.Errorf("with %q: skipped with %q, want %q", given, r.skipped, want)
		}
	}
}

func TestSeedIsRepeated(t *testing.T) {
	t.Setenv(seedVariable, "18446744073709551615")
	r := &recorder{TB: t}
	if got := Seed(r); got != 1<<64-1 || !strings.Contains(r.logged, "=18446744073709551615 (given)") {
		t.Errorf("%d, logged %q", got, r.logged)
	}
}

func TestSeedIsNew(t *testing.T) {
	t.Setenv(seedVariable, "")
	r := &recorder{TB: t}
	if a, b := Seed(r), Seed(r); a == b {
		t.Errorf("twice %d", a)
	} else if want := fmt.Sprint(seedVariable, "=", b, " (random)"); r.logged != want {
		t.Errorf("logged %q, want %q", r.logged, want)
	}
}

func TestSeedIsNoNumber(t *testing.T) {
	t.Setenv(seedVariable, "-1")
	r := &recorder{TB: t}
	defer func() {
		recover()
		if !strings.Contains(r.failed, `"-1" is not a number`) {
			t.Errorf("failed with %q", r.failed)
		}
	}()
	Seed(r)
}

func TestSome(t *testing.T) {
	list := []string{"a", "b", "c", "d", "e", "f"}
	want := len(list)
	if testing.Short() {
		want = 2
	}
	seen := map[string]bool{}
	for seed := range 50 {
		t.Setenv(seedVariable, fmt.Sprint(seed))
		some := Some(t, 2, list)
		if len(some) != want || !slices.IsSorted(some) {
			t.Fatalf("%q", some)
		}
		for _, x := range some {
			seen[x] = true
		}
	}
	if len(seen) != len(list) {
		t.Errorf("never chosen: only %v are", seen)
	}
	if all := Some(t, 6, list); !slices.Equal(all, list) {
		t.Errorf("of no more than are wanted: %q", all)
	}
}
