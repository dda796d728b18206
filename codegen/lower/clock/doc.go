// Package clock emits how a server tells the time: reads of the coarse clock, the date of
// a response (RFC 9110, 5.6.7 and 6.6.1), and the end of a header block, which has it.
package clock
