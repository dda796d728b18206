package spec

// checkClock: a clock takes a system call, and a log has dates.
func (d *decoder) checkClock(s *Server, n *node) {
	switch {
	case s.Clock && s.Syscalls == SyscallsTen:
		d.report(n, "leave it out, or write syscalls: hardened", "clock makes a system call that is not among the ten of syscalls: ten")
	case !s.Clock && s.AccessLog != AccessLogOff && n.kind == kindBool:
		d.report(n, "remove it", "clock: access_log has dates, and brings a clock")
	}
}

// checkDates: with a clock the server writes Date.
func (d *decoder) checkDates(s *Spec) {
	if !s.Server.HasClock() {
		return
	}
	why := "server: { clock: true }"
	if !s.Server.Clock {
		why = "access_log, which brings a clock"
	}
	for _, name := range d.dates {
		d.report(name, "remove it, or "+why, "header %s cannot be set by hand: the server writes it", name.text)
	}
}
