package codegen

import (
	"slices"
	"strings"
	"testing"
)

// verifierParts are all that the program for those who only check consists of, beside the standard library: the trusted
// part of a check, and what refuses early and says what was found.
var verifierParts = []string{
	"cmd/internal/judge",
	"cmd/verbosel-verify",
	"codegen/verify/cert",
	"codegen/verify/cert/elf",
	"codegen/verify/cert/format",
	"codegen/verify/cert/linear",
	"codegen/verify/cert/x86",
	"codegen/verify/gate",
	"codegen/verify/isa",
	"codegen/verify/rules",
	"codegen/verify/rules/words",
	"codegen/verify/verdict",
}

// TestVerifierImports: neither the compiler nor a search for proofs is in cmd/verbosel-verify, nor a library of others.
func TestVerifierImports(t *testing.T) {
	parts := []string{"cmd/verbosel-verify"}
	for i := 0; i < len(parts); i++ {
		for _, imp := range imports(t, parts[i]).Imports {
			own, isOurs := strings.CutPrefix(imp, module)
			switch {
			case !isOurs && strings.Contains(strings.Split(imp, "/")[0], "."):
				t.Errorf("%s imports %s", parts[i], imp)
			case isOurs && !slices.Contains(parts, own):
				parts = append(parts, own)
			}
		}
	}
	if slices.Sort(parts); !slices.Equal(parts, verifierParts) {
		t.Errorf("it consists of %v, want %v", parts, verifierParts)
	}
}
