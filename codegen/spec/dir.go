package spec

import (
	"time"

	"github.com/verbosel/verbosel/codegen/diag"
)

// Dir is what a route with `dir` says of its folder.
type Dir struct {
	Folder        string   // slash-separated, valid for the fs.FS that the spec was read from
	Index         []string // names of a folder's index page: the first that a folder has; empty for none
	Dotfiles      bool     // with names that begin with a dot
	Include       []Glob   // empty: every file
	Exclude       []Glob
	CleanURLs     bool // about.html answers /about
	TrailingSlash TrailingSlash
	Types         []TypeRule
	LastModified  LastModified
	Encodings     []string // of Encodings(), in its order
	MinGain       int      // per mille of the file that an encoding must save to be kept
	Precompressed bool     // files beside a file that end in .br, .zst, .gz are its encodings
	Cache         []CacheRule
	DefaultCache  bool // files without a rule get the built-in Cache-Control: no global one is there
	HeadersFor    []HeaderRule
	SPA           string // file in the folder for unknown paths that are no asset's; empty for none
	SiteFiles     SiteFiles
	Listing       bool     // folders without an index page get one that lists them
	Markdown      bool     // a page with a file of the same name in Markdown beside it has that as another form
	CSP           []string // policies that pages extend by the hashes of what is inline in them; nil for no such policy
	FollowLinks   bool     // links in the folder may lead out of it
	Pos           diag.Pos
	Line          string // the spec's line that names the folder, for errors
}

// keptFile is what applies to a file that has no folder.
func keptFile() *Dir {
	return &Dir{Encodings: Encodings(), MinGain: defaultMinGain, DefaultCache: true}
}

// Glob is a pattern of files in a folder, in the syntax of doublestar.
type Glob struct {
	Text    string // as written
	Pattern string // matches the whole of a file's name in the folder
	Pos     diag.Pos
	Line    string // the spec's line, for warnings
}

// TypeRule gives files their Content-Type: by a name, or by an extension.
type TypeRule struct {
	Key  string // in lower case: .md, or a whole name such as license
	Type string
	Pos  diag.Pos
	Line string // the spec's line, for warnings
}

// CacheRule gives files their Cache-Control. The first rule that matches counts.
type CacheRule struct {
	Glob
	Value string // of Cache-Control; empty for no such field
}

// HeaderRule gives files header fields. Every rule that matches counts; the last one
// that has a field wins.
type HeaderRule struct {
	Glob
	Headers []Header
}

// TrailingSlash is the form of the addresses of pages.
type TrailingSlash string

// The forms. Always and never answer the other form with a redirect.
const (
	SlashKeep   TrailingSlash = "keep"   // folders with one, pages without
	SlashAlways TrailingSlash = "always" // /about/, of clean URLs
	SlashNever  TrailingSlash = "never"  // /docs, for docs/index.html
)

// SiteFiles says with which host's meaning _redirects and _headers in a folder apply.
type SiteFiles string

// The meanings. Whatever it says, neither file is served.
const (
	SiteFilesUnsaid     SiteFiles = ""    // there must be neither
	SiteFilesOff        SiteFiles = "off" // as if they were not there
	SiteFilesNetlify    SiteFiles = "netlify"
	SiteFilesCloudflare SiteFiles = "cloudflare"
)

// LastModified says where Last-Modified comes from.
type LastModified struct {
	From LastModifiedFrom
	Time time.Time // ModifiedDate
}

// LastModifiedFrom is a source of Last-Modified.
type LastModifiedFrom string

// The sources.
const (
	ModifiedNone  LastModifiedFrom = ""      // no field: the same files give the same server
	ModifiedGit   LastModifiedFrom = "git"   // the last commit that touched the file
	ModifiedMtime LastModifiedFrom = "mtime" // as the file system has it
	ModifiedDate  LastModifiedFrom = "date"  // one date for all
)

// Content codings (RFC 9110 8.4.1, RFC 7932, RFC 8878).
const (
	CodingBrotli = "br"
	CodingZstd   = "zstd"
	CodingGzip   = "gzip"
)

// Encodings returns the content codings that a site can have, the best first.
func Encodings() []string { return []string{CodingBrotli, CodingZstd, CodingGzip} }

// Defaults of a `dir`.
const defaultMinGain = 50 // per mille

func defaultIndex() []string { return []string{"index.html", "index.htm"} }

// defaultDir is a `dir` that says nothing else.
func defaultDir() *Dir {
	return &Dir{
		Index:         defaultIndex(),
		TrailingSlash: SlashKeep,
		Encodings:     Encodings(),
		MinGain:       defaultMinGain,
		DefaultCache:  true,
	}
}
