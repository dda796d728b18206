// Package unchanged tells whether all that a build looked at is as it was.
//
// A build is a function of what it asks its file system, of its options and of the compiler. Watch
// notes each question with its answer: what a name is, what a folder has, where a link leads, the
// hash of a file's bytes. Where every question has the same answer still, the same questions would
// be asked again, and the same server would come out. Files are read for that, all of them:
// a time that is as it was says nothing of bytes.
package unchanged
