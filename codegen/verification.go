package codegen

import (
	"errors"
	"io"
	"slices"

	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/rules/words"
	"github.com/verbosel/verbosel/codegen/verify/verdict"
)

// What the check of an ELF file of which nothing else is known says.
type (
	Verification = verdict.Verification
	Certificate  = verdict.Certificate
	Worst        = verdict.Worst
	Kept         = verdict.Kept
	HeldRule     = verdict.HeldRule
	CallSites    = verdict.CallSites
	Refusal      = verdict.Refusal
	CodeLine     = verdict.CodeLine
	CodeBranch   = verdict.CodeBranch
	Explanation  = verdict.Explanation
	Known        = verdict.Known
	KnownValue   = verdict.KnownValue
)

// Rule is a rule that servers have to keep.
type Rule struct{ Name, Short, Says string }

// Rules lists the rules in the order in which they are checked.
func Rules() []Rule {
	var list []Rule
	for _, r := range words.All() {
		list = append(list, Rule{string(r), words.Short(r), words.Says(r)})
	}
	return list
}

// Verify judges the size bytes of an ELF file that r holds. An error is one of r; that
// the file is refused is no error.
func Verify(r io.ReaderAt, size int64) (*Verification, error) {
	return verdictOf(verify.Check(r, size, verify.Any()))
}

// Certify is Verify that finds a certificate too. There is none of a file that is refused, or
// Uncertified.
func Certify(r io.ReaderAt, size int64) (*Verification, []byte, error) {
	report, file, c, err := verify.Record(r, size, verify.Any())
	none := (*verify.Uncertified)(nil)
	if errors.As(err, &none) {
		v, err := verdictOf(report, nil)
		v.Uncertified = verdict.RefusalOf(none.Why)
		return v, nil, err
	}
	v, err := verdictOf(report, err)
	if err == nil && c != nil {
		v.Certificate = verdict.CertificateOf(c)
	}
	return v, file, err
}

// verdictOf is what a check says.
func verdictOf(report *verify.Report, err error) (*Verification, error) {
	var broken *verify.Error
	switch {
	case errors.As(err, &broken):
		return verdict.Refused(broken), nil
	case err != nil:
		return nil, err
	}
	v := verdict.Proved(&report.Report)
	v.Stack, v.Interpreted, v.Shown = report.Stack, report.Work, report.Shown
	w := report.Worst
	v.Worst = &Worst{
		Boot: w.Boot.Instructions, Parent: w.Parent.Instructions, Child: w.Child.Instructions, Signal: w.Handler.Instructions,
		Calls: w.Calls, Requests: w.Requests,
	}
	for _, next := range report.Next {
		for _, r := range next.Registers {
			if !slices.Contains(v.Registers, r) {
				v.Registers = append(v.Registers, r)
			}
		}
		for _, k := range next.Variables {
			v.Kept = append(v.Kept, Kept(k))
		}
	}
	return v, nil
}

// Explain adds to v what is known before the instruction at addr of the file that it
// is about. There is nothing to add to a file whose code could not be followed.
func Explain(v *Verification, r io.ReaderAt, size int64, addr uint64) error {
	e, err := verify.Explain(r, size, verify.Any(), addr)
	return explain(v, e, err)
}

// ExplainCertificate is Explain with what the checker knows by the certificate that v is by.
func ExplainCertificate(v *Verification, r io.ReaderAt, size int64, certificate []byte, addr uint64) error {
	e, err := verify.ExplainCertificate(r, size, verify.Any(), certificate, addr)
	return explain(v, e, err)
}

func explain(v *Verification, e *verify.Explanation, err error) error {
	if broken := (*verify.Error)(nil); errors.As(err, &broken) {
		return nil
	}
	if err != nil {
		return err
	}
	out := Explanation{Addr: e.Addr, Code: verdict.CodeLines(e.Code)}
	for _, way := range e.Ways {
		known := Known{From: way.From, Phase: way.Phase, Facts: way.Facts, Written: way.Written}
		for _, value := range way.Values {
			known.Values = append(known.Values, KnownValue(value))
		}
		out.Ways = append(out.Ways, known)
	}
	v.Explanations = append(v.Explanations, out)
	return nil
}
