// Package value is what is known of one value by itself: which kind of thing it is (package
// meaning), which bits it has, which descriptor it is, of which records it was computed
// (data.Origin), of which bytes of the stack it was made (Provenance, for vectors Lanes), and
// whether it may be made of an address or of the environment (Made). How values relate is in
// the zone, under the variables that vars.go numbers.
//
// A Term is a value on its way through an instruction; a Span is a range of bytes on the
// stack; a Past is how values changed since some place.
package value
