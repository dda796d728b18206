package mutants

import (
	"errors"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/verify/rules"
)

func TestTable(t *testing.T) {
	fault := errors.New("fault")
	rows := byKind([]outcome{
		{mutant: mutant{kind: 1}, refused: rules.Reads},
		{mutant: mutant{kind: 1}, refused: rules.Reads, verdict: verdict{fault: fault}},
		{mutant: mutant{kind: 1}, refused: rules.Decode},
		{mutant: mutant{kind: 1}, refused: "answers", unjudged: true},
		{mutant: mutant{kind: 1}, verdict: verdict{reached: true}},
		{mutant: mutant{kind: 0}, verdict: verdict{fault: fault}},
		{mutant: mutant{kind: 0}, unasked: true, verdict: verdict{reached: true}},
	})
	lines := strings.Split(table(rows), "\n")
	for i, want := range map[int]string{
		0: "KIND MUTANTS UNASKED REFUSED UNJUDGED BREAKING segments decode syscalls writes reads isolation bounds ACCEPTED REACHED HARMFUL",
		1: "constants 2 1 0 0 0 0 0 0 0 0 0 0 1 0 1",
		2: "comparisons 5 0 4 1 1 0 1 0 0 2 0 0 1 1 0",

		len(kinds) + 1: "all 7 1 4 1 1 0 1 0 0 2 0 0 2 1 1",
	} {
		if got := strings.Join(strings.Fields(lines[i]), " "); got != want {
			t.Errorf("line %d: %s, want %s", i, got, want)
		}
	}
}
