// Package memory sets the soft limit of the memory, so that garbage is collected in time, and not without an
// end.
package memory
