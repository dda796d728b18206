package spec

import (
	"reflect"
	"slices"
	"strings"
)

// The types below describe the YAML file: the JSON Schema is generated from them,
// and the parser takes the names of the known keys from them. They are not decoded
// into; Spec is the result.

type fileShape struct {
	Server        *serverShape   `json:"server,omitempty" jsonschema_description:"The process: where it listens, how it isolates requests, its limits."`
	Headers       *headersShape  `json:"headers,omitempty" jsonschema_description:"Header fields of every response, error responses too. A route's own field of the same name replaces the global one. ${NAME} in a value is the variable NAME of the environment when the server starts."`
	Security      *securityShape `json:"security,omitempty" jsonschema_description:"Header fields that keep browsers safe, on every response: X-Content-Type-Options: nosniff, Referrer-Policy, X-Frame-Options and, where csp is given, Content-Security-Policy."`
	Routes        []routeShape   `json:"routes,omitempty" jsonschema:"maxItems=100000" jsonschema_description:"What the server answers: a path, its methods and one response."`
	Redirects     fileNameShape  `json:"redirects,omitempty" jsonschema_description:"A file of redirects, relative to the spec: comma-separated from,to,status in each line, for GET. Without a status it is 301. A first line that names the columns is left out, and so are lines that begin with #."`
	TrailingSlash string         `json:"trailing_slash,omitempty" jsonschema:"enum=exact,enum=any" jsonschema_description:"any: every route, those with dir excepted, answers its path with and without a slash at its end, unless another route has that path. Default: exact."`
	HTTPS         string         `json:"https,omitempty" jsonschema:"enum=required,enum=optional" jsonschema_description:"required: a request of which X-Forwarded-Proto says that it came by http gets a 308 to https, and responses to those that came by https have Strict-Transport-Security: max-age=31536000, or what stands for it in headers. One without X-Forwarded-Proto, such as a load balancer's own probe, is answered as it is. Default: optional."`
	Hosts         *hostsShape    `json:"hosts,omitempty" jsonschema_description:"Names that have routes of their own, by name; *.example.com is any name below example.com, and the longest that matches counts. All other names get what stands beside hosts; without routes there, 421."`
	Auth          *authShape     `json:"auth,omitempty" jsonschema_description:"Who may see what the server answers: those who give a name and a password, by Basic authentication (RFC 7617). For hosts too, unless they have their own. Put TLS in front: the password is not encrypted on its way."`
	Health        *healthShape   `json:"health,omitempty" jsonschema_description:"What a probe asks for, see build --probe: a path whose GET is answered with 2xx, or that path with the time that connection and answer may take together. Default: / and 1s."`
	Errors        *errorsShape   `json:"errors,omitempty" jsonschema_description:"Content for the error responses that the server gives by itself, by status."`
}

// healthShape is that of `health` where it is no path alone.
type healthShape struct {
	Path    pathShape     `json:"path,omitempty"`
	Timeout durationShape `json:"timeout,omitempty"`
}

// hostShape is a block of hosts.
type hostShape struct {
	Headers       *headersShape  `json:"headers,omitempty" jsonschema_description:"Header fields of every response of this host, beside those of the spec. One of the same name replaces that. ${NAME} in a value is the variable NAME of the environment when the server starts."`
	Security      *securityShape `json:"security,omitempty" jsonschema_description:"As the spec's own, which it replaces."`
	Routes        []routeShape   `json:"routes,omitempty" jsonschema:"maxItems=100000" jsonschema_description:"What the server answers under this name."`
	Redirects     fileNameShape  `json:"redirects,omitempty" jsonschema_description:"A file of redirects of this host, as the spec's own."`
	TrailingSlash string         `json:"trailing_slash,omitempty" jsonschema:"enum=exact,enum=any" jsonschema_description:"As the spec's own, for the routes of this host."`
	Auth          *authShape     `json:"auth,omitempty" jsonschema_description:"As the spec's own, which it replaces; none: everybody may see what this host answers."`
	Errors        *errorsShape   `json:"errors,omitempty" jsonschema_description:"Content for 401, 404, 405 and 412 of this host, in place of that of the spec."`
	HTTPS         string         `json:"https,omitempty" jsonschema:"enum=required,enum=optional" jsonschema_description:"As the spec's own, which it replaces."`
	Redirect      targetShape    `json:"redirect,omitempty" jsonschema_description:"Where all requests for this host are redirected, in place of routes."`
}

type serverShape struct {
	Listen    listenShape    `json:"listen,omitempty" jsonschema_description:"host:port, :port for every IPv4 address, [::]:port in quotes for IPv6 and IPv4, or unix:/path. The port can come from the environment: ${PORT:-8080}. systemd takes over the one socket of a socket unit (LISTEN_PID, LISTEN_FDS), by three system calls more. A mapping has an address and reuse_port. Neither systemd nor reuse_port with syscalls: ten."`
	Mode      string         `json:"mode,omitempty" jsonschema:"pattern=^0[0-7]{3}$" jsonschema_description:"Permissions of the file of a unix socket, as chmod takes them: 0660 in quotes. Without it the process's umask decides. Not with syscalls: ten."`
	Backlog   int            `json:"backlog,omitempty" jsonschema:"minimum=1,maximum=65535" jsonschema_description:"Connections that wait for accept, listen(2). The kernel caps it at net.core.somaxconn."`
	Isolation string         `json:"isolation,omitempty" jsonschema:"enum=request,enum=connection,enum=proof" jsonschema_description:"request: a process for each request. connection: a process for each connection, with keep-alive. proof: one process for all connections, which the proof keeps apart, and one more for each client that is slow. It is proved for some specs only, in 10 to 60 seconds; check says what it cannot have yet. Not with syscalls: ten."`
	Workers   workersShape   `json:"workers,omitempty" jsonschema_description:"For isolation: proof: how many processes have clients, each its own, up to 64, or auto, for as many as there are processors that the server may use. Beyond 1 one process more makes them, and others in the place of those that end."`
	Syscalls  string         `json:"syscalls,omitempty" jsonschema:"enum=hardened,enum=ten" jsonschema_description:"ten: only the ten system calls. hardened: setsockopt too, at start, for timeouts and restarts at once; wait4, so that responses finish when the server is told to stop; poll, to wait where there is no descriptor."`
	Clock     bool           `json:"clock,omitempty" jsonschema_description:"true: every response has a Date field (RFC 9110 6.6.1), and timeouts are measured in seconds, by one system call more, clock_gettime. access_log brings it. Not with syscalls: ten."`
	Timeouts  *timeoutsShape `json:"timeouts,omitempty" jsonschema_description:"Limits of the phases of a connection, 100ms to 1h. They are exact for a client that is silent. For one that drips they are looked at before a read, which may take as long as head: with clock, 5s are 5 to 11 s. Without it 2^32 ticks of the processor count as a second, and a second begins anywhere in it: with 3 GHz, 5s are 7 to 14 s."`
	Limits    *limitsShape   `json:"limits,omitempty" jsonschema_description:"Bounds of what a client can send."`
	AccessLog string         `json:"access_log,omitempty" jsonschema:"enum=off,enum=common,enum=combined,enum=json" jsonschema_description:"A line on standard output for each response: in the Common Log Format, in the combined one, which has Referer and User-Agent besides, as JSON, or none. A request that is refused within its request line is logged without method and path. Paths are cut behind 2048 bytes, fields behind 512, queries where the line would be longer than 4096. The 503 of a server that gets no process for a client is not logged. Lines that nobody reads are lost, and no client waits. The banner is on standard error then. Not with syscalls: ten."`
	ClientIP  string         `json:"client_ip,omitempty" jsonschema:"enum=X-Forwarded-For,enum=X-Real-IP,enum=Forwarded" jsonschema_description:"The field in which a proxy says who the client is, for the access log. It is believed of a trusted peer: of a list it is the last address that is not trusted, or the first if all are. What is no address, and what stands in front of that, does not count. The peer of a unix socket is trusted."`
	Trusted   []string       `json:"trusted,omitempty" jsonschema:"maxItems=100,uniqueItems=true" jsonschema_description:"Addresses of proxies, and ranges of them such as 10.0.0.0/8, of which client_ip is believed."`
}

// listenTableShape is that of `listen` where it is no address alone.
type listenTableShape struct {
	Address   string `json:"address,omitempty" jsonschema_description:"As listen itself. Default: 0.0.0.0:${PORT:-8080}."`
	ReusePort bool   `json:"reuse_port,omitempty" jsonschema_description:"true: another server may listen on the port at the same time, SO_REUSEPORT, so that a new one can take over from an old one."`
}

// authShape is that of `auth` where it is not none.
type authShape struct {
	Realm string            `json:"realm"`
	Users map[string]string `json:"users"`
}

type securityShape struct {
	CSP      string        `json:"csp,omitempty" jsonschema:"minLength=1" jsonschema_description:"Content-Security-Policy. Line breaks become blanks."`
	Frame    string        `json:"frame,omitempty" jsonschema:"enum=deny,enum=sameorigin,enum=off" jsonschema_description:"X-Frame-Options: whether pages may be shown in frames."`
	Referrer referrerShape `json:"referrer,omitempty" jsonschema_description:"Referrer-Policy: what a browser tells other sites."`
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
	Requests int       `json:"requests,omitempty" jsonschema:"minimum=1,maximum=1000000" jsonschema_description:"Requests of one connection, in isolation: connection and proof."`

	Connections int `json:"connections,omitempty" jsonschema:"minimum=16,maximum=65536" jsonschema_description:"For isolation: proof: below this number are the descriptors of clients that one process serves at a time; others wait to be accepted. RLIMIT_NOFILE of who starts the server has to allow as many."`
}

type routeShape struct {
	Path     pathShape     `json:"path" jsonschema_description:"The path of the request, without query; {name} is one segment, {name...} all that is left, * every path. The more specific route wins, whatever their order. Spaces and UTF-8 are percent-encoded; what needs no escape is the same path with one: /it%27s and /it's."`
	Method   *methodsShape `json:"method,omitempty" jsonschema_description:"A method or a list of them, or any. GET implies HEAD."`
	Status   statusShape   `json:"status,omitempty" jsonschema_description:"The response's status; for a redirect 301 where it answers GET alone, else 308; otherwise 200. A status can stand alone, without content. ${NAME:-503} is the variable NAME of the environment, which can give those that may have content and need no field of their own."`
	Headers  *headersShape `json:"headers,omitempty" jsonschema_description:"Header fields of this response. A list of values is a line for each. ${NAME} in a value is the variable NAME of the environment when the server starts."`
	Body     *string       `json:"body,omitempty" jsonschema_description:"The content as text, served as text/plain; charset=utf-8 unless a Content-Type says otherwise."`
	JSON     *anyShape     `json:"json,omitempty" jsonschema_description:"The content as any value, served as compact JSON."`
	File     fileNameShape `json:"file,omitempty" jsonschema_description:"A file in the spec's folder, relative to it; its bytes become part of the server. GET gets it as it gets the files of a dir: with an ETag, ranges, encodings and preconditions."`
	Env      bool          `json:"env,omitempty" jsonschema_description:"true: ${NAME} in the text of file is the variable NAME of the environment when the server starts, in JSON escaped as its place wants. The file is put together then, without ETag, ranges and encodings."`
	Redirect targetShape   `json:"redirect,omitempty" jsonschema_description:"The target of a redirect: a path or a URL, in which {host}, {path} and {query} are what was asked for. Its content is a note with a link. The request's query goes along where the target has none. ${NAME} is the variable NAME of the environment when the server starts: all of a target, its beginning, a host or a port, or a part of the path or the query."`
	Query    string        `json:"query,omitempty" jsonschema:"enum=keep,enum=drop" jsonschema_description:"Of a redirect: drop leaves the request's query out."`
	Dir      fileNameShape `json:"dir,omitempty" jsonschema_description:"A folder, relative to the spec, or absolute; its files become part of the server, below path, which ends with a slash. Other routes win over its files. Its 404.html answers what it does not have."`
	Auth     *authShape    `json:"auth,omitempty" jsonschema_description:"As the spec's own, for this path; of a pattern or a folder for all paths that it is for, in other routes too, unless these have their own; none: everybody may see it."`
	Log      *bool         `json:"log,omitempty" jsonschema_description:"false: its responses are not in the access log."`

	dirShape
}

// dirShape has the keys that only a route with dir has, and those of fileKeys.
type dirShape struct {
	Index         *indexShape      `json:"index,omitempty" jsonschema_description:"The page of a folder, which answers /docs/ for docs/index.html; /docs is redirected there. Of a list it is the first that a folder has. false: folders have none."`
	Dotfiles      bool             `json:"dotfiles,omitempty" jsonschema_description:"Serve files and folders whose names begin with a dot, and Thumbs.db and desktop.ini. Without it only .well-known is (RFC 8615)."`
	Include       *globsShape      `json:"include,omitempty" jsonschema_description:"Patterns of the files that are served; default all. ** crosses folders; without a slash a pattern is a file's name in any folder."`
	Exclude       *globsShape      `json:"exclude,omitempty" jsonschema_description:"Patterns of files and folders that are not served."`
	CleanURLs     bool             `json:"clean_urls,omitempty" jsonschema_description:"about.html answers /about; /about.html and, unless about/index.html is there, /about/ are redirected there."`
	TrailingSlash string           `json:"trailing_slash,omitempty" jsonschema:"enum=exact,enum=any,enum=keep,enum=always,enum=never" jsonschema_description:"Without dir: exact, or any, for the path with and without a slash at its end. With dir: the form of the addresses of folders and, with clean_urls, of pages: keep has /docs/ and /about, always /about/, never /docs. The other form is redirected."`
	Types         *typesShape      `json:"types,omitempty" jsonschema_description:"Content-Type by extension (.md) or by a whole name (LICENSE), in place of the built-in one."`
	LastModified  modifiedShape    `json:"last_modified,omitempty" jsonschema_description:"git: the last commit that touched the file; mtime: the file system's time; or one date for all. Default: no Last-Modified, so that the same files give the same server."`
	Encodings     *encodingsShape  `json:"encodings,omitempty" jsonschema_description:"The content codings that are prepared for files of compressible types up to 32 MiB; [] for none."`
	MinGain       gainShape        `json:"min_gain,omitempty" jsonschema_description:"What a coding must save to be kept."`
	Precompressed bool             `json:"precompressed,omitempty" jsonschema_description:"app.js.br, app.js.zst and app.js.gz are the encodings of app.js, and no files of their own."`
	Cache         *cacheShape      `json:"cache,omitempty" jsonschema_description:"Cache-Control of every file, or by pattern, the first that matches: immutable (a year), revalidate (no-cache), seconds or a duration such as 7d, none. Default: immutable for names with a hash such as app.3f9a2c1b.js, otherwise revalidate; none at all where a global Cache-Control is set."`
	HeadersFor    *headersForShape `json:"headers_for,omitempty" jsonschema_description:"Header fields by pattern, beside those of headers. Content-Encoding is for files that are encoded and that pages name as they are, such as app.wasm.br."`
	Links         string           `json:"links,omitempty" jsonschema:"enum=inside,enum=follow" jsonschema_description:"inside: links in the folder lead to what is in it, others are mistakes. follow: they may lead anywhere. The folder itself can be a link in any case."`
	SiteFiles     string           `json:"site_files,omitempty" jsonschema:"enum=netlify,enum=cloudflare,enum=off" jsonschema_description:"The host with whose meaning _redirects and _headers at the top of the folder apply; off: as if they were not there. Their paths begin at the folder. Required where there are such files. Neither is served."`
	Listing       bool             `json:"listing,omitempty" jsonschema_description:"Folders without an index page get one, made at build, that lists their files."`
	Markdown      bool             `json:"markdown,omitempty" jsonschema_description:"page.md beside page.html is the same page as Markdown: requests get it whose Accept names text/markdown, with a weight at least that of HTML."`
	CSP           string           `json:"csp,omitempty" jsonschema:"enum=auto" jsonschema_description:"auto: the Content-Security-Policy of each page has the hashes of its own inline scripts, styles, handlers and style attributes. It extends the policy of headers, headers_for, _headers or security.csp, or one that allows what is on the site."`
	SPA           string           `json:"spa,omitempty" jsonschema:"minLength=1" jsonschema_description:"The page of the folder that answers, with 200, every unknown path whose name has no extension of an asset such as .js or .png and does not begin with a dot, if Accept takes HTML; /.well-known/ and /apple-app-site-association get a 404."`
}

type errorShape struct {
	Body    *string       `json:"body,omitempty" jsonschema_description:"The content as text."`
	JSON    *anyShape     `json:"json,omitempty" jsonschema_description:"The content as any value, served as compact JSON."`
	File    fileNameShape `json:"file,omitempty" jsonschema_description:"A file in the spec's folder, relative to it."`
	Headers *headersShape `json:"headers,omitempty" jsonschema_description:"Header fields of this response. A list of values is a line for each. ${NAME} in a value is the variable NAME of the environment when the server starts."`
}

// Shapes whose schema is not that of their Go type; see schema.go.
type (
	listenShape   string
	workersShape  string
	durationShape string
	sizeShape     string
	pathShape     string
	targetShape   string
	statusShape   struct{}
	fileNameShape string
	methodsShape  struct{}
	headersShape  struct{}
	errorsShape   struct{}
	hostsShape    struct{}
	anyShape      struct{}

	referrerShape   string
	modifiedShape   string
	gainShape       string
	indexShape      struct{}
	globsShape      struct{}
	typesShape      struct{}
	encodingsShape  struct{}
	cacheShape      struct{}
	headersForShape struct{}
)

// The known keys of each part of the file.
var (
	specKeys     = keysOf(fileShape{})
	serverKeys   = keysOf(serverShape{})
	timeoutKeys  = keysOf(timeoutsShape{})
	limitKeys    = keysOf(limitsShape{})
	listenKeys   = keysOf(listenTableShape{})
	healthKeys   = keysOf(healthShape{})
	securityKeys = keysOf(securityShape{})
	authKeys     = keysOf(authShape{})
	dirKeys      = keysOf(dirShape{})
	routeKeys    = slices.Concat(keysOf(routeShape{}), dirKeys)
	errorKeys    = keysOf(errorShape{})
	hostKeys     = keysOf(hostShape{})
)

// keysOf returns the YAML keys of a shape, in its order.
func keysOf(shape any) []string {
	var keys []string
	for f := range reflect.TypeOf(shape).Fields() {
		if f.Anonymous {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		keys = append(keys, name)
	}
	return keys
}
