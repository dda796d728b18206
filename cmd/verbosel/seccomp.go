package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/judge"
	"github.com/verbosel/verbosel/cmd/internal/specfile"
	"github.com/verbosel/verbosel/cmd/internal/usage"
	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/policy"
)

// seccompFlags are the flags of seccomp.
type seccompFlags struct {
	format, runtime, program string
	probe                    bool
}

func newSeccomp() *cobra.Command {
	var f seccompFlags
	cmd := &cobra.Command{
		Use:   "seccomp SPEC|ELF",
		Short: "Print a profile of exactly the system calls that a server makes",
		Long: `Prints a profile that allows exactly the system calls that a server makes, with their arguments where
these are constants, and kills it for any other. They come out of the proof of its ELF, which has seen
every path: no trace, no test run. The formats are

` + formatsText() + `
What applies a profile makes system calls of its own before the server runs, which --runtime allows, and
which the server may make then too:

` + runtimesText() + `
systemd allows what it needs by itself.`,
		Example: `  verbosel seccomp examples/hello
  verbosel seccomp server --runtime runc > server.json
  podman run --security-opt seccomp=server.json --security-opt no-new-privileges ...
  verbosel seccomp server --format systemd > /etc/systemd/system/site.service.d/seccomp.conf`,
		Args: usage.Between(1, 1, "SPEC or ELF"),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", policy.Formats()[0].Name, "write the profile in `FORMAT`")
	flags.StringVar(&f.runtime, "runtime", "", "allow what the runtime `NAME` needs before the server runs too")
	flags.BoolVar(&f.probe, "probe", false, "allow what the probe makes too, which runs under the profile of its container; that of an ELF is known by its note")
	flags.StringVar(&f.program, "program", "", "the `PATH` of the server where it runs, /server unless given: --format apparmor names it")
	return cmd
}

func formatsText() string {
	var b strings.Builder
	for _, f := range policy.Formats() {
		fmt.Fprintf(&b, "  %-9s %s\n", f.Name, f.Says)
	}
	return b.String()
}

func runtimesText() string {
	var b strings.Builder
	for _, r := range policy.Runtimes() {
		fmt.Fprintf(&b, "  %-5s %s\n", r.Name, r.Says)
		line := "       "
		for _, name := range r.Calls {
			if len(line)+1+len(name) > 100 {
				b.WriteString(line + "\n")
				line = "       "
			}
			line += " " + name
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

func (f seccompFlags) run(cmd *cobra.Command, arg string) error {
	if err := f.validate(); err != nil {
		return err
	}
	p, err := f.open(cmd, arg)
	if err != nil {
		return err
	}
	if f.program != "" {
		p.Program = f.program
	}
	if f.runtime != "" {
		if p, err = p.Widen(f.runtime); err != nil {
			return usage.Mistake(fmt.Errorf("--runtime: %w", err))
		}
	}
	text, err := p.Encode(f.format)
	if err != nil {
		return fmt.Errorf("%s: --format %s: %w", arg, f.format, err)
	}
	_, err = cmd.OutOrStdout().Write(text)
	return err
}

// validate refuses flags that are not known, and those that cannot be meant together,
// before anything is compiled.
func (f seccompFlags) validate() error {
	var none policy.Policy
	if f.runtime != "" {
		if _, err := none.Widen(f.runtime); err != nil {
			return usage.Mistake(fmt.Errorf("--runtime: %w", err))
		}
	}
	known := false
	for _, format := range policy.Formats() {
		known = known || format.Name == f.format
	}
	switch {
	case !known:
		_, err := none.Encode(f.format)
		return usage.Mistake(fmt.Errorf("--format: %w", err))
	case f.program != "" && f.format != "apparmor":
		return usage.Mistake(fmt.Errorf("--program is for --format apparmor: no other format names the server"))
	case f.runtime != "" && (f.format == "systemd" || f.format == "apparmor"):
		return usage.Mistake(fmt.Errorf("--runtime is for --format oci and docker: systemd and AppArmor need no room for it"))
	}
	return nil
}

// open derives the policy of a spec or of an ELF file, told apart by the magic number.
func (f seccompFlags) open(cmd *cobra.Command, path string) (*policy.Policy, error) {
	if path != specfile.Stdin {
		isELF, err := judge.HasMagic(path)
		if err != nil {
			return nil, err
		}
		if isELF {
			return f.read(path)
		}
	}
	spec, err := specfile.Open(cmd, path)
	if err != nil {
		return nil, err
	}
	r, err := spec.Compile(codegen.Options{})
	if err != nil {
		return nil, err
	}
	spec.Warn(cmd.ErrOrStderr(), r)
	p, err := policy.New(r.Report)
	if err != nil || !f.probe {
		return p, err
	}
	probe, err := spec.Probe(r, nil)
	if err != nil {
		return nil, err
	}
	return with(p, probe)
}

// with is a policy that allows what a probe does too.
func with(p *policy.Policy, probe *codegen.Result) (*policy.Policy, error) {
	q, err := policy.New(probe.Report)
	if err != nil {
		return nil, err
	}
	return p.With(q), nil
}

// read derives the policy of an ELF file, and of the probe that its note is about.
func (f seccompFlags) read(path string) (*policy.Policy, error) {
	if !f.probe {
		return readPolicy(path)
	}
	note, err := noteOf(path)
	if err != nil {
		return nil, err
	}
	if note == nil {
		return nil, fmt.Errorf("--probe: %s: %w", path, errNoNote)
	}
	probe, err := codegen.NoteProbe(note)
	if err != nil {
		return nil, fmt.Errorf("--probe: %s: %w", path, err)
	}
	p, err := readPolicy(path)
	if err != nil {
		return nil, err
	}
	return with(p, probe)
}

func readPolicy(path string) (*policy.Policy, error) {
	file, size, err := judge.OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	p, err := policy.Read(file, size)
	if err != nil {
		reason, _, _ := strings.Cut(err.Error(), "\n")
		return nil, fmt.Errorf("%s: nothing can be derived from what cannot be proved ('verbosel verify' says more): %s", path, reason)
	}
	return p, nil
}
