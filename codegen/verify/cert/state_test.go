package cert

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/x64"
)

// A node with more variables than a way may have is refused: no later one is counted on from there.
func TestManyVariables(t *testing.T) {
	file, entry := assembled(t, []x64.Item{x64.Label{Name: "_start", Doc: []string{""}}, x64.Inst{Op: x64.RET}})
	node := Node{Addr: entry, Vars: make([]Variable, maxVars+1)}
	server, err := load(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	c := &checker{server: server, proof: &Proof{Nodes: []Node{node}}}
	defer func() {
		var refusal *Refusal
		if err, ok := recover().(error); !ok || !errors.As(err, &refusal) || !strings.Contains(refusal.Msg, fmt.Sprintf("more than %d variables", maxVars)) {
			t.Errorf("%v", err)
		}
	}()
	t.Errorf("%d variables are taken", len(c.start(0).vars))
}

// A stack pointer that rises loses what is below it, and of a range that goes on above it no more: a push beside
// variables becomes one range with them.
func TestMoveStackLeavesWhatIsAbove(t *testing.T) {
	s := &State{check: &checker{server: new(server)}, vars: make([]Variable, FirstVar)}
	s.wrote(linear.Const(-24), linear.Const(-16))
	s.wrote(linear.Const(-32), linear.Const(-24))
	s.wrote(linear.Const(-64), linear.Const(-40))
	place, _ := linear.Of(StackBase).PlusConst(-24)
	s.moveStack(place)
	if want := []Span{{-24, -16}}; !slices.Equal(fixed(s.bytes), want) {
		t.Errorf("%v are written, not %v", fixed(s.bytes), want)
	}
}
