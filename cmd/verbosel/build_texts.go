package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/output"
	"github.com/verbosel/verbosel/cmd/internal/specfile"
	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/attest"
)

// text is a text, or a certificate, about a server that is written beside it.
type text struct {
	flag, name string
	write      func(io.Writer, *codegen.Result) error
	file       *output.File // nil: standard output
}

// texts are those that are asked for; server is the name of the server's file.
func (f buildFlags) texts(server string, key *attest.Key) []*text {
	all := []*text{
		{flag: "--listing", name: f.listing, write: printListing},
		{flag: "--sbom", name: f.sbom, write: func(w io.Writer, r *codegen.Result) error {
			return f.attest(w, r, server, (*attest.Build).SBOM)
		}},
		{flag: "--provenance", name: f.provenance, write: func(w io.Writer, r *codegen.Result) error {
			return f.attest(w, r, server, func(b *attest.Build) ([]byte, error) { return statement(b, key) })
		}},
		{flag: "--proof", name: f.proof, write: f.certify},
	}
	var list []*text
	for _, t := range all {
		if t.name != "" {
			list = append(list, t)
		}
	}
	return list
}

// writesMore says that something beside the server is asked for.
func (f buildFlags) writesMore() bool { return f.probe != "" || len(f.texts("", nil)) > 0 }

// printed names the flags whose output goes to standard output.
func (f buildFlags) printed() []string {
	var list []string
	if f.out == toStdout {
		list = append(list, "-o -")
	}
	for _, t := range f.texts("", nil) {
		if t.name == toStdout {
			list = append(list, t.flag+" -")
		}
	}
	if f.json && f.out != toStdout {
		list = append(list, "--json")
	}
	return list
}

// compile compiles to store a server whose file is called name, adds the texts and
// the probe that are asked for, and commits.
func (f buildFlags) compile(cmd *cobra.Command, spec specfile.File, files *output.Set, store codegen.Store, name string) (server, probe *codegen.Result, err error) {
	key, err := f.key(files)
	if err != nil {
		return nil, nil, err
	}
	texts := f.texts(name, key)
	for _, t := range texts {
		if t.name == toStdout {
			files.AddOpen(cmd.OutOrStdout())
		} else if t.file, err = files.Add(t.name, 0o644); err != nil {
			return nil, nil, err
		}
	}
	var probeFile *output.File
	if f.probe != "" {
		if probeFile, err = files.Add(f.probe, 0o755); err != nil {
			return nil, nil, err
		}
	}
	opts := f.options()
	opts.Out, opts.Sources, opts.Certified, opts.Certificate = store, spec.Guard(files), true, f.proof != ""
	r, err := spec.Compile(opts)
	if none := (*codegen.Uncertified)(nil); errors.As(err, &none) {
		return nil, nil, fmt.Errorf("--proof %s: %w", f.proof, none)
	}
	if err != nil {
		return nil, nil, err
	}
	spec.Warn(cmd.ErrOrStderr(), r)
	if probeFile != nil {
		if probe, err = spec.Probe(r, probeFile); err != nil {
			return nil, nil, err
		}
	}
	for _, t := range texts {
		if err := t.put(cmd, files, r); err != nil {
			return nil, nil, err
		}
	}
	return r, probe, files.Commit()
}

// put writes the text to where it is to go. What a listing includes goes to files beside
// it, where it is a file.
func (t *text) put(cmd *cobra.Command, files *output.Set, r *codegen.Result) error {
	switch {
	case t.file == nil:
		return t.write(cmd.OutOrStdout(), r)
	case t.flag == "--listing":
		return files.WriteListing(t.file, r)
	}
	return t.write(t.file, r)
}

// printListing prints a listing that needs no files beside it but those of the spec.
func printListing(w io.Writer, r *codegen.Result) error {
	l, err := r.Listing(codegen.ListingOptions{})
	if err != nil {
		return err
	}
	_, err = l.WriteTo(w)
	return err
}

// certify writes the certificate with which the server was accepted.
func (f buildFlags) certify(w io.Writer, r *codegen.Result) error {
	_, err := w.Write(r.Certificate())
	return err
}

// key reads the key that signs; nil for none.
func (f buildFlags) key(files *output.Set) (*attest.Key, error) {
	if f.sign == "" {
		return nil, nil
	}
	if err := files.Reads(f.sign); err != nil {
		return nil, fmt.Errorf("--sign: %w", err)
	}
	pem, err := os.ReadFile(f.sign)
	if err != nil {
		return nil, fmt.Errorf("--sign: %w", err)
	}
	key, err := attest.LoadKey(pem)
	if err != nil {
		return nil, fmt.Errorf("--sign: %s: %w", f.sign, err)
	}
	return key, nil
}

// attest writes what is said of a build.
func (f buildFlags) attest(w io.Writer, r *codegen.Result, server string, say func(*attest.Build) ([]byte, error)) error {
	b, err := attest.New(r, server, f.options(), compiler())
	if err != nil {
		return err
	}
	text, err := say(b)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

func statement(b *attest.Build, key *attest.Key) ([]byte, error) {
	text, err := b.Statement()
	if err != nil || key == nil {
		return text, err
	}
	return key.Sign(text)
}

// compiler describes this program. Without module information nothing is known of it.
func compiler() attest.Compiler {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return attest.Compiler{Version: "unknown", Go: "unknown"}
	}
	return attest.Compiler{Version: revision(info), Go: info.GoVersion, Modules: info.Deps}
}
