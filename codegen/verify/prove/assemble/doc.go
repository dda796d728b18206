// Package assemble makes programs of a few instructions, for tests of the prover's packages.
package assemble
