// Package resource emits how a representation is selected (RFC 9110, 12), what
// preconditions (13) and ranges (14) make of it, and the 206, 304 and 416 that are
// derived from it.
package resource
