package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/cmd/internal/measure"
)

func TestParseFlags(t *testing.T) {
	o, err := parseFlags([]string{"-rounds", "7", "-only", "nginx"}, io.Discard)
	if err != nil || o.rounds != 7 || o.seconds != 2 || o.only != "nginx" || !o.install || o.share {
		t.Errorf("%+v, %v", o, err)
	}
	for _, args := range [][]string{{"-rounds", "0"}, {"-seconds", "0"}, {"all"}, {"-fast"}} {
		if _, err := parseFlags(args, io.Discard); err == nil {
			t.Errorf("%v was taken", args)
		}
	}
}

func TestChosen(t *testing.T) {
	all := []*server{{Name: "nginx"}, {Name: "Go net/http"}, {Name: "Bun"}}
	var names []string
	for _, s := range chosen(all, "net/HTTP, bun") {
		names = append(names, s.Name)
	}
	if !slices.Equal(names, []string{"Go net/http", "Bun"}) || len(chosen(all, "")) != 3 {
		t.Errorf("%v", names)
	}
}

// Loads are chosen by their ids, and servers that take part in none of them are not even made.
func TestChosenScenarios(t *testing.T) {
	var ids []string
	loads := chosenScenarios("slowed, idle-1000")
	for _, s := range loads {
		ids = append(ids, s.ID)
	}
	if !slices.Equal(ids, []string{slowed32, slowed128, slowedPipe, idle1000}) || len(chosenScenarios("")) != len(scenarios()) {
		t.Errorf("%v", ids)
	}
	all := []*server{{Name: "a", Scenarios: []string{large}}, {Name: "b", Scenarios: []string{large, idle1000}}, {Name: "c"}}
	if list := taking(all, loads); len(list) != 1 || list[0] != all[1] {
		t.Errorf("%v take part", list)
	}
	if err := run(t.Context(), options{loads: "half-a-load"}, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), `"half-a-load"`) {
		t.Errorf("no load: %v", err)
	}
}

// The server that begins is another one each time, and everybody has a turn.
func TestRotated(t *testing.T) {
	all := []*server{{Name: "a"}, {Name: "b"}, {Name: "c"}}
	for round, want := range map[int]string{1: "abc", 2: "bca", 3: "cab", 4: "abc"} {
		got := ""
		for _, s := range rotated(all, round) {
			got += s.Name
		}
		if got != want {
			t.Errorf("round %d: %s, want %s", round, got, want)
		}
	}
	if rotated(nil, 1) != nil || all[0].Name != "a" {
		t.Error("nobody was rotated, or the list was changed")
	}
}

func TestServers(t *testing.T) {
	known := map[string]bool{}
	for _, s := range scenarios() {
		known[s.ID] = true
	}
	names := map[string]bool{}
	for _, s := range allServers() {
		if names[s.Name] {
			t.Errorf("two servers are called %s", s.Name)
		}
		names[s.Name] = true
		for _, id := range s.Scenarios {
			if !known[id] {
				t.Errorf("%s: no scenario is called %s", s.Name, id)
			}
		}
	}
}

// A server of many connections is made for a benchmark: it answers.
func TestLoop(t *testing.T) {
	if testing.Short() {
		t.Skip("proves two servers of isolation: proof")
	}
	env := testEnvironment(t)
	var sizes []int64
	for _, workers := range []int{0, 2} { // 0: as others, which are one here
		s := loop("loop", helloRoute, workers, idle1000)
		if _, err := s.prepare(t.Context(), env); err != nil {
			t.Fatal(err)
		}
		if err := check(t.Context(), env, s); err != nil {
			t.Fatal(err)
		}
		if s.Steps != (workers < 2) {
			t.Errorf("%d workers: instructions are counted: %v", workers, s.Steps)
		}
		sizes = append(sizes, env.sizes["loop"])
	}
	if sizes[0] == 0 || sizes[0] == sizes[1] {
		t.Errorf("servers of %d bytes", sizes)
	}
}

func TestPathsOf(t *testing.T) {
	one, many := pathsOf(1), pathsOf(manyRoutes)
	if len(one) != askedPaths || len(many) != askedPaths {
		t.Fatalf("%d and %d paths", len(one), len(many))
	}
	if one[99] != "/route/00000" || many[0] != "/route/00000" || many[99] != "/route/09900" {
		t.Errorf("%s, %s, %s", one[99], many[0], many[99])
	}
}

func TestCheckAnswer(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\n\r\n"
	for _, test := range []struct{ answer, path, want string }{
		{ok + hello, "/", ""}, {ok + "e\r\n" + hello + "\r\n0\r\n\r\n", "/", ""},
		{ok + strings.Repeat("x", largeSize), "/large.bin", ""},
		{"HTTP/1.1 404 Not Found\r\n\r\n" + hello, "/", "404 Not Found"},
		{ok + "Welcome", "/", `has the body "Welcome"`}, {ok + "short", "/large.bin", "has 5 bytes of"},
	} {
		err := checkAnswer([]byte(test.answer), test.path)
		if (test.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%.40q: %v", test.answer, err)
		}
	}
}

func testEnvironment(t *testing.T) *environment {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	env, err := newEnvironment(t.TempDir(), false, 1, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// Every configuration is complete for every setting.
func TestConfigure(t *testing.T) {
	env := testEnvironment(t)
	for _, name := range []string{"nginx.conf", "lighttpd.conf", "haproxy.cfg", "Caddyfile"} {
		path, port, err := env.configure(name)
		if err != nil || port == 0 {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil || len(text) == 0 || strings.Contains(string(text), "{{") {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
	if _, _, err := env.configure("apache.conf"); err == nil {
		t.Error("a configuration that is not there was written")
	}
}

// A server that cannot be had is named with the remedy.
func TestPrepareNamesTheMissing(t *testing.T) {
	env := testEnvironment(t)
	absent := &installed{program: "no-such-server", debian: "no-such-package"}
	broken := &server{
		Name:    "broken",
		prepare: func(context.Context, *environment) (string, error) { return "1", nil },
		target: func(context.Context, *environment) (measure.Target, error) {
			return measure.Target{}, errors.New("has no port")
		},
	}
	r := &results{}
	ready := prepare(t.Context(), env, []*server{{Name: "absent", prepare: absent.prepare("absent")}, broken, actix()}, r)
	if len(ready) != 0 || len(r.Missing) != 3 {
		t.Fatalf("%v, %+v", ready, r.Missing)
	}
	for i, want := range []string{"apt-get install no-such-package", "has no port", "not obtainable"} {
		if !strings.Contains(r.Missing[i].Reason, want) {
			t.Errorf("%+v, want %q", r.Missing[i], want)
		}
	}
}

// One short round of our own server, from the command line to the files.
func TestRun(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	out := t.TempDir()
	o := options{rounds: 1, seconds: 1, out: out, only: "isolation: request"}
	var text, talk strings.Builder
	if err := run(t.Context(), o, &text, &talk); err != nil {
		t.Fatalf("%v\n%s", err, talk.String())
	}
	r, err := readResults(filepath.Join(out, jsonName))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.failures()) > 0 || len(r.Runs) != 3 || r.summary(ownRequest, measure.New32.ID, measure.Throughput).Median <= 0 {
		t.Errorf("%+v", r.Runs)
	}
	if !strings.Contains(text.String(), "verdict") || !strings.Contains(talk.String(), "round 1 of 1 took") {
		t.Errorf("%s\n%s", text.String(), talk.String())
	}
	again := options{from: filepath.Join(out, jsonName), out: t.TempDir()}
	var same strings.Builder
	if err := run(t.Context(), again, &same, io.Discard); err != nil || same.String() != text.String() {
		t.Errorf("reported again: %v\n%s", err, same.String())
	}
}

func TestRunFails(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	if err := run(t.Context(), options{rounds: 1, seconds: 1, only: "Actix"}, io.Discard, io.Discard); err == nil ||
		!strings.Contains(err.Error(), "no server is there") {
		t.Errorf("nobody to measure: %v", err)
	}
	if err := run(t.Context(), options{from: "/nowhere"}, io.Discard, io.Discard); err == nil {
		t.Error("no results were reported")
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	s := schedule{rounds: 1, talk: io.Discard}
	if _, err := s.run(cancelled); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

// The fixed rate is half of what nginx reached in the same round; without that nothing is measured at it, and the reason is said.
func TestHalfRate(t *testing.T) {
	reached := func(server, scenario string, round int, rate float64) runResult {
		return runResult{Server: server, Scenario: scenario, Round: round, Figures: measure.Figures{measure.Throughput: rate}}
	}
	failed := reached(nginxName, measure.Keep128.ID, 3, 10)
	failed.Failure = "reset"
	earlier := []runResult{
		reached(nginxName, measure.Keep128.ID, 1, 1000), reached(nginxName, measure.Keep32.ID, 2, 3000),
		reached(ownLoop, measure.Keep128.ID, 2, 4000), reached(nginxName, measure.Keep128.ID, 2, 2000), failed,
	}
	if rate, err := halfRate(earlier, 2); err != nil || rate != 1000 {
		t.Errorf("%v, %v", rate, err)
	}
	for _, round := range []int{3, 4} {
		if rate, err := halfRate(earlier, round); err == nil {
			t.Errorf("round %d: %v", round, rate)
		}
	}
	s := schedule{env: testEnvironment(t), talk: io.Discard}
	silent := &server{Name: "silent", target: func(context.Context, *environment) (measure.Target, error) { return measure.Target{}, nil }}
	steady := measure.Scenario{ID: half128, Connections: 128, KeepAlive: true}
	if r := s.visit(t.Context(), silent, steady, earlier[4:], 3); !strings.Contains(r.Failure, "was not measured in this round") {
		t.Errorf("%+v", r)
	}
}

// The rate comes behind what it is made from.
func TestScenariosInOrder(t *testing.T) {
	var ids []string
	for _, s := range scenarios() {
		ids = append(ids, s.ID)
	}
	if slices.Index(ids, half128) < slices.Index(ids, measure.Keep128.ID) {
		t.Errorf("%v", ids)
	}
}
