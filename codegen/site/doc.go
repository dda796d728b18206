// Package site turns the folder of a route with `dir` into resources: what each
// address answers, with its type, header fields, validators and encodings.
//
//	locate       the folder, in the spec's file system or outside of it
//	walk         its files, links resolved, patterns applied
//	fingerprint  which files never change under their names, by evidence
//	listing      a page for each folder without one, if the spec wants that
//	describe     type, header fields, Last-Modified
//	address      the addresses of each file, and the redirects to them
//	identify     size and hash of each file, read or remembered, and whether text is UTF-8
//	markdown     which pages have a form in Markdown beside them, if the spec wants that
//	inline       what is inline in each page, for its policy, if the spec wants that
//	encode       br, zstd and gzip bodies, in parallel, kept where they save enough
//
// Encodings are made once for all clients to come, so levels are the highest: zstd at
// the library's best, gzip 9, and brotli 11 up to 256 KiB. Brotli 11 takes more than
// a second for each MiB: so it is 10 up to 4 MiB, and 9 above, which give 2 to 3 % and about
// 10 % more bytes. Files above 32 MiB are not encoded: encoders hold content whole. So no
// file takes longer than about five seconds, and two of the largest are in work at a time.
// What was made is decoded again, brotli by another library, and compared with the content.
//
// Every file is read twice: for its hash, which is its ETag and part of its encodings'
// keys in the cache, and when the server is written, where it must have that hash still.
// A hash that is remembered from another build, for a file of the same state, saves the
// first time; so does the hash that an encoding of the cache says it has, above a few kilobytes.
// Content is the judge all the same: see Hashes.
//
// Invariants: a Site is the same for the same files and options, whatever the
// machine, the number of workers and the state of the cache. No two resources have
// one Path. Every encoding of a resource decodes to its identity. Memory does not
// grow with the size of files: content above a few kilobytes is a name, to be opened
// through Files, where the cache takes the encodings.
package site
