// Package boot emits what a program asks of the system at its start, whichever program
// it is: variables of the environment, options of a socket, an address with its port,
// and how it says that a call failed. Package serve puts a server's boot together.
package boot
