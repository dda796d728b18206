// Package meet is how states meet that come to one place: Join is a state that contains both,
// widened where a loop comes back. Before that they are aligned, so that one variable stands for
// the same in both (alignstates.go). Contains and Covers say, without more ado, that a join would
// bring nothing new.
//
// Nothing of this is trusted: package contain checks what comes out.
package meet
