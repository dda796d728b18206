package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/verbosel/verbosel/cmd/internal/measure"
	"github.com/verbosel/verbosel/cmd/internal/report"
	"github.com/verbosel/verbosel/cmd/internal/stats"
)

// results is everything that a run found out, single runs included, so that anybody
// can reckon again.
type results struct {
	Command    string          `json:"command"`
	Taken      time.Time       `json:"taken"`
	Machine    measure.Machine `json:"machine"`
	Load       string          `json:"load"`       // the generator
	ServerCPUs []int           `json:"serverCPUs"` // empty: all are shared
	LoadCPUs   []int           `json:"loadCPUs"`
	Rounds     int             `json:"rounds"`
	Seconds    int             `json:"seconds"` // of each load
	Servers    []serverInfo    `json:"servers"`
	Missing    []missing       `json:"missing"`
	Runs       []runResult     `json:"runs"`
}

type serverInfo struct {
	Name    string `json:"name"`
	Own     bool   `json:"own"`
	Version string `json:"version"`
	Size    int64  `json:"size"` // of the program's file, in bytes
}

// missing is a server that was not measured, and why.
type missing struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// runResult is one measurement. Figures are in base units.
type runResult struct {
	Server   string          `json:"server"`
	Scenario string          `json:"scenario"`
	Round    int             `json:"round"`
	Figures  measure.Figures `json:"figures,omitempty"`
	Failure  string          `json:"failure,omitempty"`
}

// rounds gives a figure by round. Runs that failed are not there.
func (r *results) rounds(server, scenario string, metric measure.Metric) map[int]float64 {
	values := map[int]float64{}
	for _, run := range r.Runs {
		value, ok := run.Figures[metric]
		if ok && run.Failure == "" && run.Server == server && run.Scenario == scenario {
			values[run.Round] = value
		}
	}
	return values
}

// summary is a figure over the rounds.
func (r *results) summary(server, scenario string, metric measure.Metric) stats.Summary {
	var values []float64
	for _, value := range r.rounds(server, scenario, metric) {
		values = append(values, value)
	}
	return stats.Of(values)
}

// failures counts the runs that failed.
func (r *results) failures() []runResult {
	var list []runResult
	for _, run := range r.Runs {
		if run.Failure != "" {
			list = append(list, run)
		}
	}
	return list
}

// Names of the files.
const (
	jsonName     = "results.json"
	markdownName = "README.md"
	loadPlotName = "throughput.svg"
	timePlotName = "latency.svg"
)

// write writes all files to a folder.
func (r *results) write(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	page, err := r.markdown()
	if err != nil {
		return fmt.Errorf("%s: %w", markdownName, err)
	}
	files := map[string][]byte{jsonName: append(text, '\n'), markdownName: page}
	for name, panels := range map[string][]report.Panel{loadPlotName: r.loadPanels(), timePlotName: r.timePanels()} {
		if len(panels) == 0 { // none of these loads was made
			if err := os.Remove(filepath.Join(folder, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			continue
		}
		if files[name], err = report.SVG(panels); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// readResults reads what write wrote.
func readResults(path string) (*results, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r := &results{}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}
