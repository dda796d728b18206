package codegen

import (
	"errors"
	"io/fs"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/plan"
	"github.com/verbosel/verbosel/codegen/spec"
)

// Findings are mistakes in a spec, and warnings.
type Findings = diag.List

// Style is how the parts of a finding are set off on a terminal.
type Style = diag.Style

// Colors is the Style of a terminal that has colours.
func Colors() Style { return diag.Colors }

// Check reads the spec called name, and what it names, from fsys as Compile does and
// says what is wrong with it, warnings in it, or nil; then it returns the warnings.
// Encodings are not made.
func Check(fsys fs.FS, name string, opts Options) (warnings Findings, err error) {
	opts.Site.Identity = true
	opts.Site.Hashes = nil // nothing is written that would show whether they are right
	r := &Result{fsys: fsys, opts: opts}
	if r.Spec, err = spec.Parse(fsys, name); err != nil {
		return nil, err
	}
	if err := collect(r); err != nil {
		return nil, r.withWarnings(err)
	}
	if _, err = plan.Build(r.fsys, r.Spec, r.Sites...); err != nil {
		return nil, r.withWarnings(err)
	}
	return r.Warnings(), nil
}

// Warnings returns what the stages that have run found hardly meant, sorted.
func (r *Result) Warnings() Findings {
	var list diag.List
	if r.Spec != nil {
		list = append(list, r.Spec.Warnings...)
	}
	for _, s := range r.Sites {
		list = append(list, s.Warnings...)
	}
	list.Sort()
	return list
}

// withWarnings adds the warnings of the stages before to the mistakes of one.
func (r *Result) withWarnings(err error) error {
	list := mistakes(err)
	if list == nil {
		return err
	}
	return append(r.Warnings(), list...).Err()
}

// Problems returns the mistakes in a spec that err is made of, nil where it is
// something else. The spec, which was read by its base name, is called path in them.
func Problems(err error, name, path string) Findings {
	if list := mistakes(err); list != nil {
		return list.Renamed(name, path)
	}
	return nil
}

// mistakes finds the mistakes in a spec that err is made of, or nil.
func mistakes(err error) diag.List {
	var list diag.List
	if errors.As(err, &list) {
		return list
	}
	var one *diag.Error
	if errors.As(err, &one) {
		return diag.List{one}
	}
	return nil
}

// Similar returns the word of known that was probably meant, or "".
func Similar(word string, known []string) string { return spec.Closest(word, known) }
