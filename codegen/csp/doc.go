// Package csp reads and extends policies of Content-Security-Policy (W3C Content Security
// Policy Level 3): by an origin, and by the hashes of the scripts and styles that stand in a
// page itself.
package csp
