// Package usage says what is wrong with a command line, and with which status a command ends.
package usage
