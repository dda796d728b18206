package mutants

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

var (
	count = flag.Int("mutants", 102, "how many mutants")
	only  = flag.String("servers", few, "a regular expression: mutants only of the servers whose name it matches")
	save  = flag.String("save", "", "folder for mutants that are judged harmful")
	quick = flag.Bool("quick", false, "ask the checker only of mutants that are seen to break a rule: it takes most of the time, nine tenths with a loop")
)

// few are the servers of a plain `go test`: all of them take minutes. `make mutants` takes all.
const few = "^(hello|mock-api|spa|routes/.*/json|folder/connection_hardened|probe)$"

// TestMutants damages servers: what the checker accepts must be harmless.
func TestMutants(t *testing.T) {
	testtool.Long(t, "proves a hundred damaged servers")
	servers := build(t, *only)
	rows := judged(t, servers, *count)
	t.Logf("%d servers\n%s", len(servers), table(rows))
	demandSense(t, rows)
}

// judged damages servers in n ways.
func judged(t *testing.T, servers []*server, n int) []row {
	programs := make([]*program, len(servers))
	for i, s := range servers {
		programs[i] = s.program
	}
	list := draw(programs, n, testtool.Seed(t))
	if len(list) != n {
		t.Errorf("there are %d mutants, want %d", len(list), n)
	}
	return byKind(try(t, servers, list))
}

// searched asks the search for a proof.
func searched(s *server, file []byte) (rules.Rule, error) {
	_, err := verify.Check(bytes.NewReader(file), int64(len(file)), s.promised)
	if broken := (*verify.Error)(nil); errors.As(err, &broken) {
		return broken.Rule, nil
	}
	return "", err
}

// demandSense fails where the figures show that the test itself does not work: a kind
// without mutants, a checker that refuses nothing or everything, a judge that is blind.
func demandSense(t *testing.T, rows []row) {
	for _, r := range rows {
		if r.mutants == 0 && !loopKinds[r.name] { // a loop's are with -servers ., or -servers loop
			t.Errorf("%s: no mutants", r.name)
		}
	}
	all := rows[len(rows)-1]
	if *quick {
		if all.guilty == 0 {
			t.Errorf("no rule is broken by any of %d mutants that are refused", all.mutants)
		}
		return
	}
	if refused := all.mutants - all.accepted - all.unjudged; all.reached == 0 || refused == 0 || all.guilty*5 < refused {
		t.Errorf("of %d mutants %d are accepted, %d of these are reached; of those that are refused %d break a rule",
			all.mutants, all.accepted, all.reached, all.guilty)
	}
}

// try lets the checker and the judge look at each mutant.
func try(t *testing.T, servers []*server, list []mutant) []outcome {
	out := make([]outcome, len(list))
	inParallel(len(list), func(i int) {
		if i > 0 && i%500 == 0 {
			t.Logf("%d mutants", i) // it takes a while
		}
		s := servers[list[i].base]
		out[i] = s.try(t, list[i])
		if o := &out[i]; o.harmful() {
			describe(t, s, o)
		}
	})
	return out
}

// inParallel calls work for each number below n, on all processors.
func inParallel(n int, work func(i int)) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				work(i)
			}
		})
	}
	group.Wait()
}

// try lets the checker and the judge look at a mutant.
func (s *server) try(t *testing.T, m mutant) outcome {
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("%s, %s at %#x, % x: %v", s.name, kinds[m.kind].name, m.off, m.bytes, r)
		}
	}()
	o := outcome{mutant: m}
	if s.few == 0 {
		o.verdict = s.judge.judge(m.patch)
	}
	if *quick && o.fault == nil && s.few == 0 {
		o.unasked = true
		return o
	}
	var err error
	if o.refused, err = s.ask(s, s.apply(m.patch)); err != nil {
		t.Errorf("%s, %s at %#x: the checker has neither proof nor refusal: %v", s.name, kinds[m.kind].name, m.off, err)
	}
	if s.few > 0 {
		if o.unjudged = o.refused != "" && m.off%s.few != 0; !o.unjudged {
			o.verdict = s.judge.judge(m.patch)
		}
	}
	return o
}

// describe reports a mutant that should not have been accepted.
func describe(t *testing.T, s *server, o *outcome) {
	text := fmt.Sprintf("%s: %s: at offset %#x, % x becomes % x; trial %d: %v",
		s.name, kinds[o.kind].name, o.off, s.file[o.off:o.off+len(o.bytes)], o.bytes, o.trial, o.fault)
	if i := s.at(o.off); i >= 0 {
		in := s.insts[i]
		mutated := s.apply(o.patch)[in.off:]
		now, err := isa.Decode(mutated, in.Addr)
		text += fmt.Sprintf("\nat %#x: %v, steps %v\nnow %v (%v)", in.Addr, isa.OpName(in.Op), in.Steps(), isa.OpName(now.Op), err)
		if err == nil {
			text += fmt.Sprintf(" %v", now.Steps())
		}
	}
	t.Error(text)
	if *save == "" {
		return
	}
	name := filepath.Join(*save, fmt.Sprintf("%s-%x-%x", filepath.Base(s.name), o.off, o.bytes))
	if err := os.WriteFile(name, s.apply(o.patch), 0o755); err != nil {
		t.Error(err)
	}
}
