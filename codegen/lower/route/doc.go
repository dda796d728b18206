// Package route emits how a request finds the route that answers it: a tree of
// comparisons, a perfect hash or an index of hosts and segments, with the data of each.
package route
