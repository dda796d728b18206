package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/verbosel/verbosel/cmd/internal/measure"
	"github.com/verbosel/verbosel/cmd/internal/process"
)

// Versions of modules that are built for the benchmark. They are not requirements of
// this module: nothing of it imports them.
const (
	fasthttpModule = "github.com/valyala/fasthttp@v1.77.0"
	caddyModule    = "github.com/caddyserver/caddy/v2/cmd/caddy@v2.11.9"
)

// Instructions of Go's servers are not counted: stepped through, their runtime takes
// each request for a stall, and interrupts it again and again.

// goProgram is a server that is built from one embedded source file.
type goProgram struct {
	name, source, module string // module: what it needs; empty for nothing
	path                 string
}

// prepare builds it in a module of its own.
func (p *goProgram) prepare(name string) func(context.Context, *environment) (string, error) {
	return func(ctx context.Context, env *environment) (string, error) {
		dir := filepath.Join(env.dir, p.name)
		if err := os.Mkdir(dir, 0o755); err != nil {
			return "", err
		}
		if err := unpack(p.source, filepath.Join(dir, "main.go")); err != nil {
			return "", err
		}
		p.path = filepath.Join(dir, p.name)
		steps := [][]string{{"mod", "init", "bench/" + p.name}, {"build", "-o", p.path, "."}}
		version := runtime.Version()
		if p.module != "" {
			steps = [][]string{steps[0], {"get", p.module}, steps[1]}
			version = p.module + ", " + version
		}
		for _, args := range steps {
			if err := env.build(ctx, dir, "go", args...); err != nil {
				return "", err
			}
		}
		env.measureSize(name, p.path)
		return version, nil
	}
}

func (p *goProgram) target(context.Context, *environment) (measure.Target, error) {
	port, err := measure.FreePort()
	t := local(process.Command{Path: p.path}, port)
	t.Command.Args = []string{t.Address}
	return t, err
}

func netHTTP() *server {
	p := &goProgram{name: "nethttp", source: "nethttp.go.txt"}
	return &server{
		Name: "Go net/http", Scenarios: with(allScenarios, half128),
		prepare: p.prepare("Go net/http"), target: p.target,
	}
}

func fastHTTP() *server {
	p := &goProgram{name: "fasthttp", source: "fasthttp.go.txt", module: fasthttpModule}
	return &server{
		Name: "fasthttp", Scenarios: with(allScenarios, slowedPipe, half128),
		prepare: p.prepare("fasthttp"), target: p.target,
	}
}

// caddy is built once and kept, as that takes minutes.
func caddy() *server {
	p := &installed{program: "caddy", config: "Caddyfile", args: func(config string) []string {
		return []string{"run", "--adapter", "caddyfile", "--config", config}
	}}
	prepare := func(ctx context.Context, env *environment) (string, error) {
		_, version, _ := strings.Cut(caddyModule, "@")
		dir, err := env.folder("caddy-" + version)
		if err != nil {
			return "", err
		}
		p.path = filepath.Join(dir, "caddy")
		if _, err := os.Stat(p.path); errors.Is(err, os.ErrNotExist) {
			if err := env.build(ctx, dir, "env", "GOBIN="+dir, "go", "install", caddyModule); err != nil {
				return "", err
			}
		}
		env.measureSize("Caddy", p.path)
		return version + ", " + runtime.Version(), nil
	}
	return &server{Name: "Caddy", Scenarios: mainScenarios, prepare: prepare, target: p.target}
}
