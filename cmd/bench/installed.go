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

// installed is a server that a Debian package brings, with a configuration of ours.
type installed struct {
	program, debian string
	config          string                // name of the embedded configuration; empty for none
	version         []string              // arguments that make it print its version
	args            func(string) []string // from the configuration's path
	forks           bool

	path string
}

func (p *installed) prepare(name string) func(context.Context, *environment) (string, error) {
	return func(ctx context.Context, env *environment) (version string, err error) {
		p.path, err = env.find(ctx, p.program, p.debian)
		if err != nil {
			return "", err
		}
		env.measureSize(name, p.path)
		return env.version(ctx, p.path, p.version...), nil
	}
}

func (p *installed) target(_ context.Context, env *environment) (measure.Target, error) {
	path, port, err := env.configure(p.config)
	if err != nil {
		return measure.Target{}, err
	}
	return local(process.Command{Path: p.path, Args: p.args(path), Dir: env.dir, Forks: p.forks}, port), nil
}

// local is a server on a port of 127.0.0.1, asked for its root.
func local(c process.Command, port int) measure.Target {
	return measure.Target{Command: c, Address: "127.0.0.1:" + strconv.Itoa(port), Paths: []string{"/"}}
}

// measureSize notes the size of a server's program file. What it loads beside that is
// not counted.
func (env *environment) measureSize(name, path string) {
	if info, err := os.Stat(path); err == nil {
		env.sizes[name] = info.Size()
	}
}

// nginxName is what others are compared with.
const nginxName = "nginx"

func nginx() *server {
	p := &installed{
		program: "nginx", debian: "nginx", config: "nginx.conf", version: []string{"-v"},
		args: func(config string) []string { return []string{"-c", config} },
	}
	return &server{
		Name: nginxName, Scenarios: with(allScenarios, slowed32, slowed128, half128, large, idle1000, slow8), Steps: true, KeepAlive: true,
		prepare: p.prepare(nginxName), target: p.target,
	}
}

func lighttpd() *server {
	p := &installed{
		program: "lighttpd", debian: "lighttpd", config: "lighttpd.conf", version: []string{"-v"},
		args: func(config string) []string { return []string{"-D", "-f", config} },
	}
	return &server{
		Name: "lighttpd", Scenarios: with(mainScenarios, slowed32, slowed128), Steps: true, KeepAlive: true,
		prepare: p.prepare("lighttpd"), target: p.target,
	}
}

func haproxy() *server {
	p := &installed{
		program: "haproxy", debian: "haproxy", config: "haproxy.cfg", version: []string{"-v"},
		args: func(config string) []string { return []string{"-db", "-q", "-f", config} },
	}
	return &server{
		Name: "haproxy", Scenarios: mainScenarios, Steps: true, KeepAlive: true,
		prepare: p.prepare("haproxy"), target: p.target,
	}
}

// busybox forks for each connection, and closes it behind the response.
func busybox() *server {
	p := &installed{program: "busybox", debian: "busybox", forks: true}
	target := func(_ context.Context, env *environment) (measure.Target, error) {
		port, err := measure.FreePort()
		args := []string{"httpd", "-f", "-p", fmt.Sprintf("127.0.0.1:%d", port), "-h", env.files}
		return local(process.Command{Path: p.path, Args: args, Forks: true}, port), err
	}
	return &server{
		Name: "busybox httpd", Scenarios: newScenarios, Steps: true,
		prepare: p.prepare("busybox httpd"), target: target,
	}
}

// folder makes a folder in the cache.
func (env *environment) folder(name string) (string, error) {
	path := filepath.Join(env.cache, name)
	return path, os.MkdirAll(path, 0o755)
}
