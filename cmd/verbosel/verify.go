package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/judge"
	"github.com/verbosel/verbosel/cmd/internal/output"
	"github.com/verbosel/verbosel/cmd/internal/usage"
	"github.com/verbosel/verbosel/codegen"
)

// verifyFlags are the flags of verify.
type verifyFlags struct {
	json                       bool
	explain, proof, writeProof string
}

func newVerify() *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify ELF",
		Short: "Prove a server safe from its bytes",
		Long: `Proves of a server, from the bytes of its ELF alone and for every path and every input, that it keeps
these rules, and exits with 1 if that cannot be shown of one; build does the same to each server:

` + rulesText() + `
With --write-proof what was found is written to a file, a certificate, which is checked then; with --proof
nothing is looked for, and a small checker follows the server by its certificate alone. One is of one ELF
file, by its hash. Where none can be written, as that checker does not follow yet what the proof knows, the
command says at which rule and place, and exits with 1: so it is with some servers, most of isolation: proof
among them. The program verbosel-verify does the check by a certificate, 'verbosel-verify ELF --proof FILE
[--json]', and nothing else: neither the compiler nor what looks for proofs is in it, and it takes milliseconds.

With --explain the output begins with what the proof knows before an instruction: registers, variables
and written bytes, by offsets on the stack from rsp at the entry. With --proof too it is what the checker knows
by the certificate, on each way from one of its nodes: letters stand for numbers, and inequalities relate them.

With --json standard output gets one object. Its verdict is "proved", with rules, entry, syscalls,
segments, stack (bytes), worst, instructions (that can be reached) and interpreted (by the proof); worst
has instructions between two system calls (boot, parent, child and signal), calls, the system calls for
a request, and requests, those of a connection. Where there are several, kept has the variables {offset,
size} and registers the general registers that a request hands on to the next one; shown has the addresses of instructions
of which clients may get what they read of the environment. A server that was
built with --note has note {compiler, spec, listen, health, timeout}. Or its verdict is "refused", with a refusal of rule,
addr, message, code {addr, bytes, text} and path {from, to, text}. With --explain there are explanations
of addr, code and ways {phase, values, written}, with --proof of from and facts too. With --proof and --write-proof there is certificate {size,
nodes, instructions, calls}, with --proof instead of worst: at most between two system calls, and from one
client to the next; or there is uncertified, like a refusal. Keys may join, none will leave.`,
		Example: `  verbosel verify server
  verbosel verify server --json | jq .stack
  verbosel verify server --explain 0x1c0
  verbosel verify server --write-proof server.proof
  verbosel verify server --proof server.proof
  verbosel verify server --proof server.proof --explain 0x1c0`,
		Args: usage.Between(1, 1, "ELF"),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	cmd.Flags().BoolVar(&f.json, "json", false, "print the verdict as JSON")
	cmd.Flags().StringVar(&f.explain, "explain", "", "tell what is known before the instruction at `ADDR`, as 0x1c0 or 448")
	cmd.Flags().StringVar(&f.proof, "proof", "", "check by the certificate in `FILE`, and look for nothing")
	cmd.Flags().StringVar(&f.writeProof, "write-proof", "", "write a certificate to `FILE`, and check it")
	return cmd
}

// rulesText lists the rules, in lines of up to 100 characters.
func rulesText() string {
	var b strings.Builder
	for _, r := range codegen.Rules() {
		line := fmt.Sprintf("  %-10s", r.Name)
		for _, word := range strings.Fields(r.Says) {
			if len(line)+1+len(word) > 100 {
				b.WriteString(line + "\n")
				line = strings.Repeat(" ", 12)
			}
			line += " " + word
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

func (f verifyFlags) run(cmd *cobra.Command, path string) error {
	addr, err := strconv.ParseUint(f.explain, 0, 64)
	if f.explain != "" && err != nil {
		return usage.Mistake(fmt.Errorf("--explain=%s: an address is a number such as 0x1c0", f.explain))
	}
	switch {
	case f.proof != "" && f.writeProof != "":
		return usage.Mistake(errors.New("--proof checks a certificate, and --write-proof looks for one: give one of them"))
	case openName(f.writeProof) == toStdout:
		return usage.Mistake(errors.New("--write-proof -: a certificate goes to a file: name one"))
	}
	files := output.New()
	defer files.Close()
	v, err := f.verify(files, path, addr)
	if err != nil {
		return err
	}
	if err := judge.Print(cmd.OutOrStdout(), cmd.ErrOrStderr(), path, v, f.json); err != nil {
		return err
	}
	if !judge.Holds(v) {
		return usage.ExitStatus(usage.ExitError)
	}
	return files.Commit()
}

// verify judges a file, and adds a certificate to files if one is asked for.
func (f verifyFlags) verify(files *output.Set, path string, addr uint64) (*codegen.Verification, error) {
	if f.proof != "" {
		return f.check(path, addr)
	}
	v, err := f.prove(files, path, addr)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return v, nil
}

// check judges a file by its certificate alone.
func (f verifyFlags) check(path string, addr uint64) (*codegen.Verification, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(judge.Garbage))
	s, err := judge.Open(path, f.proof)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	v, err := s.Verdict()
	if err != nil || f.explain == "" {
		return v, err
	}
	if err := codegen.ExplainCertificate(v, s.File, s.Size, s.Certificate, addr); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return v, nil
}

func (f verifyFlags) prove(files *output.Set, path string, addr uint64) (*codegen.Verification, error) {
	file, size, err := judge.OpenELF(path, judge.NoELF)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if f.writeProof != "" {
		return f.certify(files, file, size)
	}
	v, err := codegen.Verify(file, size)
	if err == nil && f.explain != "" {
		err = codegen.Explain(v, file, size, addr)
	}
	return v, err
}

func (f verifyFlags) certify(files *output.Set, file *os.File, size int64) (*codegen.Verification, error) {
	if err := files.Reads(file.Name()); err != nil {
		return nil, err
	}
	to, err := files.Add(f.writeProof, 0o644)
	if err != nil {
		return nil, err
	}
	v, certificate, err := codegen.Certify(file, size)
	if err == nil && v.Certificate != nil {
		_, err = to.Write(certificate)
	}
	return v, err
}
