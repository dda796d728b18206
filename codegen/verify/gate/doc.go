// Package gate is what a server passes before anything is proved of it, in time linear in its text: the rule of segments, and of decode
// and syscalls what the control-flow graph shows, with eax as a constant along it. A failure is an *Error: the rule, the address, the
// instruction with its neighbours, and a way of branches that leads there.
//
// What has passed is proved by package verify, or checked here by a certificate, of which no more is believed than package cert
// shows. A check by a certificate rests on cert alone: the gate refuses earlier and in more words, and lists what is reported.
//
// Invariant: it imports neither what searches for a proof nor the compiler, as cmd/verbosel-verify consists of it.
package gate
