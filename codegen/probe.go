package codegen

import (
	"fmt"
)

// Probe is the program that asks a server for its health, in figures.
type Probe struct {
	Path     string   `json:"path"` // that it asks for
	Size     int64    `json:"size"` // bytes
	SHA256   string   `json:"sha256"`
	Syscalls []string `json:"syscalls"` // by number
}

// ProbeSummary gives the figures of a probe; nil for none.
func (r *Result) ProbeSummary() *Probe {
	if r == nil {
		return nil
	}
	p := &Probe{Path: r.Plan.Health.Path, Size: r.Size(), SHA256: r.SHA256()}
	for _, c := range r.Report.Syscalls {
		p.Syscalls = append(p.Syscalls, c.Name)
	}
	return p
}

// HealthPath is the path that a probe asks for; empty where its GET is not answered with 2xx.
func (r *Result) HealthPath() string {
	if r.Plan.Health.Err(r.Spec.Health.Pos) != nil {
		return ""
	}
	return r.Plan.Health.Path
}

// Probe compiles the program that asks r's server for its health: an ELF like the server,
// from the same address, through the same stages. It goes to out, or with nil into memory.
// A spec whose health route is not answered with 2xx has none; that is a diag.Error.
func (r *Result) Probe(out Store) (*Result, error) {
	if bad := r.Plan.Health.Err(r.Spec.Health.Pos); bad != nil {
		if bad.Pos.Line == 0 {
			bad.Pos.File = r.Spec.File
		}
		return nil, bad
	}
	p := &Result{Spec: r.Spec, Plan: r.Plan, name: r.name, fsys: r.fsys, isProbe: true}
	p.opts = Options{Out: out, Symbols: r.opts.Symbols, Proofs: r.opts.Proofs}
	if out == nil {
		p.opts.Out = new(memory)
	}
	err := p.run([]stage{
		{"lower", func(r *Result) error { r.Program = r.lowered(); return nil }},
		{"assemble", assemble},
		{"link", link},
		{"write", write},
		{"verify", check},
	})
	if err != nil {
		return nil, fmt.Errorf("the probe of %w", err)
	}
	return p, nil
}
