package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"github.com/verbosel/verbosel/cmd/internal/measure"
)

// peers are the configurations and sources of other servers.
//
//go:embed peers
var peers embed.FS

// environment is what servers are prepared in.
type environment struct {
	dir     string // of this run: configurations, executables; removed behind it
	cache   string // kept from run to run: what takes long to build
	files   string // content that other servers serve
	workers int    // processors that a server has
	install bool
	talk    io.Writer

	updated bool             // apt-get update was run
	serial  int              // for names of files
	sizes   map[string]int64 // of programs, by the server's name
}

// largeSize is the length of the large body in bytes.
const largeSize = 10 << 20

func newEnvironment(dir string, install bool, workers int, talk io.Writer) (*environment, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	env := &environment{
		dir: dir, cache: filepath.Join(cache, "verbosel-bench"), files: filepath.Join(dir, "files"),
		workers: workers, install: install, talk: talk, sizes: map[string]int64{},
	}
	for _, folder := range []string{env.cache, env.files} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return nil, err
		}
	}
	return env, env.writeFiles()
}

// writeFiles writes what servers of files serve.
func (env *environment) writeFiles() error {
	big := bytes.Repeat([]byte("0123456789abcde\n"), largeSize/16)
	for name, content := range map[string][]byte{"index.txt": []byte(hello), "index.html": []byte(hello), "large.bin": big} {
		if err := os.WriteFile(filepath.Join(env.files, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// find looks for a program, and installs its Debian package where that is allowed.
func (env *environment) find(ctx context.Context, program, debian string) (string, error) {
	if path, err := lookPath(program); err == nil {
		return path, nil
	}
	remedy := fmt.Errorf("%s is not installed: apt-get install %s", program, debian)
	if !env.install || os.Geteuid() != 0 {
		return "", remedy
	}
	if !env.updated {
		env.updated = true
		_, _ = env.command(ctx, "", "apt-get", "update", "-qq") // the lists at hand may do
	}
	out, err := env.command(ctx, "", "apt-get", "install", "-y", "-qq", "--no-install-recommends", debian)
	if err != nil {
		return "", fmt.Errorf("%w (tried: %v: %s)", remedy, err, lastLine(out))
	}
	env.quieten(ctx, debian)
	return lookPath(program)
}

// quieten ends a service that its package has started by itself.
func (env *environment) quieten(ctx context.Context, debian string) {
	if _, err := os.Stat("/run/systemd/system"); err == nil {
		_, _ = env.command(ctx, "", "systemctl", "disable", "--now", debian)
	}
}

// lookPath looks where Debian puts servers too.
func lookPath(program string) (string, error) {
	path, err := exec.LookPath(program)
	if err == nil {
		return path, nil
	}
	if sbin, sbinErr := exec.LookPath(filepath.Join("/usr/sbin", program)); sbinErr == nil {
		return sbin, nil
	}
	return "", err
}

// prepareLimit bounds each command of a preparation; building Caddy takes minutes.
const prepareLimit = 10 * time.Minute

// command runs a command of a preparation in a folder and returns all that it printed.
func (env *environment) command(ctx context.Context, dir, program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, prepareLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "NEXT_TELEMETRY_DISABLED=1", "GOFLAGS=-mod=mod", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// build runs a command and makes its last words the error.
func (env *environment) build(ctx context.Context, dir, program string, args ...string) error {
	out, err := env.command(ctx, dir, program, args...)
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", program, strings.Join(args, " "), err, lastLine(out))
	}
	return nil
}

// version is the first line that a program prints about itself.
func (env *environment) version(ctx context.Context, program string, args ...string) string {
	out, _ := env.command(ctx, "", program, args...) // some exit with 1
	line, _, _ := strings.Cut(strings.TrimSpace(out), "\n")
	return strings.TrimSpace(line)
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// settings are what configurations depend on.
type settings struct {
	Port    int
	Dir     string // for what the server writes
	Files   string // what it serves
	Workers int
	Root    bool
}

// configure writes a server's configuration for a free port.
func (env *environment) configure(name string) (path string, port int, err error) {
	port, err = measure.FreePort()
	if err != nil {
		return "", 0, err
	}
	text, err := peers.ReadFile("peers/" + name)
	if err != nil {
		return "", 0, err
	}
	t, err := template.New(name).Parse(string(text))
	if err != nil {
		return "", 0, err
	}
	env.serial++
	path = filepath.Join(env.dir, fmt.Sprintf("%d-%s", env.serial, name))
	file, err := os.Create(path)
	if err != nil {
		return "", 0, err
	}
	err = t.Execute(file, settings{Port: port, Dir: env.dir, Files: env.files, Workers: env.workers, Root: os.Geteuid() == 0})
	return path, port, errors.Join(err, file.Close())
}

// unpack copies an embedded file.
func unpack(name, path string) error {
	text, err := peers.ReadFile("peers/" + name)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}
