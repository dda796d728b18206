package spec

// server decodes the `server` section over the defaults in s.
func (d *decoder) server(s *Server, n *node) {
	var log, mode, clock, listen, backlog, client, trusted, isolation, connections, workers *node
	for _, f := range d.table(n, "server") {
		switch f.key.text {
		case "listen":
			listen = f.value
			mode := s.Listen.Mode
			s.Listen = d.listen(f.value)
			s.Listen.Mode = mode
		case "backlog":
			backlog = f.value
			s.Backlog = d.integer(f.value, "backlog", 1, maxBacklog)
		case "isolation":
			isolation = f.value
			s.Isolation = Isolation(d.choice(f.value, "isolation", string(IsolationRequest), string(IsolationConnection), string(IsolationProof)))
		case "workers":
			workers = f.value
			s.Workers = d.workers(f.value)
		case "syscalls":
			s.Syscalls = Syscalls(d.choice(f.value, "syscalls", string(SyscallsHardened), string(SyscallsTen)))
		case "mode":
			mode = f.value
			s.Listen.Mode = d.socketMode(f.value)
		case "access_log":
			log, s.LogPos = f.value, d.pos(f.value)
			s.AccessLog = AccessLog(d.choice(f.value, "access_log", string(AccessLogOff), string(AccessLogCommon), string(AccessLogCombined), string(AccessLogJSON)))
		case "client_ip":
			client = f.value
			s.ClientIP = d.choice(f.value, "client_ip", ClientForwardedFor, ClientRealIP, ClientForwarded)
		case "trusted":
			trusted = f.value
			s.Trusted = d.trusted(f.value)
		case "clock":
			clock = f.value
			s.Clock = d.boolean(f.value, "clock")
		case "timeouts":
			d.timeouts(&s.Timeouts, f.value)
		case "limits":
			connections = d.limits(&s.Limits, f.value)
		default:
			d.unknownKey(f.key, "server", serverKeys)
		}
	}
	if log != nil && s.AccessLog != AccessLogOff && s.Syscalls == SyscallsTen {
		d.report(log, "leave it out, or write syscalls: hardened", "access_log makes system calls that are not among the ten of syscalls: ten")
	}
	if mode != nil {
		d.checkMode(s, mode)
	}
	d.checkClient(s, client, trusted)
	if clock != nil {
		d.checkClock(s, clock)
	}
	d.checkConnections(s, isolation, connections)
	if workers != nil {
		d.checkWorkers(s, workers)
	}
	if listen != nil {
		d.checkSystemCalls(s, listen, backlog)
	}
}

// checkConnections: what many connections of one process take, and what they alone have.
func (d *decoder) checkConnections(s *Server, isolation, connections *node) {
	switch s.Isolation {
	case IsolationProof:
		if s.Syscalls == SyscallsTen {
			d.report(isolation, "write syscalls: hardened", "isolation: proof makes system calls that are not among the ten of syscalls: ten")
		}
	case IsolationRequest, IsolationConnection:
		if connections != nil {
			d.report(connections, "leave it out: who runs the server limits processes, by RLIMIT_NPROC, TasksMax= of systemd, or --pids-limit of a container",
				"limits.connections is for one process with many connections, isolation: proof; in isolation: %s each has a process of its own", s.Isolation)
		}
	}
}

// workers decodes `workers`.
func (d *decoder) workers(n *node) int {
	if n.kind != kindText {
		return d.integer(n, "workers", 1, maxWorkers)
	}
	if d.choice(n, "workers", "auto") == "" {
		return 1
	}
	return WorkersAuto
}

// checkWorkers: which servers may have several processes with clients.
func (d *decoder) checkWorkers(s *Server, n *node) {
	if s.Isolation == IsolationRequest || s.Isolation == IsolationConnection {
		d.report(n, "leave it out", "workers is for processes with many connections, isolation: proof; in isolation: %s each has one of its own", s.Isolation)
	}
}

func (d *decoder) timeouts(t *Timeouts, n *node) {
	t.Pos = d.pos(n)
	for _, f := range d.table(n, "timeouts") {
		switch f.key.text {
		case "head":
			t.Head = d.duration(f.value, "timeouts.head")
		case "body":
			t.Body = d.duration(f.value, "timeouts.body")
		case "idle":
			t.Idle = d.duration(f.value, "timeouts.idle")
		case "write":
			t.Write = d.duration(f.value, "timeouts.write")
		default:
			d.unknownKey(f.key, "timeouts", timeoutKeys)
		}
	}
}

// limits gives the value of `connections`, if it is there.
func (d *decoder) limits(l *Limits, n *node) (connections *node) {
	l.Pos = d.pos(n)
	for _, f := range d.table(n, "limits") {
		switch f.key.text {
		case "head":
			l.Head = d.size(f.value, "limits.head", minHeadLimit, maxHeadLimit)
		case "body":
			l.Body = d.size(f.value, "limits.body", 0, maxBodyLimit)
		case "requests":
			l.Requests = d.integer(f.value, "limits.requests", 1, maxRequests)
		case "connections":
			connections = f.value
			l.Connections = d.integer(f.value, "limits.connections", minConnections, maxConnections)
		default:
			d.unknownKey(f.key, "limits", limitKeys)
		}
	}
	return connections
}
