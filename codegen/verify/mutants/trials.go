package mutants

import (
	"errors"
	"math/rand/v2"
	"strings"

	"github.com/verbosel/verbosel/codegen/verify/dynamic"
	"github.com/verbosel/verbosel/codegen/verify/isa"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// A trial is known by its number: so it can be run again, on another server.

// bootTrials are the first ones: ways to start a server. Trial 0 is a plain start.
const bootTrials = 40

// environments are what a server may find; the port's variable is tried with others.
var environments = [][]string{
	nil, {"PORT=1"}, {"PORT=65535"}, {"PORT=65536"}, {"PORT="}, {"PORT"}, {"PORT=x"}, {"PORT=99999999999999999999"},
	{"A=" + strings.Repeat("b", 300), "PORT=8081", ""}, {"HTTP_PORT=80"},
}

// boot starts a server, and runs its handlers of signals. An error is a broken rule.
func (j *judge) boot(file []byte, n int, watch func(*isa.Machine)) (*dynamic.Server, error) {
	rng := rand.New(rand.NewPCG(uint64(n), 1))
	if j.probe {
		script := dynamic.HostileAnswer(rng)
		script.Before, script.Limit = unspecified(rng, watch), maxSteps
		_, err := dynamic.Ask(file, script)
		return nil, err
	}
	script := dynamic.Script{Before: unspecified(rng, watch), Limit: maxSteps, Discard: true, Env: environments[n%len(environments)]}
	if n >= len(environments) {
		failing := n - len(environments)
		errno := []int64{1, 2, 12, 13, 22, 98, 99, 4095}[rng.IntN(8)]
		script.Result = func(c dynamic.Call) (int64, bool) { return -errno, c.Index == failing }
	}
	server, _, err := dynamic.Boot(file, script)
	if err != nil || server == nil {
		return nil, err
	}
	for _, handler := range server.Handlers {
		if _, err := server.Signal(handler, watch); err != nil {
			return nil, err
		}
	}
	return server, nil
}

// unspecified gives the registers random values before the first instruction: the psABI
// says nothing of them at the entry (x86-64 supplement, 3.4.1).
func unspecified(rng *rand.Rand, watch func(*isa.Machine)) func(*isa.Machine) {
	first := true
	return func(m *isa.Machine) {
		if first {
			rsp := m.Regs[isa.RSP]
			for i := range m.Regs {
				m.Regs[i], m.XMM[i] = rng.Uint64()>>rng.IntN(64), isa.Value{Lo: rng.Uint64(), Hi: rng.Uint64()}
			}
			m.Regs[isa.RSP], m.Flags = rsp, isa.Flags(rng.Uint32())&isa.AllFlags
			m.SetNoise(rng.Uint64())
			first = false
		}
		watch(m)
	}
}

// serve runs a connection. An error is a broken rule.
func (j *judge) serve(server *dynamic.Server, n int, watch func(*isa.Machine)) error {
	script := j.script(n)
	script.Before = watch
	if j.boundary != nil {
		script.Before = func(m *isa.Machine) {
			watch(m)
			j.boundary.forget(m)
		}
	}
	resting := func() bool { return false }
	if j.loop {
		resting = rests(&script)
	}
	_, err := server.Serve(script)
	var fault *isa.Fault
	if errors.As(err, &fault) && fault.Rule == rules.Bounds && resting() {
		return nil
	}
	if j.boundary == nil || !errors.As(err, &fault) || fault.Rule != rules.Reads {
		return err
	}
	again := j.script(n)
	again.Before = watch
	if _, plain := server.Serve(again); plain == nil { // only what was forgotten was missing
		fault.Rule = rules.Isolation
	}
	return fault
}

// rests has a script notice whether a process with many connections waited lately, where a run is at its end: one that does not read
// what was reported is told of it for ever, and no rule forbids that.
func rests(script *dynamic.Script) func() bool {
	since, before, usual := 0, script.Before, script.Result
	script.Before = func(m *isa.Machine) {
		since++
		before(m)
	}
	script.Result = func(c dynamic.Call) (int64, bool) {
		if c.Number == dynamic.EpollPwait {
			since = 0
		}
		if usual == nil {
			return 0, false
		}
		return usual(c)
	}
	return func() bool { return since < maxSteps/4 }
}

// manyClients is the world of a trial of a process with many connections. In one of two some time passes with each look at
// the clock, so that who is silent is found; in some there are no more descriptors, or no process.
func (j *judge) manyClients(rng *rand.Rand, n int) dynamic.Script {
	script := dynamic.HostileMany(rng, j.seeds)
	script.Limit, script.Discard = maxSteps, true
	if n%2 == 0 {
		script.Clock = func(i int) uint64 { return uint64(i) << 27 }
		script.Time = func(i int) int64 { return int64(i) }
	}
	usual := script.Result
	script.Result = func(c dynamic.Call) (int64, bool) {
		switch {
		case n%8 == 1 && c.Number == dynamic.Accept4 && rng.IntN(3) == 0:
			return -dynamic.EMFILE, true
		case n%8 == 3 && c.Number == dynamic.Fork:
			return -dynamic.EAGAIN, true
		case n%4 == 2 && c.Number == dynamic.EpollPwait && rng.IntN(3) == 0:
			return 0, true // the time is over
		}
		return usual(c)
	}
	return script
}

// script is the world of a trial: first each plain request, as it is; of the others one in eight is
// about the parent.
func (j *judge) script(n int) dynamic.Script {
	if k := n - j.starts; k >= 0 && k < len(j.plain) {
		segments := [][]byte{j.plain[k]}
		if j.loop {
			return dynamic.Script{Clients: []dynamic.Client{{Segments: segments}}, Limit: maxSteps, Discard: true}
		}
		return dynamic.Script{Segments: segments, Limit: maxSteps, Discard: true}
	}
	rng := rand.New(rand.NewPCG(uint64(n), 2))
	if j.loop {
		return j.manyClients(rng, n)
	}
	script := dynamic.Hostile(rng, j.seeds)
	script.Limit, script.Discard = maxSteps, true
	switch n % 16 {
	case 0:
		script.Parent = true
	case 1:
		usual := script.Result
		script.Result = func(c dynamic.Call) (int64, bool) {
			if c.Number == dynamic.Fork {
				return -dynamic.EAGAIN, true
			}
			return usual(c)
		}
	}
	return script
}
