package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/verbosel/verbosel/cmd/internal/measure"
	"github.com/verbosel/verbosel/cmd/internal/process"
)

// Versions of npm packages. They are fetched into the cache once.
const (
	expressVersion = "5.3.0"
	bunVersion     = "1.4.5"
	nextVersion    = "16.4.6"
	reactVersion   = "19.2.0"
)

// jitWarm is the load that servers with a compiler at run time get ahead of each
// measurement.
const jitWarm = time.Second

// fetch installs npm packages into a folder of the cache, once.
func (env *environment) fetch(ctx context.Context, folder string, packages ...string) (string, error) {
	if _, err := lookPath("npm"); err != nil {
		return "", errors.New("npm is not installed: apt-get install npm")
	}
	dir, err := env.folder(folder)
	if err != nil {
		return "", err
	}
	done := filepath.Join(dir, ".complete")
	if _, err := os.Stat(done); err == nil {
		return dir, nil
	}
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte("{\"private\":true}\n"), 0o644); err != nil {
		return "", err
	}
	args := append([]string{"install", "--no-audit", "--no-fund", "--save-exact"}, packages...)
	if err := env.build(ctx, dir, "npm", args...); err != nil {
		return "", err
	}
	return dir, os.WriteFile(done, nil, 0o644)
}

// script is a server that an interpreter runs, with its port as the last argument.
type script struct {
	command process.Command
}

func (s *script) target(context.Context, *environment) (measure.Target, error) {
	port, err := measure.FreePort()
	c := s.command
	c.Args = append(c.Args[:len(c.Args):len(c.Args)], strconv.Itoa(port))
	return local(c, port), err
}

func express() *server {
	s := &script{}
	prepare := func(ctx context.Context, env *environment) (string, error) {
		node, err := env.find(ctx, "node", "nodejs")
		if err != nil {
			return "", err
		}
		dir, err := env.fetch(ctx, "express-"+expressVersion, "express@"+expressVersion)
		if err != nil {
			return "", err
		}
		env.measureSize("Express", node)
		s.command = process.Command{Path: node, Args: []string{"express.js"}, Dir: dir, Env: []string{"NODE_ENV=production"}}
		return fmt.Sprintf("%s, node %s", expressVersion, env.version(ctx, node, "--version")), unpack("express.js", filepath.Join(dir, "express.js"))
	}
	return &server{Name: "Express", Scenarios: pageScenarios, Warm: jitWarm, prepare: prepare, target: s.target}
}

func bun() *server {
	s := &script{}
	prepare := func(ctx context.Context, env *environment) (string, error) {
		dir, err := env.fetch(ctx, "bun-"+bunVersion, "bun@"+bunVersion)
		if err != nil {
			return "", err
		}
		path, err := firstFile(dir, "node_modules/@oven/bun-linux-x64/bin/bun", "node_modules/bun/bin/bun.exe")
		if err != nil {
			return "", err
		}
		env.measureSize("Bun", path)
		s.command = process.Command{Path: path, Args: []string{"bun.js"}, Dir: dir}
		return env.version(ctx, path, "--version"), unpack("bun.js", filepath.Join(dir, "bun.js"))
	}
	return &server{Name: "Bun", Scenarios: pageScenarios, Warm: jitWarm, prepare: prepare, target: s.target}
}

// firstFile finds where a version of a package has put its program.
func firstFile(dir string, names ...string) (string, error) {
	for _, name := range names {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s has none of %v", dir, names)
}

func next() *server {
	s := &script{}
	prepare := func(ctx context.Context, env *environment) (string, error) {
		node, err := env.find(ctx, "node", "nodejs")
		if err != nil {
			return "", err
		}
		dir, err := env.fetch(ctx, "next-"+nextVersion, "next@"+nextVersion, "react@"+reactVersion, "react-dom@"+reactVersion)
		if err != nil {
			return "", err
		}
		env.measureSize("Next.js", node)
		program := filepath.Join(dir, "node_modules/next/dist/bin/next")
		s.command = process.Command{
			Path: node, Args: []string{program, "start", "-H", "127.0.0.1", "-p"}, Dir: dir,
			Env: []string{"NODE_ENV=production", "NEXT_TELEMETRY_DISABLED=1"},
		}
		return fmt.Sprintf("%s, node %s", nextVersion, env.version(ctx, node, "--version")), env.buildNext(ctx, dir, node, program)
	}
	return &server{Name: "Next.js", Scenarios: pageScenarios, Warm: jitWarm, prepare: prepare, target: s.target}
}

// buildNext builds the application, once.
func (env *environment) buildNext(ctx context.Context, dir, node, program string) error {
	if _, err := os.Stat(filepath.Join(dir, ".next", "BUILD_ID")); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Join(dir, "app"), 0o755); err != nil {
		return err
	}
	if err := unpack("next-route.js", filepath.Join(dir, "app", "route.js")); err != nil {
		return err
	}
	return env.build(ctx, dir, node, program, "build")
}

// actix is named, as the original's page names it.
func actix() *server {
	prepare := func(context.Context, *environment) (string, error) {
		return "", errors.New("not obtainable here: Debian has no crate actix-web to build it from, and no other source of crates is used")
	}
	return &server{Name: "Actix", prepare: prepare}
}
