package codegen

import (
	"errors"
	"io/fs"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/plan"
	"github.com/verbosel/verbosel/codegen/spec"
)

// Check reads the spec called name, and what it names, from fsys as Compile does and
// says what is wrong with it, or nil. Encodings are not made.
func Check(fsys fs.FS, name string, opts Options) error {
	opts.Site.Identity = true
	r := &Result{fsys: fsys, opts: opts}
	var err error
	if r.Spec, err = spec.Parse(fsys, name); err != nil {
		return err
	}
	if err := collect(r); err != nil {
		return err
	}
	_, err = plan.Build(r.fsys, r.Spec, r.Sites...)
	return err
}

// Problems returns the mistakes in a spec that err is made of, nil where it is
// something else. The spec, which was read by its base name, is called path in them.
func Problems(err error, name, path string) diag.List {
	var list diag.List
	if !errors.As(err, &list) {
		var one *diag.Error
		if !errors.As(err, &one) {
			return nil
		}
		list = diag.List{one}
	}
	return list.Renamed(name, path)
}
