// Package respond emits how a response is sent: as it is stored, gathered with others,
// extended by fields of its own, or filled with parts of the request; and what becomes of
// the connection then (RFC 9112, 9).
package respond
