package main

import (
	"cmp"
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

// loopPart is for a number of workers: serverPart with room for 1,000 clients and more.
const loopPart = `server:
  listen: "127.0.0.1:8080"
  backlog: 511
  isolation: proof
  workers: %d
  limits: { requests: 1000000, connections: 2048 }
routes:
`

// loop is a server of processes with many connections, as many as other servers have where workers is 0.
func loop(name, routes string, workers int, scenarios ...string) *server {
	var path string
	var port int
	s := &server{Name: name, Own: true, Scenarios: scenarios, KeepAlive: true}
	s.prepare = func(ctx context.Context, env *environment) (_ string, err error) {
		n := cmp.Or(workers, env.workers)
		s.Steps = n == 1 // one answers; of several it would have to be found
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
		if err := os.WriteFile(spec, []byte(fmt.Sprintf(loopPart, n)+routes), 0o644); err != nil {
			return "", err
		}
		if err := env.build(ctx, "", compiler, spec, strconv.Itoa(port), path); err != nil {
			return "", err
		}
		env.measureSize(name, path)
		return "this tree", nil
	}
	s.target = func(context.Context, *environment) (measure.Target, error) {
		return local(process.Command{Path: path, Forks: true}, port), nil
	}
	return s
}
