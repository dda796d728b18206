package dynamic

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/verify/isa"
)

// clockSpec is a server with dates in its log too.
const clockSpec = "access_log: json\ntimeouts: { head: 5s, body: 7s }"

// A stamper runs the routine of a server that makes a Date, by the call at addr, with which
// it begins to respond.
type stamper struct {
	server *Server
	addr   uint64
}

func newStamper(t testing.TB) *stamper {
	t.Helper()
	spec := emitted.Request.Spec(clockSpec, "routes: [{ path: /, body: x }]")
	r, err := codegen.Compile(fstest.MapFS{emitted.SpecName: {Data: []byte(spec)}}, emitted.SpecName, codegen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := r.WriteELF(&b); err != nil {
		t.Fatal(err)
	}
	s := &stamper{server: boot(t, []byte(b.String()))}
	for _, symbol := range r.Image.Symbols {
		if symbol.Name == "respond" {
			s.addr = symbol.Addr + Bias
		}
	}
	if s.addr == 0 {
		t.Fatal("the server has no routine respond")
	}
	return s
}

// stamp gives what the routine writes at a time: the Date field, and the number of the month.
func (s *stamper) stamp(seconds int64) (field, month string, err error) {
	const (
		field0, month0 = 224, 184 // below rbp
		call           = 5        // bytes of the instruction
	)
	k := &kernel{state: s.server.state, run: new(Run)}
	k.script.Time = func(int) int64 { return seconds }
	k.accepted, k.child, k.clientOpen, k.listenerOpen = true, true, true, false
	m := s.server.machine.Clone(serveStack)
	m.Kernel, m.PC = k, s.addr
	for m.PC != s.addr+call {
		if m.Count > 1000 {
			return "", "", fmt.Errorf("no end")
		}
		if err := m.Step(); err != nil {
			return "", "", err
		}
	}
	rbp := m.Regs[isa.RBP]
	text, fault := m.Readable(rbp-field0, uint64(len(emitted.GoldenDate)))
	if fault != nil {
		return "", "", fault
	}
	digits, fault := m.Readable(rbp-month0, 2)
	if fault != nil {
		return "", "", fault
	}
	return string(text), string(digits), nil
}

// check compares a date with Go's.
func (s *stamper) check(t *testing.T, seconds int64) {
	t.Helper()
	at := time.Unix(seconds, 0).UTC()
	want := "Date: " + at.Format("Mon, 02 Jan 2006 15:04:05 GMT") + "\r\n"
	field, month, err := s.stamp(seconds)
	if err != nil || field != want || month != at.Format("01") {
		t.Fatalf("%d: %q, month %q, %v; want %q", seconds, field, month, err, want)
	}
}

const day = 24 * 60 * 60

// lastSecond is that of the year 9999: what comes behind it has no IMF-fixdate.
var lastSecond = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix()

// Dates are exact: at the ends of days, months, years and centuries, around leap days, at
// the ends of what 31, 32 and 33 bits hold, and at any time.
func TestDates(t *testing.T) {
	s := newStamper(t)
	for _, at := range []int64{0, 1, day - 1, day, 1<<31 - 1, 1 << 31, 1<<32 - 1, 1 << 32, 1 << 33, lastSecond} {
		s.check(t, at)
	}
	for year := 1970; year <= 9999; year++ {
		for _, month := range []time.Month{time.January, time.March, time.December} {
			first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC).Unix()
			s.check(t, first)
			if first > 0 {
				s.check(t, first-1)
			}
		}
	}
	rng := rand.New(rand.NewPCG(testtool.Seed(t), 0))
	for range 5000 {
		s.check(t, rng.Int64N(lastSecond+1))
	}
}

// Every day of 400 years, after which the calendar begins anew, day of the week included,
// and every second of a day.
func TestEveryDate(t *testing.T) {
	testtool.Long(t, "makes 230,000 dates")
	s := newStamper(t)
	for d := range int64(146_097) {
		s.check(t, d*day)
	}
	for second := range int64(day) {
		s.check(t, 11_111*day+second)
	}
}

// A clock that is far off does no harm: what it says is a date all the same.
func TestDateOfBadClock(t *testing.T) {
	s := newStamper(t)
	for _, at := range []int64{-1, -1 << 63, 1<<63 - 1, lastSecond + 1, 1 << 40, 1 << 55} {
		field, _, err := s.stamp(at)
		const want = "Date: Fri, 31 Dec 9999 23:5"
		if err != nil || !strings.HasPrefix(field, want) {
			t.Errorf("%d: %q, %v", at, field, err)
		}
	}
}

// With a clock a limit of time is exact to a second: it is over behind its last second, and
// not within it. The head's begins at its first byte, the body's at its first.
func TestLimitsOfTimeWithClock(t *testing.T) {
	head := strings.Split("GET / HTTP/1.1\r\nHost: h\r\nX: y\r\n\r\n", "")
	body := append([]string{"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 30\r\n\r\n"}, strings.Split(strings.Repeat("x", 30), "")...)
	for _, v := range emitted.Hardened() {
		s := boot(t, compile(t, fstest.MapFS{emitted.SpecName: {Data: []byte(v.Spec("clock: true\ntimeouts: { head: 5s, body: 7s }",
			"routes: [{ path: /, method: [GET, POST], body: x }]"))}}))
		for name, test := range map[string]struct {
			pieces []string
			limit  int64
		}{"head": {head, 5}, "body": {body, 7}} {
			for late := range int64(2) {
				const start = 1000
				script := Script{Time: func(n int) int64 {
					if n < 4 {
						return start
					}
					return start + test.limit + late
				}}
				for _, piece := range test.pieces {
					script.Segments = append(script.Segments, []byte(piece))
				}
				run, err := serve(s, script)
				want := map[int64]string{0: "HTTP/1.1 200 ", 1: "HTTP/1.1 408 "}[late]
				if err != nil || !strings.HasPrefix(string(run.Output), want) {
					t.Errorf("%s, %v, %d s late: %q, %v", name, v, late, run.Output, err)
				}
			}
		}
	}
}
