package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/verbosel/verbosel/cmd/internal/measure"
	"github.com/verbosel/verbosel/cmd/internal/process"
)

// loopCompiler makes servers of isolation: proof. It is a program of its own: what makes a server without a
// proof is nothing that can be imported here.
const loopCompiler = "github.com/verbosel/verbosel/codegen/internal/unproved/loop"

// loopPart is serverPart with room for 1,000 clients and more.
const loopPart = `server:
  listen: "127.0.0.1:8080"
  backlog: 511
  isolation: proof
  limits: { requests: 1000000, connections: 2048 }
routes:
`

// loop is a server of one process with many connections.
func loop(name, routes string, scenarios ...string) *server {
	var path string
	var port int
	prepare := func(ctx context.Context, env *environment) (_ string, err error) {
		compiler := filepath.Join(env.dir, "loop-compiler")
		if err := env.build(ctx, "", "go", "build", "-o", compiler, loopCompiler); err != nil {
			return "", err
		}
		if port, err = measure.FreePort(); err != nil {
			return "", err
		}
		env.serial++
		path = filepath.Join(env.dir, fmt.Sprintf("%d-loop", env.serial))
		spec := path + ".yaml"
		if err := os.WriteFile(spec, []byte(loopPart+routes), 0o644); err != nil {
			return "", err
		}
		if err := env.build(ctx, "", compiler, spec, strconv.Itoa(port), path); err != nil {
			return "", err
		}
		env.measureSize(name, path)
		return "this tree", nil
	}
	target := func(context.Context, *environment) (measure.Target, error) {
		return local(process.Command{Path: path, Forks: true}, port), nil
	}
	return &server{Name: name, Own: true, Scenarios: scenarios, Steps: true, KeepAlive: true, prepare: prepare, target: target}
}
