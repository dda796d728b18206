// Package contain checks that a state is contained in another one: that each execution which the
// one stands for is one of the other. It looks for nothing but a renaming of variables, which
// need not be right (renaming.go); see Containment in the README of codegen/verify.
package contain
