package lazy

import "testing"

// One that is wrong ends the tests of its package, before anything uses it.
func TestNew(t *testing.T) {
	if r := New("^a+$"); r.re == nil || !r.MatchString("aa") || r.MatchString("b") {
		t.Errorf("got %+v", r)
	}
	defer func() {
		if recover() == nil {
			t.Error("a wrong one is taken")
		}
	}()
	New("(")
}

// It is compiled where it is used.
func TestLater(t *testing.T) {
	inTest = false
	defer func() { inTest = true }()
	r := New("^a(.)$")
	if r.re != nil {
		t.Error("it is compiled at once")
	}
	if got := r.FindStringSubmatch("ab"); len(got) != 2 || got[1] != "b" || r.re == nil {
		t.Errorf("got %q", got)
	}
}
