// Package request emits how a request is read, part by part (RFC 9112): its line, target
// and fields, whose parts it calls wherever they are, its body, and the credentials that
// it presents (RFC 7617).
package request
