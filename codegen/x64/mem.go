package x64

// M is [base + disp], accessed as width bytes.
func M(width uint8, base Reg, disp int32) Mem {
	return Mem{Base: base, Disp: disp, Width: width}
}

// MX is [base + index + disp], accessed as width bytes.
func MX(width uint8, base, index Reg, disp int32) Mem {
	return Mem{Base: base, Index: index, Scale: 1, Disp: disp, Width: width}
}

// Sym is [rip + name + add], accessed as width bytes. The reference is patched by
// the linker: name is a datum or a label of the text.
func Sym(width uint8, name string, add int32) Mem {
	return Mem{Sym: name, Disp: add, Width: width}
}
