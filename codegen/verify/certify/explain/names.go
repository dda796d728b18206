package explain

import "github.com/verbosel/verbosel/codegen/verify/cert"

// phases say how far a process has come.
var phases = [...]string{
	cert.Starting:      "before socket",
	cert.Opened:        "before bind",
	cert.HasAddress:    "before listen",
	cert.Listening:     "while booting",
	cert.Idle:          "in the parent, without a client",
	cert.Accepting:     "in the parent, where it is not known whether it has a client",
	cert.Accepted:      "in the parent, with a client",
	cert.Forking:       "where it is not known whether this is the child",
	cert.Parent:        "in the parent, behind fork",
	cert.Busy:          "in the parent, where fork failed",
	cert.Forked:        "in a child with the listener",
	cert.Serving:       "in a child, before its first read",
	cert.Reading:       "in a child",
	cert.Interrupted:   "in a signal's handler",
	cert.Waiting:       "in a process that serves many connections, without a client",
	cert.Taking:        "in a process that serves many connections, where it is not known whether it has a client",
	cert.Taken:         "in a process that serves many connections, with a client that was accepted",
	cert.Chosen:        "in a process that serves many connections, with a client from which it has not read",
	cert.Answering:     "in a process that serves many connections, behind the read from a client",
	cert.Done:          "in a process that serves many connections, which is done with its client",
	cert.Dividing:      "in a process that serves many connections, where it is not known whether this is the child",
	cert.Divided:       "in a process that serves many connections, behind fork",
	cert.Released:      "in a process that serves many connections, with a client that is out of the set",
	cert.Handed:        "in a child that was handed a client, with the listener, the set and the signals",
	cert.HandedSet:     "in a child that was handed a client, with the set and the signals",
	cert.HandedSignals: "in a child that was handed a client, with the signals",
	cert.Unset:         "in a process that serves many connections, with a client that is not counted yet",
	cert.Shut:          "in a process that has closed the listener, and ends",
	cert.Making:        "in a process that makes workers",
	cert.Splitting:     "where it is not known whether this is the worker",
	cert.Born:          "in a worker that has the lifeline yet",
}

// results say which call's result a number is, or what of the environment.
var results = [...]string{
	cert.Listener:     "the listener",
	cert.Client:       "the client",
	cert.BindResult:   "bind's result",
	cert.ListenResult: "listen's result",
	cert.ForkResult:   "fork's result",
	cert.Argc:         "argc",
	cert.Element:      "how far above rsp at the entry a pointer of the environment is",
	cert.String:       "a string of the environment, or null",
	cert.Poller:       "epoll's set",
	cert.Signals:      "the descriptor of signals",
	cert.Aged:         "a client that was open where the process forked",
	cert.Sibling:      "another client that was open where the process forked",
	cert.FcntlResult:  "fcntl's result",
	cert.NameResult:   "getpeername's result",
	cert.PipeResult:   "pipe2's result",
	cert.CloneResult:  "clone's result",
	cert.Lifeline:     "the lifeline of workers",
}
