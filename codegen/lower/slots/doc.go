// Package slots emits what becomes of the values that the environment gives at boot: how
// they are read and checked, and the responses that are rendered with them.
package slots
