package codegen

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/verbosel/verbosel/codegen/internal/unproved"
	"github.com/verbosel/verbosel/codegen/verify"
)

// check reads back what was written, and trusts none of the stages.
func check(r *Result) error {
	if unproved.Allowed() || r.opts.Dev != nil {
		return judge(r, r.opts.Out, verify.Gate)
	}
	return judge(r, r.opts.Out, r.prover())
}

// prover is the check of a certificate where one is wanted, or Check, or the memory of proofs.
func (r *Result) prover() func(io.ReaderAt, int64, verify.Set) (*verify.Report, error) {
	if r.opts.Certificate {
		return r.certified
	}
	if r.opts.Proofs == nil {
		return verify.Check
	}
	return func(elf io.ReaderAt, size int64, promised verify.Set) (report *verify.Report, err error) {
		if r.opts.Certified {
			if report, r.certificate, err = r.opts.Proofs.Certified(elf, size, promised); report != nil || err != nil {
				r.Remembered = report != nil
				return report, err
			}
		}
		report, r.Remembered, err = r.opts.Proofs.Check(elf, size, promised)
		return report, err
	}
}

// certified accepts a server by a certificate alone.
func (r *Result) certified(elf io.ReaderAt, size int64, promised verify.Set) (report *verify.Report, err error) {
	var memo verify.Memo
	if r.opts.Proofs != nil {
		memo = *r.opts.Proofs
	}
	report, r.certificate, r.Remembered, err = memo.Certificate(elf, size, promised)
	return report, err
}

// Prove proves a server that was compiled with Options.Dev, from the bytes that were
// stored. It is not to be called twice at once.
func (r *Result) Prove(stored io.ReaderAt) error {
	return r.withName(judge(r, stored, r.prover()))
}

func (r *Result) withName(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: prove: %w", r.Spec.File, err)
}

// promised is what the program may do.
func (r *Result) promised() verify.Set {
	switch {
	case r.isProbe:
		return verify.Probe()
	case r.Plan.Server.Loop && r.Plan.Server.Workers != 1:
		return verify.Workers().Showing(r.shown()...)
	case r.Plan.Server.Loop:
		return verify.Loop().Showing(r.shown()...)
	case r.Plan.Server.Hardened:
		return verify.Hardened().Showing(r.shown()...)
	}
	return verify.Ten().Showing(r.shown()...)
}

// judge has a verdict passed on the server; one that is refused is a defect.
func judge(r *Result, stored io.ReaderAt, by func(io.ReaderAt, int64, verify.Set) (*verify.Report, error)) error {
	start := time.Now()
	report, err := by(stored, r.Image.Size(), r.promised())
	if broken := (*verify.Error)(nil); errors.As(err, &broken) {
		return &Defect{broken, names{r.Object, r.Image}, r.Plan.Server.Loop}
	}
	r.Report, r.Proof = report, time.Since(start)
	return err
}
