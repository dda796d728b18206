package spec

import (
	"strconv"
	"strings"
	"time"
)

// defaultListen is the address of a spec without `listen`: every IPv4 address.
const defaultListen = ":8080"

// Status codes of a route without `status`. Clients may remember both redirects; 308
// keeps the method (RFC 9110 15.4.9), and 301 is followed by clients older than it.
const (
	defaultStatus         = 200
	defaultRedirectStatus = 301 // of a route for GET and HEAD
	otherRedirectStatus   = 308 // of one with another method
)

// Defaults returns the `server` section of a spec that has none. Every default of
// the project stands here: the parser starts from it, and `init --full` and the
// JSON Schema print it.
func Defaults() Server {
	return Server{
		Listen:    Listen{Text: defaultListen, Network: "tcp4", Port: 8080},
		Backlog:   128,
		Isolation: IsolationRequest,
		Workers:   1,
		Syscalls:  SyscallsHardened,
		Timeouts: Timeouts{
			Head:  5 * time.Second,
			Body:  10 * time.Second,
			Idle:  5 * time.Second,
			Write: 10 * time.Second,
		},
		Limits:    Limits{Head: 16 << 10, Body: 1 << 20, Requests: 1000, Connections: 1024},
		AccessLog: AccessLogOff,
	}
}

// DefaultTexts returns every default as it would be written in a spec, by the path
// of its key: "server.limits.head" is "16KiB".
func DefaultTexts() map[string]string {
	d := Defaults()
	return map[string]string{
		"server.listen":          d.Listen.Text,
		"server.backlog":         strconv.Itoa(d.Backlog),
		"server.isolation":       string(d.Isolation),
		"server.workers":         strconv.Itoa(d.Workers),
		"server.syscalls":        string(d.Syscalls),
		"server.timeouts.head":   formatDuration(d.Timeouts.Head),
		"server.timeouts.body":   formatDuration(d.Timeouts.Body),
		"server.timeouts.idle":   formatDuration(d.Timeouts.Idle),
		"server.timeouts.write":  formatDuration(d.Timeouts.Write),
		"server.limits.head":     formatSize(d.Limits.Head),
		"server.limits.body":     formatSize(d.Limits.Body),
		"server.limits.requests": strconv.Itoa(d.Limits.Requests),

		"server.limits.connections": strconv.Itoa(d.Limits.Connections),

		"server.access_log":  string(d.AccessLog),
		"health.path":        defaultHealth().Path,
		"health.timeout":     formatDuration(defaultHealth().Timeout),
		"server.clock":       strconv.FormatBool(d.Clock),
		"route.log":          "true",
		"dir.index":          "[" + strings.Join(defaultIndex(), ", ") + "]",
		"dir.trailing_slash": string(SlashKeep),
		"dir.links":          linksInside,
		"dir.encodings":      "[" + strings.Join(Encodings(), ", ") + "]",
		"dir.min_gain":       formatGain(defaultMinGain),
		"security.frame":     defaultFrame,
		"security.referrer":  defaultReferrer,
		"route.method":       "GET",
		"route.status":       strconv.Itoa(defaultStatus),
		"redirect.status":    strconv.Itoa(defaultRedirectStatus),
	}
}

// formatGain writes per mille, a multiple of ten, as a percentage.
func formatGain(perMille int) string { return strconv.Itoa(perMille/10) + "%" }

// formatDuration writes 1m0s as 1m.
func formatDuration(d time.Duration) string {
	s := d.String()
	s = trimZero(s, "m0s")
	s = trimZero(s, "h0m")
	return s
}

// trimZero cuts the zero unit of a suffix such as "m0s", which leaves its "m".
func trimZero(s, suffix string) string {
	if rest, ok := strings.CutSuffix(s, suffix); ok {
		return rest + suffix[:1]
	}
	return s
}
