// Package sites builds what real generators, packages and manuals are made of, at pinned
// versions, serves it with verbosel beside nginx, and walks through it in Chromium. It is a module
// of its own that `make test-sites` alone runs: it downloads gigabytes. README.md has its tables.
package sites
