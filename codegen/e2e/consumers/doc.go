// Package consumers tests what verbosel writes for other programs (profiles, images,
// manifests) by what these programs read it with, and for real where that can be done. It is
// a module of its own, so that the compiler's does not require their libraries; `make test-all`
// runs it, `make test-consumers` alone.
package consumers
