package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/judge"
	"github.com/verbosel/verbosel/cmd/internal/output"
	"github.com/verbosel/verbosel/cmd/internal/specfile"
	"github.com/verbosel/verbosel/cmd/internal/usage"
	"github.com/verbosel/verbosel/codegen"
)

// imageSource is what an image is made of.
type imageSource interface {
	// name is that of an image without another one.
	name() (string, error)
	// repository is the folder whose commit --git asks for.
	repository() (string, error)
	// guard keeps what is read from being overwritten.
	guard(*output.Set) error
	make(*cobra.Command, *output.Set) (*imageServer, error)
}

// imageServer is what goes into an image.
type imageServer struct {
	file  *os.File
	size  int64  // bytes
	port  uint16 // 0 for none
	probe []byte // nil for none
}

// source finds out whether an argument is a spec or a server, by the magic number.
func (f imageFlags) source(cmd *cobra.Command, arg string) (imageSource, error) {
	if arg != specfile.Stdin {
		isELF, err := judge.HasMagic(arg)
		if err != nil {
			return nil, err
		}
		if isELF {
			return imageOfELF{arg, f.noProbe}, nil
		}
	}
	spec, err := specfile.Open(cmd, arg)
	spec.NoCache = f.noCache
	return imageOfSpec{spec, f.noProbe}, err
}

// imageOfSpec is a server that is compiled.
type imageOfSpec struct {
	spec    specfile.File
	noProbe bool
}

func (s imageOfSpec) name() (string, error) { return s.spec.Folder() }

func (s imageOfSpec) repository() (string, error) { return filepath.Abs(filepath.Dir(s.spec.Path)) }

// guard: the compiler says what it reads.
func (s imageOfSpec) guard(*output.Set) error { return nil }

func (s imageOfSpec) make(cmd *cobra.Command, files *output.Set) (*imageServer, error) {
	server, err := ship(cmd, s.spec, files, s.noProbe)
	if err != nil {
		return nil, err
	}
	if server.Probe == nil && !s.noProbe {
		warnUnchecked(cmd.ErrOrStderr(), "the image", server.Server)
	}
	warnUnreachable(cmd.ErrOrStderr(), server.Spec.Server.Listen)
	out := &imageServer{file: server.file, size: server.Size(), port: server.Spec.Server.Listen.Port}
	if out.probe, err = server.ProbeELF(); err != nil {
		return nil, errors.Join(err, server.file.Close())
	}
	return out, nil
}

// imageOfELF is a server that is there.
type imageOfELF struct {
	path    string
	noProbe bool
}

func (e imageOfELF) name() (string, error) { return filepath.Base(e.path), nil }

func (e imageOfELF) repository() (string, error) {
	return "", usage.Mistake(errors.New("--git: a server does not say which commit it is of: name its spec, or give --label"))
}

func (e imageOfELF) guard(files *output.Set) error { return files.Reads(e.path) }

// make proves the server. Its note says the rest.
func (e imageOfELF) make(cmd *cobra.Command, _ *output.Set) (*imageServer, error) {
	file, size, err := judge.OpenFile(e.path)
	if err != nil {
		return nil, err
	}
	out := &imageServer{file: file, size: size}
	if err := e.fill(cmd, out); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", e.path, err), file.Close())
	}
	return out, nil
}

func (e imageOfELF) fill(cmd *cobra.Command, out *imageServer) error {
	v, err := codegen.Verify(out.file, out.size)
	switch {
	case err != nil:
		return err
	case v.Refusal != nil:
		reason, _, _ := strings.Cut(v.Refusal.String(), "\n")
		return fmt.Errorf("no image is made of what cannot be proved ('verbosel verify' says more): %s", reason)
	case v.Note == nil:
		fmt.Fprintf(cmd.ErrOrStderr(), "the image exposes no port and has no health check: the server says nothing of itself; build it with --note, or name its spec\n")
		return nil
	}
	listen, err := codegen.NoteAddress(v.Note)
	if err != nil {
		return err
	}
	out.port = listen.Port
	warnUnreachable(cmd.ErrOrStderr(), listen)
	if e.noProbe {
		return nil
	}
	if v.Note.Health == "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "the image has no health check: the server's note names none\n")
		return nil
	}
	probe, err := codegen.NoteProbe(v.Note)
	if err != nil {
		return err
	}
	out.probe, err = probe.Bytes()
	return err
}
