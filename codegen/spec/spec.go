// Package spec reads routes.yaml into a validated Spec.
//
// Invariant: a Spec that Parse returns without errors is complete and consistent:
// defaults are filled in, paths are normalised, header fields are valid RFC 9110
// field lines, and every file it names exists in the file system it was read from.
package spec

import (
	"crypto/sha256"
	"net/netip"
	"slices"
	"time"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
)

// Spec is a validated spec, in the order of the file.
type Spec struct {
	File    string // as given to Parse
	Server  Server
	Headers []Header // on every response, errors too; those of `security` behind the others
	Routes  []Route
	Errors  []ErrorResponse
	Health  Health
	HTTPS   *HTTPS // nil: a request may come by http
	Hosts   []Host // names that have routes of their own; the fields above are for all others
	Auth    *Auth  // of what is answered where no route is; nil: everybody may see it

	Imports []string                     // files of redirects, and with slots, by their names in the file system of the spec
	Sums    map[string][sha256.Size]byte // of the bytes of File and of Imports, by name

	Misdirected bool // other names get 421 (RFC 9110 15.5.20): there are hosts, and no routes beside them

	Warnings diag.List // what is hardly meant as it is written
}

// Host is what the server answers under a name, or under those below one. Header fields
// and error responses of the spec itself that it does not replace are its own too.
type Host struct {
	Name    string // in lower case, without a dot at its end; *.example.com is any name below example.com; [::1]
	Headers []Header
	Routes  []Route
	Errors  []ErrorResponse
	HTTPS   *HTTPS
	Auth    *Auth // as Spec.Auth
	Pos     diag.Pos
}

// AllRoutes are the spec's own routes and those of its hosts.
func (s *Spec) AllRoutes() []Route {
	out := slices.Clone(s.Routes)
	for _, h := range s.Hosts {
		out = append(out, h.Routes...)
	}
	return out
}

// AllHeaders are the header fields of all responses, and those of its hosts.
func (s *Spec) AllHeaders() []Header {
	out := slices.Clone(s.Headers)
	for _, h := range s.Hosts {
		out = append(out, h.Headers...)
	}
	return out
}

// AllErrors are the spec's own error responses and those of its hosts.
func (s *Spec) AllErrors() []ErrorResponse {
	out := slices.Clone(s.Errors)
	for _, h := range s.Hosts {
		out = append(out, h.Errors...)
	}
	return out
}

// Server is the `server` section.
type Server struct {
	Listen    Listen
	Backlog   int
	Isolation Isolation
	Workers   int // in isolation: proof: how many processes have clients, or WorkersAuto
	Syscalls  Syscalls
	Timeouts  Timeouts
	Limits    Limits
	AccessLog AccessLog
	ClientIP  string         // the field in which a proxy says who the client is, or empty
	Trusted   []netip.Prefix // the proxies that are believed; a unix socket's peer is in any case
	Clock     bool           // responses have a Date; whatever it says, they do with an access log

	LogPos diag.Pos // of access_log; zero where it is not written
}

// HasClock says that the server knows the time.
func (s *Server) HasClock() bool { return s.Clock || s.AccessLog != AccessLogOff }

// AccessLog is the form of the line that the server writes for each response of a
// process of its own: the 503 that the parent sends where fork fails has none, as a write
// to a full pipe would stop it from accepting. A line has of the request what was
// understood: one that is refused within its request line has no method and no path.
type AccessLog string

// The forms.
const (
	AccessLogOff      AccessLog = "off"
	AccessLogCommon   AccessLog = "common"   // the Common Log Format of NCSA httpd
	AccessLogCombined AccessLog = "combined" // that with Referer and User-Agent, of Apache httpd
	AccessLogJSON     AccessLog = "json"
)

// Isolation is how much one process answers.
type Isolation string

// The isolations.
const (
	IsolationRequest    Isolation = "request"    // one fork, one request
	IsolationConnection Isolation = "connection" // one fork, one connection
	IsolationProof      Isolation = "proof"      // one process, many connections
)

// WorkersAuto is as many processes as there are processors that the server may use.
const WorkersAuto = 0

// Syscalls names the set of system calls that the server may use.
type Syscalls string

// The sets.
const (
	SyscallsHardened Syscalls = "hardened" // the ten, setsockopt, wait4 and poll
	SyscallsTen      Syscalls = "ten"
)

// Listen is a parsed `listen`.
type Listen struct {
	Text    string   // as written
	Network string   // "tcp4", "tcp6", "unix", or "systemd" for a socket that is handed over
	IP      [16]byte // tcp4: the first four bytes
	Port    uint16   // the port, or the default behind :- ; 0 when the environment must give it
	PortEnv string   // the variable in ${PORT:-8080}; empty for a fixed port
	Path    string   // unix: the socket's path
	Mode    *uint32  // unix: the permissions of its file; nil: what the umask leaves
	Shared  bool     // TCP: another server may listen there too, SO_REUSEPORT
	Pos     diag.Pos
}

// Timeouts are the limits of the phases of a connection.
type Timeouts struct {
	Head  time.Duration // from a request's first byte to the end of its head
	Body  time.Duration // to the end of its body
	Idle  time.Duration // between requests
	Write time.Duration // without progress
	Pos   diag.Pos      // zero where they are the defaults
}

// Limits bound what a client can make the server hold or do.
type Limits struct {
	Head     int64    // bytes of a request's head
	Body     int64    // bytes of its body
	Requests int      // per connection
	Pos      diag.Pos // zero where they are the defaults

	Connections int // in isolation: proof: below this number are the descriptors of clients that are served at a time
}

// Header is a field line.
type Header struct {
	Name, Value string
	Pos         diag.Pos
	Parts       []Part // of a value with blanks; Value is then empty
	Slots       []Slot // places in Value
}

// Route is one entry of `routes`.
type Route struct {
	Path     string          // as Pattern is written
	Pattern  pattern.Pattern // its segments normalised: %XX of every pchar decoded, the rest in upper case
	Methods  []string        // upper case; GET stands for HEAD too; AnyMethod alone; never empty
	Status   int             // 0 where StatusSlot says it
	Headers  []Header        // global ones excluded; a name here replaces a global of the same name
	Content  Content
	Redirect []Part // target of Location; none where the route is no redirect
	Dir      *Dir   // FormDir: the folder whose files are below Path, which ends with a slash
	Slash    Slash  // whether the path with another slash at its end is meant too; empty of a folder's route
	File     *Dir   // FormFile, where GET gets it with 200: what applies to the file as to those of a folder
	Quiet    bool   // its responses are not in the access log
	Auth     *Auth  // who may see its responses, whatever they are; nil: everybody
	Open     bool   // the route says that everybody may
	Pos      diag.Pos
	PathPos  diag.Pos

	StatusSlot *Slot    // the status, where the environment gives it
	StatusPos  diag.Pos // zero where `status` is not written
}

// AnyMethod stands for every method that HTTP knows, CONNECT excepted.
const AnyMethod = "any"

// Answers says that the route is for a method.
func (r *Route) Answers(method string) bool {
	return slices.Contains(r.Methods, method) || slices.Contains(r.Methods, AnyMethod)
}

// Slash says which paths a route that is no folder's answers.
type Slash string

// The forms.
const (
	SlashExact Slash = "exact" // the path as it stands
	SlashAny   Slash = "any"   // with and without a slash at its end
)

// Content is a response's body, with the type that follows from its form.
type Content struct {
	Form  Form
	Bytes []byte // FormBody, which a file with slots is as well, and FormJSON
	File  string // FormFile: slash-separated, relative to the spec, valid for fs.FS
	Size  int64  // in bytes, for every form; without what slots get
	Slots []Slot // places in Bytes
	Type  string // Content-Type; empty for none; a Content-Type among Headers wins
}

// Form is the way in which a response is given.
type Form string

// The forms.
const (
	FormNone     Form = "status" // status alone
	FormBody     Form = "body"
	FormJSON     Form = "json"
	FormFile     Form = "file"
	FormRedirect Form = "redirect"
	FormDir      Form = "dir" // the Content is empty
)

// ErrorResponse is one entry of `errors`: the answer that replaces the built-in one
// for a status that the server itself gives.
type ErrorResponse struct {
	Status  int // one of ErrorStatuses; 412 only beside a route with Dir or File
	Headers []Header
	Content Content
	Pos     diag.Pos
}
