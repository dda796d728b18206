// Package cache keeps what is dear to make from build to build, below the user's cache folder, and what is only
// for one build in files without a name.
package cache
