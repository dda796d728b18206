package codegen

import "github.com/verbosel/verbosel/codegen/verify"

// Summary is a build in figures: what `build` prints. Sizes, offsets and addresses
// are in bytes.
type Summary struct {
	Size     int64     `json:"size"`
	SHA256   string    `json:"sha256"`
	Entry    uint64    `json:"entry"`
	Routes   int       `json:"routes"`
	Folders  *Folders  `json:"folders,omitempty"` // nil without a route with `dir`
	Syscalls []Syscall `json:"syscalls"`
	Segments []Segment `json:"segments"`
	Probe    *Probe    `json:"probe,omitempty"` // where one was built
	Warnings Findings  `json:"warnings,omitempty"`
}

// Syscall is a system call that the verifier found in the ELF, with the reason why
// it is there.
type Syscall struct {
	Name   string `json:"name"`
	Number int    `json:"number"`
	Why    string `json:"why"`
}

// Segment is a program header of the ELF.
type Segment struct {
	Type   string `json:"type"`
	Flags  string `json:"flags"`
	Offset uint64 `json:"offset"`
	Vaddr  uint64 `json:"vaddr"`
	Filesz uint64 `json:"filesz"`
	Memsz  uint64 `json:"memsz"`
}

// Summary gives the figures of a build. All but those of routes and folders come from
// the bytes, not from the stages that made them.
func (r *Result) Summary() Summary {
	s := Summary{
		Size: r.Size(), SHA256: r.SHA256(), Entry: r.Report.Entry,
		Routes: len(r.Spec.AllRoutes()), Folders: r.folders(), Warnings: r.Warnings(),
	}
	for _, c := range r.Report.Syscalls {
		s.Syscalls = append(s.Syscalls, Syscall{c.Name, c.Number, why(c)})
	}
	for _, g := range r.Report.Segments {
		s.Segments = append(s.Segments, Segment(g))
	}
	return s
}

// reasons says what a server needs a system call for.
var reasons = map[string]string{
	"socket":       "makes the listener, at boot",
	"setsockopt":   "restart at once, timeouts, no delay: on the listener, at boot",
	"umask":        "gives the socket's file its mode, at boot",
	"wait4":        "waits for the last child, where the server is told to stop",
	"poll":         "waits a moment where there is no descriptor for a client",
	"bind":         "gives the listener its address, at boot",
	"listen":       "opens the listener to clients, at boot",
	"rt_sigaction": "no zombies; SIGTERM and its like end the server, but no large response",
	"accept":       "takes the next client",
	"fork":         "one child for each client",
	"read":         "reads the request",
	"write":        "sends the response; says on stderr or stdout where it listens, or why not",
	"close":        "the parent lets go of the client, the child of the listener",
	"exit":         "ends the child, and the server",

	"getpid":         "whether LISTEN_PID means this process, at boot",
	"rt_sigprocmask": "SIGTERM and its like wait until no client is in hand, at boot",
	"ppoll":          "waits for a client, or for SIGTERM and its like",

	"clock_gettime": "the time, for Date, the access log and limits of time",
}

func why(c verify.Syscall) string {
	reason, ok := reasons[c.Name]
	if !ok {
		panic("BUG: no reason for the system call " + c.Name)
	}
	return reason
}
