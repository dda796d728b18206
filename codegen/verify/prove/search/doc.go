// Package search looks for what is known at each place of a program: an Engine carries states along
// the branches and lets them meet (arrive.go), visits the places in an order in which loops settle
// (agenda.go), and tells apart what has to be by a place's key (key.go, split.go), until nothing
// new comes.
//
// Nothing of this is trusted: package flow follows the ways between its nodes once more.
package search
