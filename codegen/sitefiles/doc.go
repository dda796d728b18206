// Package sitefiles reads the files _redirects and _headers that folders bring along which were
// built for a host, with that host's meaning, and says the same in terms of the spec.
//
//	dialect     whose files they are, by what stands in them
//	redirects   lines of _redirects → rules, in their order
//	capture     rules that answer with a part of the path → the paths for which there is a file
//	mount       the folder at another path than the root
//	resolve     rules of which the first that matches counts → patterns of which the most specific one does
//	headers     _headers → the fields of a path
//
// What cannot be said in terms of the spec is an error at its place in the file, with what to
// write instead; so is a rule that no request reaches, and redirects that lead in a circle.
//
// Invariant: for every path, the most specific pattern of Resolve's cells that matches is one
// whose rule is the first of the file that matches.
package sitefiles
