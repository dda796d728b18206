package main

import (
	"bytes"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// target is a system and a processor, as Go calls them.
type target struct{ OS, Arch string }

func (t target) String() string { return t.OS + "/" + t.Arch }

var allTargets = []target{{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "arm64"}}

// program is the name of the compiler for a target. It has no version, so that the address
// of the latest one stays the same.
func (t target) program() string { return "verbosel_" + t.OS + "_" + t.Arch }

// verifier is the name of the program that does nothing but check, for a target.
func (t target) verifier() string { return "verbosel-verify_" + t.OS + "_" + t.Arch }

// compile compiles a package of cmd, the compiler's or another program's, for a target; zero is this machine. Settings
// of the environment that decide about the bytes are those of the release.
func (r *release) compile(t target, pkg, out string, flags ...string) error {
	vcs := "-buildvcs=true"
	if r.unversioned {
		vcs = "-buildvcs=false"
	}
	args := append([]string{"build", "-trimpath", vcs, "-ldflags=-s -w", "-o", out}, flags...)
	cmd := exec.Command("go", append(args, "./cmd/"+pkg)...)
	cmd.Dir = r.root
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOEXPERIMENT=", "GOFIPS140=off", "GOWORK=off", "CGO_ENABLED=0",
		"GOOS="+t.OS, "GOARCH="+t.Arch, "GOAMD64=v1", "GOARM64=v8.0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, bytes.TrimSpace(text))
	}
	return nil
}

// versions are what a program that was released calls itself, by Go's reading of the
// repository: a tag, or a pseudo-version of its commit.
var versions = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$`)

// identify reads from a compiled program which version it is, and when its commit was made.
func (r *release) identify(info *buildinfo.BuildInfo) (err error) {
	if r.unversioned {
		r.version, r.time = "v0.0.0-unversioned", time.Unix(0, 0).UTC()
		return nil
	}
	r.version = info.Main.Version
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.modified" && s.Value == "true":
			return errors.New("there are changes that are not committed: a release is of a commit")
		case s.Key == "vcs.time":
			if r.time, err = time.Parse(time.RFC3339, s.Value); err != nil {
				return err
			}
		}
	}
	if !versions.MatchString(r.version) || r.time.IsZero() {
		return fmt.Errorf("%q is no version to publish: a release is of a commit", r.version)
	}
	return nil
}

// document has the compiler write its manual pages and completions.
func (r *release) document() error {
	self := filepath.Join(r.work, "verbosel")
	if err := r.compile(target{}, "verbosel", self, "-tags=man"); err != nil {
		return err
	}
	man := filepath.Join(r.work, "man", "man1")
	if err := os.MkdirAll(man, 0o755); err != nil {
		return err
	}
	if err := r.ask(self, "man", man, r.version); err != nil {
		return err
	}
	completions := filepath.Join(r.work, "completions")
	if err := os.Mkdir(completions, 0o755); err != nil {
		return err
	}
	for shell, name := range map[string]string{"bash": "verbosel.bash", "zsh": "_verbosel", "fish": "verbosel.fish"} {
		text, err := exec.Command(self, "completion", shell).Output()
		if err != nil {
			return fmt.Errorf("completion %s: %w", shell, err)
		}
		if err := os.WriteFile(filepath.Join(completions, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (r *release) ask(self string, args ...string) error {
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH="+strconv.FormatInt(r.time.Unix(), 10))
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", args[0], err, bytes.TrimSpace(text))
	}
	return nil
}
