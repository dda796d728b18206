// Package release holds tests of what cmd/release makes, by the programs and libraries that
// read it.
package release
