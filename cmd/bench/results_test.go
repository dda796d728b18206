package main

import (
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/cmd/internal/measure"
	"github.com/verbosel/verbosel/cmd/internal/stats"
)

// sample is a run of three rounds with known ratios.
func sample() *results {
	r := &results{
		Command: "make bench ROUNDS=3 SECONDS=1", Taken: time.Date(2030, 2, 1, 0, 0, 0, 0, time.UTC), Load: "wrk 4", Rounds: 3, Seconds: 1,
		ServerCPUs: []int{0}, LoadCPUs: []int{1}, Machine: measure.Machine{CPU: "Fast CPU", Load: 2},
		Servers: []serverInfo{
			{Name: ownConnection, Own: true, Version: "this tree", Size: 4096}, {Name: "nginx", Version: "1.22", Size: 1 << 20},
			{Name: "Go net/http", Version: "go1.26", Size: 8 << 20},
		},
		Missing: []missing{{"Actix", "not obtainable here"}},
	}
	for i, factor := range []float64{1.4, 1.5, 1.6} {
		r.add(i+1, measure.Keep32.ID, map[string]float64{ownConnection: 1000 * factor, "Go net/http": 1000, "nginx": 1500})
	}
	for i, ours := range []float64{0.2, 2, 20} { // nothing can be said
		r.add(i+1, measure.Keep128.ID, map[string]float64{ownConnection: 1000 * ours, "Go net/http": 1000})
	}
	r.Runs = append(r.Runs, runResult{Server: "nginx", Scenario: measure.Keep128.ID, Round: 1, Failure: "reset", Figures: measure.Figures{measure.Start: 1}})
	return r
}

func (r *results) add(round int, scenario string, throughput map[string]float64) {
	for server, value := range throughput {
		r.Runs = append(r.Runs, runResult{Server: server, Scenario: scenario, Round: round, Figures: measure.Figures{
			measure.Throughput: value, measure.P99: 1 / value, measure.Start: 1e-3,
		}})
	}
}

func TestCompare(t *testing.T) {
	r := sample()
	keep32 := target{ours: ownConnection, against: "Go net/http", scenario: measure.Keep32.ID, metric: measure.Throughput, target: atLeast(1.3)}
	ratios, verdict, met := r.compare(keep32)
	if ratios.Median != 1.5 || verdict != stats.Pass || met != 3 || showRatio(ratios) != "1.50" {
		t.Errorf("%+v, %s, %d", ratios, verdict, met)
	}
	keep128 := keep32
	keep128.scenario = measure.Keep128.ID
	if ratios, verdict, met = r.compare(keep128); verdict != stats.Undecided || met != 2 || showRatio(ratios) != "no difference shown" {
		t.Errorf("%+v, %s, %d", ratios, verdict, met)
	}
	keep128.against = "nginx" // whose only run failed
	if ratios, verdict, _ = r.compare(keep128); verdict != stats.Unmeasured || showRatio(ratios) != "-" {
		t.Errorf("%+v, %s", ratios, verdict)
	}
	if got := showRatio(stats.Of([]float64{2})); got != "one round only" {
		t.Errorf("%q", got)
	}
}

// TestNoiseHasNoRatio: where the verdict is that nothing is shown, no figure is either.
func TestNoiseHasNoRatio(t *testing.T) {
	for _, row := range sample().targetTable().Rows {
		ratio, spread := row[4], row[5]
		if strings.ContainsAny(spread, "0123456789") != strings.ContainsAny(ratio, "0123456789") {
			t.Errorf("%v", row)
		}
	}
}

// Each figure of the table about many clients is taken of some of its servers, and all of
// these are there.
func TestManyTable(t *testing.T) {
	takes := map[string][]string{}
	for _, s := range allServers() {
		takes[s.Name] = s.Scenarios
	}
	for _, f := range manyFigures {
		if !slices.ContainsFunc(manyServers, func(name string) bool { return slices.Contains(takes[name], f.scenario.ID) }) {
			t.Errorf("nobody takes part in %s", f.scenario.Title)
		}
	}
	for _, name := range manyServers {
		if takes[name] == nil {
			t.Errorf("no server is called %s", name)
		}
	}
	table := sample().manyTable()
	if len(table.Rows) != 3 || table.Rows[0][0] != ownConnection || table.Rows[0][1] != "1,500 ± 7 %" {
		t.Errorf("%v", table.Rows)
	}
}

// Each target is about servers that exist and take part, and about a figure that
// their runs have.
func TestTargets(t *testing.T) {
	takesPart := map[string]map[string]bool{}
	for _, s := range allServers() {
		takesPart[s.Name] = map[string]bool{stepsClose: s.Steps && !keepsEvery(s.Name), stepsKeep: s.Steps && s.KeepAlive}
		for _, id := range s.Scenarios {
			takesPart[s.Name][id] = true
		}
	}
	for _, target := range targets() {
		for _, name := range []string{target.ours, target.against} {
			if !takesPart[name][target.scenario] {
				t.Errorf("%s: %s has no part in %s", target.what, name, target.scenario)
			}
		}
		measure.About(target.metric)
	}
}

// What is written is read again, and reported alike.
func TestWrite(t *testing.T) {
	r, dir := sample(), filepath.Join(t.TempDir(), "deep", "results")
	if err := r.write(dir); err != nil {
		t.Fatal(err)
	}
	again, err := readResults(filepath.Join(dir, jsonName))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, again); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{loadPlotName, timePlotName} {
		checkXML(t, filepath.Join(dir, name))
	}
	page, err := os.ReadFile(filepath.Join(dir, markdownName))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		"Made by `make bench ROUNDS=3 SECONDS=1` on 1 February 2030", "Missing: Actix: not obtainable here.",
		"Failed: nginx, keep-128, round 1: reset.", "3 rounds are too few to quote", "not to be quoted",
		"## Many clients at once\n", "| ≥ 1.30 |", "no difference shown", "undecided", "## Keep-alive, 32 connections\n", "1,500 ± 7 %", "server on processors [0]",
	} {
		if !strings.Contains(string(page), part) {
			t.Errorf("the page lacks %q:\n%s", part, page)
		}
	}
	if strings.Contains(string(page), "## New connection, 1 at a time") {
		t.Error("a scenario that nobody was put through has a table")
	}
}

func checkXML(t *testing.T, path string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	decoder := xml.NewDecoder(file)
	for {
		_, err := decoder.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
}

// Where no load was made that is drawn, nothing is, and what an earlier run drew is gone.
func TestNothingToDraw(t *testing.T) {
	folder := t.TempDir()
	if err := sample().write(folder); err != nil {
		t.Fatal(err)
	}
	r := sample()
	r.Runs = nil
	r.add(1, slowed32, map[string]float64{ownConnection: 1000, "nginx": 900})
	for range 2 {
		if err := r.write(folder); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile(filepath.Join(folder, markdownName))
	if err != nil || strings.Contains(string(page), ".svg") || !strings.Contains(string(page), "half a processor") {
		t.Errorf("%s, %v", page, err)
	}
	if left, err := filepath.Glob(filepath.Join(folder, "*.svg")); err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
}

func TestWriteFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := sample().write(file); err == nil {
		t.Error("written into a file")
	}
	if _, err := readResults(file); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("half a file: %v", err)
	}
	if _, err := readResults(file + ".none"); err == nil {
		t.Error("no file was read")
	}
}
