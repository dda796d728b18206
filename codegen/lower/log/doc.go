// Package log emits the access log: what is noted of a request and of its client, and the
// line that is written once the response is sent.
package log
