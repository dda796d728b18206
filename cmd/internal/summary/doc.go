// Package summary says of a build what matters, on one screen.
package summary
