package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/verbosel/verbosel/cmd/internal/measure"
	"github.com/verbosel/verbosel/cmd/internal/process"
	"github.com/verbosel/verbosel/cmd/internal/subject"
	"github.com/verbosel/verbosel/codegen"
)

// Names of our servers and of the floors, for targets.
const (
	ownRequest    = "verbosel, isolation: request"
	ownConnection = "verbosel, isolation: connection"
	ownLarge      = "verbosel, 10 MiB file"
	ownLoop       = "verbosel, isolation: proof"
	ownLoopLarge  = "verbosel, isolation: proof, with a 10 MiB file"
	ownLoopOne    = "verbosel, isolation: proof, 1 worker"
	ownLoopTwo    = "verbosel, isolation: proof, 2 workers"
	ownLoopFour   = "verbosel, isolation: proof, 4 workers"
	oneRequest    = "verbosel, request, 1 route"
	manyRequest   = "verbosel, request, 10,000 routes"
	oneConn       = "verbosel, connection, 1 route"
	manyConn      = "verbosel, connection, 10,000 routes"
	floorRequest  = "floor, request"
	floorConn     = "floor, connection"
	floorPrefork  = "floor, forked ahead"
	floorEpoll    = "floor, epoll"
	floorEpollNew = "floor, epoll, new connections"
	floorEpollTry = "floor, epoll, read behind accept"
	floorEpollAll = "floor, epoll, pipelined requests"
)

// manyRoutes is how many the large spec has; askedPaths of them are asked for, spread
// evenly.
const (
	manyRoutes = 10000
	askedPaths = 100
)

// serverPart is like the other servers have it: nginx's backlog, and no limit on a
// connection that a benchmark would reach.
const serverPart = `server:
  listen: "127.0.0.1:8080"
  backlog: 511
  limits: { requests: 1000000 }
routes:
`

// own is a server made by verbosel.
func own(name, isolation, routes string, paths []string, scenarios ...string) *server {
	spec := func(*environment) string { return serverPart + routes }
	return made(&server{Name: name, Scenarios: scenarios}, isolation, spec, paths...)
}

// made gives a server what makes it from a spec, and where it is asked.
func made(as *server, isolation string, spec func(*environment) string, paths ...string) *server {
	var s *subject.Subject
	as.Own = true
	as.prepare = func(_ context.Context, env *environment) (string, error) {
		fsys := layered{fstest.MapFS{"routes.yaml": {Data: []byte(spec(env))}}, os.DirFS(env.files)}
		// Each has a folder of its own, as executables are named for the isolation.
		dir, err := os.MkdirTemp(env.dir, "own-*")
		if err != nil {
			return "", err
		}
		s = subject.New(dir, isolation, func(o codegen.Options) (*codegen.Result, error) {
			return codegen.Compile(fsys, "routes.yaml", o)
		})
		_, err = s.Target(paths...)
		if err == nil {
			env.sizes[as.Name] = s.Size()
		}
		return "this tree", err
	}
	as.target = func(context.Context, *environment) (measure.Target, error) { return s.Target(paths...) }
	return as
}

const helloRoute = "  - path: /\n    body: \"Hello, World!\\n\"\n"

// ownServers lists ours.
func ownServers() []*server {
	request := own(ownRequest, "request", helloRoute, []string{"/"}, newScenarios...)
	connection := own(ownConnection, "connection", helloRoute, []string{"/"}, with(allScenarios, half128)...)
	request.Steps, connection.Steps, connection.KeepAlive = true, true, true
	one, many := routesOf(1), routesOf(manyRoutes)
	onePath, manyPaths := pathsOf(1), pathsOf(manyRoutes)
	return []*server{
		request, connection,
		own(ownLarge, "connection", "  - path: /large.bin\n    file: large.bin\n", []string{"/large.bin"}, large),
		loop(ownLoop, helloRoute, 0, with(allScenarios, slowed32, slowed128, slowedPipe, half128, idle1000)...),
		loop(ownLoopLarge, helloRoute+"  - path: /large.bin\n    file: large.bin\n", 0, measure.Keep32.ID, slow8),
		loop(ownLoopOne, helloRoute, 1, measure.Keep32.ID, measure.Keep128.ID),
		loop(ownLoopTwo, helloRoute, 2, measure.Keep32.ID, measure.Keep128.ID),
		loop(ownLoopFour, helloRoute, 4, measure.Keep32.ID, measure.Keep128.ID),
		own(oneRequest, "request", one, onePath, routesNew),
		own(manyRequest, "request", many, manyPaths, routesNew),
		own(oneConn, "connection", one, onePath, routesKeep),
		own(manyConn, "connection", many, manyPaths, routesKeep),
	}
}

// routesOf is n routes of a spec.
func routesOf(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  - path: %s\n    body: \"Hello, World!\\n\"\n", routePath(i))
	}
	return b.String()
}

func routePath(i int) string { return fmt.Sprintf("/route/%05d", i) }

// pathsOf is what is asked of a server with n routes: as many paths for each n, so
// that the load does the same work.
func pathsOf(n int) []string {
	paths := make([]string, askedPaths)
	for i := range paths {
		paths[i] = routePath(i * n / askedPaths)
	}
	return paths
}

// layered looks for a file in one file system, then in another.
type layered struct{ upper, lower fs.FS }

// Open opens the file of the first that has it.
func (l layered) Open(name string) (fs.File, error) {
	if file, err := l.upper.Open(name); err == nil {
		return file, nil
	}
	return l.lower.Open(name)
}

// source is a floor's: a file, and the names that are defined for it.
type source struct {
	file    string
	defines []string
	forks   bool // for each connection
}

// floor is the smallest program with a loop, assembled for each start.
func floor(name string, from source, scenarios ...string) *server {
	var nasm string
	prepare := func(ctx context.Context, env *environment) (version string, err error) {
		nasm, err = env.find(ctx, "nasm", "nasm")
		if err != nil {
			return "", err
		}
		return env.version(ctx, nasm, "-v"), nil
	}
	target := func(ctx context.Context, env *environment) (measure.Target, error) {
		path, port, err := env.assemble(ctx, nasm, from)
		if err == nil {
			env.measureSize(name, path)
		}
		return local(process.Command{Path: path, Forks: from.forks}, port), err
	}
	return &server{
		Name: name, Scenarios: scenarios, Steps: true, KeepAlive: slices.Contains(scenarios, measure.Keep1.ID),
		prepare: prepare, target: target,
	}
}

// prefork is an experiment: what a loop would bring that forks ahead of accept.
func prefork() *server {
	s := floor(floorPrefork, source{file: "floor-prefork.asm", forks: true}, newScenarios...)
	s.Steps = false // its children wait when a step counter asks for the first response
	return s
}

// assemble makes an executable for a free port.
func (env *environment) assemble(ctx context.Context, nasm string, from source) (path string, port int, err error) {
	port, err = measure.FreePort()
	if err != nil {
		return "", 0, err
	}
	asm := filepath.Join(env.dir, from.file)
	if err := unpack(from.file, asm); err != nil {
		return "", 0, err
	}
	env.serial++
	path = filepath.Join(env.dir, fmt.Sprintf("%d-floor", env.serial))
	args := []string{"-f", "bin", fmt.Sprintf("-dPORT=%d", port), "-o", path, asm}
	for _, name := range from.defines {
		args = append(args, "-d"+name)
	}
	out, err := exec.CommandContext(ctx, nasm, args...).CombinedOutput()
	if err != nil {
		return "", 0, fmt.Errorf("nasm: %w: %s", err, lastLine(string(out)))
	}
	return path, port, os.Chmod(path, 0o700)
}

// epollSource is one process that serves all clients.
const epollSource = "floor-epoll.asm"

// allServers lists everything that is measured, in the order of reports.
func allServers() []*server {
	return append(ownServers(),
		floor(floorRequest, source{file: "floor-request.asm", forks: true}, newScenarios...),
		floor(floorConn, source{file: "floor-connection.asm", forks: true}, keepScenarios...),
		prefork(),
		floor(floorEpoll, source{file: epollSource}, with(keepScenarios, slowed32, slowed128, half128)...),
		floor(floorEpollNew, source{file: epollSource, defines: []string{"CLOSE"}}, newScenarios...),
		floor(floorEpollTry, source{file: epollSource, defines: []string{"CLOSE", "EAGER", "DEFER"}}, newScenarios...),
		// wrk's requests to a port of five digits have 41 bytes.
		floor(floorEpollAll, source{file: epollSource, defines: []string{"REQUEST=41"}}, measure.Pipe16.ID, slowedPipe),
		nginx(), lighttpd(), haproxy(), busybox(), netHTTP(), fastHTTP(), caddy(), express(), next(), bun(), actix(),
	)
}
