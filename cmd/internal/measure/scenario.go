package measure

// Scenario is a way of asking.
type Scenario struct {
	ID          string // in results
	Title       string
	Connections int  // at the same time
	Pipeline    int  // requests in one write
	KeepAlive   bool // false: a new connection for each request

	// Rate is how many requests a second are sent, whatever the server does; 0: each as soon as the last is answered.
	Rate float64

	// Processors is what the server may use, so that it and not the generator is the limit: 0.5 is the half of one. 0: all
	// it can get.
	Processors float64

	// Beside these: clients that keep a connection and are silent, and clients that read what is at SlowPath
	// slowly.
	Idle, Slow int
	SlowPath   string
}

// The scenarios that every server can be put through.
var (
	New1    = Scenario{ID: "new-1", Title: "new connection, 1 at a time", Connections: 1}
	New32   = Scenario{ID: "new-32", Title: "new connection, 32 at a time", Connections: 32}
	Keep1   = Scenario{ID: "keep-1", Title: "keep-alive, 1 connection", Connections: 1, KeepAlive: true}
	Keep32  = Scenario{ID: "keep-32", Title: "keep-alive, 32 connections", Connections: 32, KeepAlive: true}
	Keep128 = Scenario{ID: "keep-128", Title: "keep-alive, 128 connections", Connections: 128, KeepAlive: true}
	Pipe16  = Scenario{ID: "pipe-16", Title: "16 pipelined, 32 connections", Connections: 32, Pipeline: 16, KeepAlive: true}
)

// Scenarios lists them in the order of reports.
func Scenarios() []Scenario { return []Scenario{New1, New32, Keep1, Keep32, Keep128, Pipe16} }
