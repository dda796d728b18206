// Package terminal prints for who looks on: findings and errors, in colour where that is wanted, and a bar of
// progress.
package terminal
