// Package serve emits the life of the processes: the boot from exec to the first accept,
// the loops that accept clients or wait for them, reads, workers, and the end.
package serve
