package listing

import (
	"fmt"
	"strings"

	"github.com/verbosel/verbosel/codegen/internal/lazy"
)

// identifier is what the listing takes as a label: the common part of what NASM and
// people take. A name with two underscores in front could be a macro of NASM's own.
var identifier = lazy.New(`^([A-Za-z]|_[A-Za-z])[A-Za-z0-9_]*$`)

// registerLike are names that NASM has, or may get, as registers; reserved are the
// other words that NASM 2.16 does not take in front of a colon or as an operand, found
// by giving it all it knows. Mnemonics are none of them: a colon makes them labels.
var (
	registerLike = lazy.New(`^([cd]r|tr|segr|[ktr]|st|[txyz]?mm|bnd)[0-9]+[a-z]?$`)
	reserved     = wordSet(`
		al ah ax eax rax bl bh bx ebx rbx cl ch cx ecx rcx dl dh dx edx rdx
		si sil esi rsi di dil edi rdi bp bpl ebp rbp sp spl esp rsp ip eip rip
		cs ds es fs gs ss byte word dword qword tword oword yword zword ptr
		a16 a32 a64 o16 o32 o64 asp osp abs rel nosplit strict near far short long to seg wrt
		rep repe repne repz repnz lock wait xacquire xrelease bnd nobnd times equ
		section segment absolute org bits use16 use32 use64 default cpu float
		extern global common required static align alignb sectalign struc endstruc istruc
		at iend incbin useabs userel usebnd usenobnd`)
)

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// symbol is a label as NASM takes it: a reserved word gets a dollar sign in front
// (manual, 3.1).
func symbol(name string) string {
	lower := strings.ToLower(name)
	if reserved[lower] || registerLike.MatchString(lower) {
		return "$" + name
	}
	return name
}

func checkName(name string) error {
	if !identifier.MatchString(name) {
		return fmt.Errorf("%q cannot be a label in a listing: a label is made of letters, digits and underscores", name)
	}
	return nil
}
