package spec

import (
	"reflect"
	"strings"
)

// The types below describe the YAML file: the JSON Schema is generated from them,
// and the parser takes the names of the known keys from them. They are not decoded
// into; Spec is the result.

type fileShape struct {
	Server  *serverShape  `json:"server,omitempty" jsonschema_description:"The process: where it listens, how it isolates requests, its limits."`
	Headers *headersShape `json:"headers,omitempty" jsonschema_description:"Header fields of every response, error responses too. A route's own field of the same name replaces the global one."`
	Routes  []routeShape  `json:"routes" jsonschema:"maxItems=100000" jsonschema_description:"What the server answers: a path, its methods and one response."`
	Errors  *errorsShape  `json:"errors,omitempty" jsonschema_description:"Content for the error responses that the server gives by itself, by status."`
}

type serverShape struct {
	Listen    listenShape    `json:"listen,omitempty" jsonschema_description:"host:port, :port for every IPv4 address, [::]:port in quotes for IPv6 and IPv4, or unix:/path. The port can come from the environment: ${PORT:-8080}."`
	Backlog   int            `json:"backlog,omitempty" jsonschema:"minimum=1,maximum=65535" jsonschema_description:"Connections that wait for accept, listen(2). The kernel caps it at net.core.somaxconn."`
	Isolation string         `json:"isolation,omitempty" jsonschema:"enum=request,enum=connection" jsonschema_description:"request: a process for each request. connection: a process for each connection, with keep-alive."`
	Syscalls  string         `json:"syscalls,omitempty" jsonschema:"enum=hardened,enum=ten" jsonschema_description:"ten: only the ten system calls. hardened: setsockopt too, at start, for timeouts and restarts at once."`
	Timeouts  *timeoutsShape `json:"timeouts,omitempty" jsonschema_description:"Limits of the phases of a connection, 100ms to 1h."`
	Limits    *limitsShape   `json:"limits,omitempty" jsonschema_description:"Bounds of what a client can send."`
}

type timeoutsShape struct {
	Head  durationShape `json:"head,omitempty" jsonschema_description:"From the first byte of a request to the end of its head."`
	Body  durationShape `json:"body,omitempty" jsonschema_description:"For the body of a request."`
	Idle  durationShape `json:"idle,omitempty" jsonschema_description:"Between two requests of a connection."`
	Write durationShape `json:"write,omitempty" jsonschema_description:"For a client that reads nothing of its response."`
}

type limitsShape struct {
	Head     sizeShape `json:"head,omitempty" jsonschema_description:"Bytes of a request's head, 256 to 64KiB: beyond it, 431 or 414."`
	Body     sizeShape `json:"body,omitempty" jsonschema_description:"Bytes of a request's body, up to 1TiB: beyond it, 413."`
	Requests int       `json:"requests,omitempty" jsonschema:"minimum=1,maximum=1000000" jsonschema_description:"Requests of one connection, in isolation: connection."`
}

type routeShape struct {
	Path     pathShape     `json:"path" jsonschema_description:"The path of the request, without query. Spaces and UTF-8 are percent-encoded."`
	Method   *methodsShape `json:"method,omitempty" jsonschema_description:"A method or a list of them. GET implies HEAD."`
	Status   int           `json:"status,omitempty" jsonschema:"minimum=200,maximum=599" jsonschema_description:"The response's status; 308 for a redirect, otherwise 200. A status can stand alone, without content."`
	Headers  *headersShape `json:"headers,omitempty" jsonschema_description:"Header fields of this response."`
	Body     *string       `json:"body,omitempty" jsonschema_description:"The content as text, served as text/plain; charset=utf-8 unless a Content-Type says otherwise."`
	JSON     *anyShape     `json:"json,omitempty" jsonschema_description:"The content as any value, served as compact JSON."`
	File     fileNameShape `json:"file,omitempty" jsonschema_description:"A file in the spec's folder, relative to it; its bytes become part of the server."`
	Redirect targetShape   `json:"redirect,omitempty" jsonschema_description:"The target of a redirect: a path or a URL."`
}

type errorShape struct {
	Body    *string       `json:"body,omitempty" jsonschema_description:"The content as text."`
	JSON    *anyShape     `json:"json,omitempty" jsonschema_description:"The content as any value, served as compact JSON."`
	File    fileNameShape `json:"file,omitempty" jsonschema_description:"A file in the spec's folder, relative to it."`
	Headers *headersShape `json:"headers,omitempty" jsonschema_description:"Header fields of this response."`
}

// Shapes whose schema is not that of their Go type; see schema.go.
type (
	listenShape   string
	durationShape string
	sizeShape     string
	pathShape     string
	targetShape   string
	fileNameShape string
	methodsShape  struct{}
	headersShape  struct{}
	errorsShape   struct{}
	anyShape      struct{}
)

// The known keys of each part of the file.
var (
	specKeys    = keysOf(fileShape{})
	serverKeys  = keysOf(serverShape{})
	timeoutKeys = keysOf(timeoutsShape{})
	limitKeys   = keysOf(limitsShape{})
	routeKeys   = keysOf(routeShape{})
	errorKeys   = keysOf(errorShape{})
)

// keysOf returns the YAML keys of a shape, in its order.
func keysOf(shape any) []string {
	var keys []string
	for f := range reflect.TypeOf(shape).Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		keys = append(keys, name)
	}
	return keys
}
