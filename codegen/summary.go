package codegen

import (
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/verdict"
)

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
type Segment = verdict.Segment

// Summary gives the figures of a build. All but those of routes and folders come from
// the bytes, not from the stages that made them.
func (r *Result) Summary() Summary {
	s := Summary{
		Size: r.Size(), SHA256: r.SHA256(), Entry: r.Report.Entry,
		Routes: len(r.Spec.AllRoutes()), Folders: r.folders(), Warnings: r.Warnings(),
	}
	for _, c := range r.Report.Syscalls {
		s.Syscalls = append(s.Syscalls, Syscall{c.Name, c.Number, r.why(c)})
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

// loopReasons are those of a server that serves many connections in one process, where they are others.
var loopReasons = map[string]string{
	"poll":         "whether there is room for a line of the access log",
	"rt_sigaction": "no zombies; SIGTERM and its like end a child, but no large response",
	"fork":         "a child for a client that is slow, or has sent a part of a request",
	"read":         "in a child, the rest of a request; which signal stops the server",
	"write":        "in a child, the rest of a response; says on stderr or stdout where it listens, or why not",
	"close":        "ends a connection; a child lets go of all but its own",

	"rt_sigprocmask": "SIGTERM and its like wait for their turn, but end a child at once",
	"clock_gettime":  "the time, for idle clients, Date, the access log and limits of time",

	"clone":             "makes the workers, processes that have clients",
	"pipe2":             "what tells workers of the server's end, at boot",
	"sched_getaffinity": "how many processors there are for workers, at boot",

	"fcntl":         "the socket of systemd does not wait, at boot",
	"signalfd4":     "tells of SIGTERM and its like, where clients are waited for",
	"epoll_create1": "makes the set of what is waited for, at boot",
	"epoll_ctl":     "puts the listener and clients into that set, and takes out",
	"epoll_pwait":   "waits for clients, and until idle ones end",
	"accept4":       "takes the next client, without waiting",
	"recvfrom":      "reads requests, without waiting",
	"sendto":        "sends responses, without waiting",
	"getpeername":   "who the client is, for the access log",
	"pwritev2":      "writes to the access log, without waiting",
}

func (r *Result) why(c verify.Syscall) string {
	reason, ok := reasons[c.Name]
	if other, has := loopReasons[c.Name]; has && r.Plan.Server.Loop {
		reason, ok = other, true
	}
	if !ok {
		panic("BUG: no reason for the system call " + c.Name)
	}
	return reason
}
