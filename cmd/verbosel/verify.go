package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/codegen"
)

// verifyFlags are the flags of verify.
type verifyFlags struct {
	json    bool
	explain string
}

func newVerify() *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify ELF",
		Short: "Prove a server safe from its bytes",
		Long: `Proves of a server, from the bytes of its ELF alone and for every path and every input, that it keeps
these rules, and exits with 1 if that cannot be shown of one; build does the same to each server:

` + rulesText() + `
With --explain the output begins with what the proof knows before an instruction: registers, variables
and written bytes, by offsets on the stack from rsp at the entry.

With --json standard output gets one object. Its verdict is "proved", with rules, entry, syscalls,
segments, stack (bytes), worst, instructions (that can be reached) and interpreted (by the proof); worst
has instructions between two system calls (boot, parent, child and signal), calls, the system calls for
a request, and requests, those of a connection. Where there are several, kept has the variables {offset,
size} and registers the general registers that a request hands on to the next one; shown has the addresses of instructions
of which clients may get what they read of the environment. A server that was
built with --note has note {compiler, spec, listen, health, timeout}. Or its verdict is "refused", with a refusal of rule,
addr, message, code {addr, bytes, text} and path {from, to, text}. With --explain there are explanations
of addr, code and ways {phase, values, written}. Keys may join, none will leave.`,
		Example: `  verbosel verify server
  verbosel verify server --json | jq .stack
  verbosel verify server --explain 0x1c0`,
		Args: between(1, 1, "ELF"),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	cmd.Flags().BoolVar(&f.json, "json", false, "print the verdict as JSON")
	cmd.Flags().StringVar(&f.explain, "explain", "", "tell what is known before the instruction at `ADDR`, as 0x1c0 or 448")
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
		return usageError{fmt.Errorf("--explain=%s: an address is a number such as 0x1c0", f.explain)}
	}
	v, err := f.verify(path, addr)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := f.print(cmd, path, v); err != nil {
		return err
	}
	if v.Refusal != nil {
		return exitStatus(exitError)
	}
	return nil
}

// verify judges a file.
func (f verifyFlags) verify(path string, addr uint64) (*codegen.Verification, error) {
	file, size, err := openELF(path, "not an ELF file; 'verbosel build' makes one from a spec, and verifies it")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	v, err := codegen.Verify(file, size)
	if err == nil && f.explain != "" {
		err = v.Explain(file, size, addr)
	}
	return v, err
}

// print prints the verdict: on standard output, but for people a refusal is an error.
func (f verifyFlags) print(cmd *cobra.Command, path string, v *codegen.Verification) error {
	if f.json {
		enc := json.NewEncoder(cmd.OutOrStdout())
		enc.SetIndent("", "  ")
		return enc.Encode(v)
	}
	w := bufio.NewWriter(cmd.OutOrStdout())
	for _, e := range v.Explanations {
		printExplanation(w, e)
	}
	if v.Refusal != nil {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s: refused: it is no server of verbosel, or a broken one\n  %s\n",
			path, strings.ReplaceAll(v.Refusal.String(), "\n", "\n  "))
	} else {
		printProof(w, path, v)
	}
	return w.Flush()
}
