// Package benchmark measures the servers of one spec for `verbosel bench`, and prints what it found out.
package benchmark
