// Package cert checks certificates: that a server keeps the rules of package rules, as somebody
// has found out and written down. It is to be the one thing that a proof rests on, so it looks
// for nothing: it follows the program once, from the nodes that a certificate has, and demands
// what each step needs by the premises that the certificate gives for it.
//
// # How
//
// A Node says what is known at a place: what registers and places of the stack hold, as sums of
// the node's variables, inequalities between these, which bytes of the stack were written. From
// each node, from the entry and from the handlers of signals all ways are executed to the next
// node or to their end (check.go). On a way each value that is not a sum of others becomes a
// variable of its own, which is never assigned again (state.go): so nothing that is known has to
// be put in other terms, and inequalities only become more. Where a way comes to a node, images say what
// each of the node's variables is, and each statement of the node must hold (arrive.go). That an
// inequality holds is shown by a sum of others (package linear), or by the variables' bounds alone.
//
// What an address on the stack is, is a sum with StackBase in it, in the file one with ImageBase;
// what contains one of them, or was made of it, may not be written to anybody, nor decide a branch.
//
// The environment is read at the boot alone (env.go). What was made of it is not followed there: where the first client
// is waited for, all is forgotten that is no constant, no address and not the listener, but bytes where the certificate says that
// something is left. What is read of the environment tells of a secret then, and so does what is made of that: branches may go by it,
// as those do by which a password is right, but no client gets it. Only what instructions read that the certificate lists
// may be told: values of responses.
//
// A child alone reads the client's address that accept wrote (peer.go): the parent, which goes on to the next client, knows
// nothing of one. What a child writes to descriptor 1 is its log; that this is no client's is for the server to look at.
//
// README.md has all of this in the order of a check, and how a certificate stands in a file; cert/second is
// another checker after it.
//
// # Where requests begin
//
// A process may answer several requests of a connection. A node says that one begins (request.go): what is not
// written for it is forgotten, so it has, beside registers, variables at fixed places, one part of the input and
// responses that wait. The client is read behind a response only if a request began between, and the outermost
// loop that both reads and writes is entered where one begins.
//
// # Many clients
//
// A process may serve many clients: where it turns from one to the next (loop.go) all is forgotten that may be of the one.
//
// # What ends
//
// A node grants instructions until the next system call, and system calls until the next client or
// the end: sums of its variables. On each way to another node what is left must be enough for what
// that one grants, which is at least 0 there. As each instruction, or call, takes one, every way ends. Only a
// call that is known to have been interrupted takes none: how many signals stop and continue a process nobody knows.
//
// # What is not followed yet
//
// What a number says of the bytes that it was computed of, by other ways than bitwise operations with a
// constant, shifts by whole bytes, tables of classes and bounds (prove has provenance.go for that). What is not followed is refused. So the
// server of testdata/verify, examples/hello, examples/landing, examples/maintenance, examples/redirects, examples/default-backend,
// examples/hosts, examples/mock-api, examples/spa and servers of many texts, files, redirects, hosts, parameters and dates, or with a log or a listener that was handed over, of which the environment may say the port and which may answer several
// requests of a connection, or passwords, or values of the environment, have certificates; others that the compiler emits have none yet, those of isolation: proof among them.
package cert
