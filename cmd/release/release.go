package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"github.com/verbosel/verbosel/codegen/attest"
)

//go:embed verbosel.rb.tmpl Dockerfile
var templates embed.FS

// address is where releases are published; the version and a file's name follow.
const address = "https://github.com/verbosel/verbosel/releases/download"

// release is one release while it is made.
type release struct {
	root        string // of the module
	dir, work   string // the files to publish, and those on the way
	targets     []target
	unversioned bool
	talk        io.Writer

	version string    // with its v
	time    time.Time // of the commit
}

// make makes all files of a release.
func (r *release) make() error {
	for _, t := range r.targets {
		fmt.Fprintln(r.talk, "compiling for", t)
		for pkg, name := range map[string]string{"verbosel": t.program(), "verbosel-verify": t.verifier()} {
			if err := r.compile(t, pkg, r.absolute(name)); err != nil {
				return err
			}
		}
	}
	info, err := buildinfo.ReadFile(r.absolute(r.targets[0].program()))
	if err != nil {
		return err
	}
	if err := r.identify(info); err != nil {
		return err
	}
	fmt.Fprintln(r.talk, "version", r.version)
	if err := r.document(); err != nil {
		return err
	}
	for _, t := range r.targets {
		if err := r.describe(t); err != nil {
			return err
		}
		if err := r.pack(t); err != nil {
			return err
		}
	}
	if err := r.recipes(); err != nil {
		return err
	}
	return r.checksums()
}

// absolute is the path of a file to publish, for a program that runs in another folder.
func (r *release) absolute(name string) string {
	path, err := filepath.Abs(filepath.Join(r.dir, name))
	if err != nil {
		return filepath.Join(r.dir, name)
	}
	return path
}

// archive is the name of a target's archive, without its ending.
func (r *release) archive(t target) string {
	return "verbosel_" + strings.TrimPrefix(r.version, "v") + "_" + t.OS + "_" + t.Arch
}

// describe writes the bill of materials of a target's program, from what is in it.
func (r *release) describe(t target) error {
	info, err := buildinfo.ReadFile(r.absolute(t.program()))
	if err != nil {
		return err
	}
	sum, err := r.sum(t.program())
	if err != nil {
		return err
	}
	text, err := attest.Compiler{Version: r.version, Go: info.GoVersion, Modules: info.Deps}.SBOM(t.program(), sum)
	if err != nil {
		return err
	}
	return os.WriteFile(r.absolute(t.program()+".cdx.json"), text, 0o644)
}

// recipes writes the Homebrew formula, which names each archive and its checksum, and the
// Dockerfile.
func (r *release) recipes() error {
	type archive struct{ URL, SHA256 string }
	data := struct {
		Version  string
		Archives map[string]archive
	}{strings.TrimPrefix(r.version, "v"), map[string]archive{}}
	for _, t := range r.targets {
		name := r.archive(t) + ".tar.gz"
		sum, err := r.sum(name)
		if err != nil {
			return err
		}
		data.Archives[t.String()] = archive{address + "/" + r.version + "/" + name, sum}
	}
	var formula strings.Builder
	if err := template.Must(template.ParseFS(templates, "verbosel.rb.tmpl")).Execute(&formula, data); err != nil {
		return err
	}
	if err := os.WriteFile(r.absolute("verbosel.rb"), []byte(formula.String()), 0o644); err != nil {
		return err
	}
	dockerfile, err := templates.ReadFile("Dockerfile")
	if err != nil {
		return err
	}
	return os.WriteFile(r.absolute("Dockerfile"), dockerfile, 0o644)
}

// checksums writes SHA256SUMS, which `sha256sum -c` reads, of all files there are.
func (r *release) checksums() error {
	entries, err := os.ReadDir(r.dir) // sorted
	if err != nil {
		return err
	}
	var list strings.Builder
	for _, e := range entries {
		sum, err := r.sum(e.Name())
		if err != nil {
			return err
		}
		fmt.Fprintf(&list, "%s  %s\n", sum, e.Name())
	}
	return os.WriteFile(r.absolute("SHA256SUMS"), []byte(list.String()), 0o644)
}

// sum is the SHA-256 of a file to publish, in hexadecimal.
func (r *release) sum(name string) (string, error) {
	text, err := os.ReadFile(r.absolute(name))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
