// Package graph has directed graphs whose arcs have weights: their strongly connected
// parts, in which order these come, and cycles that weigh more than nothing. Weights are
// bounds, and stay bounds where they cannot be counted (beyond.go).
package graph
