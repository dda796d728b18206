// Package site turns the folder of a route with `dir` into resources: what each
// address answers, with its type, header fields, validators and encodings.
//
//	walk      the files of the folder, links resolved, patterns applied
//	address   the addresses of each file, and the redirects to them
//	describe  type, header fields, Last-Modified
//	identify  size and hash of each file
//	encode    br, zstd and gzip bodies, in parallel, kept where they save enough
//
// Invariants: a Site is the same for the same files and options, whatever the
// machine, the number of workers and the state of the cache. No two resources have
// one Path. Every encoding of a resource decodes to its identity. Memory does not
// grow with the size of files: content above a few kilobytes is a name, to be opened
// through Files, where the cache takes the encodings.
package site
