// Package deploy writes the projects that run a finished server somewhere: the files of
// package templates, filled in with what the server's spec and its proof say, and beside them
// the server, its probe and the profile of their system calls.
//
// Invariant: a project is made of a proved server, and a text that a user wrote goes into a file
// through the writer of the file's format only.
package deploy
