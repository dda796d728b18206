package spec

import (
	"slices"
	"strings"
)

// foreignKeys are keys that people bring from other tools, or write from memory, and what
// does that here. Where a key means different things in different parts, the part comes
// first: "a route.host".
var foreignKeys = map[string]string{
	"entrypoints": `the address is in server: { listen: ":8080" }`, "port": `the address is in server: { listen: ":8080" }`, "address": `the address is in server: { listen: ":8080" }`,
	"host": `the address is in server: { listen: "127.0.0.1:8080" }`, "bind": `the address is in server: { listen: "127.0.0.1:8080" }`,
	"a route.host": hostsHint, "server_name": hostsHint, "servername": hostsHint, "serveralias": hostsHint, "a route.hosts": hostsHint, "hostname": hostsHint,

	"content_type": typeHint, "contenttype": typeHint, "content-type": typeHint, "type": typeHint, "mime": typeHint, "mime_type": typeHint, "mimetype": typeHint,
	"header": "it is called headers", "cors": `write the fields: headers: { Access-Control-Allow-Origin: "*" }`,
	"cookie": cookieHint, "cookies": cookieHint,
	"csp": "security: true has headers like it; or write it: headers: { Content-Security-Policy: ... }",

	"to": redirectHint, "location": locationHint, "redir": redirectHint, "redirectmatch": redirectHint, "redirectpermanent": redirectHint, "rewriterule": redirectHint,
	"permanent": "write status: 308, or 301, beside redirect", "temporary": "write status: 307, or 302, beside redirect", "force": "remove it: a route wins over a folder's file in any case",
	"target": redirectHint, "destination": redirectHint, "redirect_to": redirectHint, "return": redirectHint,
	"from": pathHint, "url": pathHint, "uri": pathHint, "a route.route": pathHint, "source": pathHint, "rule": pathHint, "pattern": pathHint,
	"pathtype": "a path is exact; {rest...} at its end is all that is below: /app/{rest...}", "strict_slashes": slashHint, "strict": slashHint, "redirect_slashes": slashHint, "append_slash": slashHint,
	"methods":   "it is called method, and takes a list too",
	"redirects": "each redirect is one of the routes: { path: /old, redirect: /new }",
	"env":       slotPlaces,
	"rewrite":   noRewrite, "rewrites": noRewrite, "try_files": "spa: index.html, in a route with dir, answers what looks like a page",
	"code": "it is called status", "status_code": "it is called status", "statuscode": "it is called status",

	"text": bodyHint, "content": bodyHint, "response": bodyHint, "data": bodyHint, "html": bodyHint, "respond": bodyHint,
	"static": dirHint, "file_server": dirHint, "documentroot": dirHint, "document_root": dirHint, "folder": dirHint, "directory": dirHint, "root": dirHint, "public": dirHint,
	"paths": "they are called routes", "pages": "they are called routes", "endpoints": "they are called routes", "locations": "they are called routes",
	"fallback": "spa: index.html, in a route with dir, answers what looks like a page; errors: { 404: ... } the rest",
	"404":      notFoundHint, "not_found": notFoundHint, "handle_errors": notFoundHint, "errordocument": notFoundHint, "notfound": notFoundHint, "error_page": notFoundHint, "error_pages": notFoundHint,

	"compress": codingHint, "compression": codingHint, "gzip": codingHint, "brotli": codingHint, "encode": codingHint,
	"cache_control": cacheHint, "cache-control": cacheHint, "expires": cacheHint, "max_age": cacheHint, "maxage": cacheHint, "etag": cacheHint,
	"the spec.cache": cacheHint,
	"logging":        logHint, "logs": logHint, "the spec.log": logHint, "server.log": logHint,
	"real_ip": clientHint, "real_ip_header": clientHint, "remote_ip": clientHint, "trust_proxy": clientHint,
	"trusted_proxies": "they are called trusted, beside client_ip", "set_real_ip_from": "they are called trusted, beside client_ip",
	"timeout":   "the phases have one each: server: { timeouts: { head: 5s, body: 10s, idle: 5s, write: 10s } }",
	"keepalive": keepHint, "keep_alive": keepHint, "keep-alive": keepHint,
	"body_limit": "it is server: { limits: { body: 1MiB } }", "max_body": "it is server: { limits: { body: 1MiB } }",

	"proxy": noProxy, "reverse_proxy": noProxy, "proxypass": noProxy, "proxy_pass": noProxy, "upstream": noProxy, "upstreams": noProxy, "backend": noProxy,
	"delay": noDelay, "latency": noDelay, "sleep": noDelay,
	"tls": noTLS, "ssl": noTLS, "https": httpsHint, "force_https": httpsHint, "force_ssl": httpsHint, "ssl_redirect": httpsHint, "https_redirect": httpsHint, "redirect_https": httpsHint, "https_only": httpsHint, "hsts": httpsHint, "strict_transport_security": httpsHint, "x_forwarded_proto": httpsHint,
	"cert": noTLS, "certificate": noTLS, "http2": "nothing does that here: a load balancer in front speaks HTTP/2",
	"basic_auth": authHint, "basicauth": authHint, "basic-auth": authHint, "auth_basic": authHint, "htpasswd": authHint, "password": authHint, "users": authHint, "an error response.auth": authHint,
	"rate_limit": "nothing does that here: a load balancer in front limits rates", "ratelimit": "nothing does that here: a load balancer in front limits rates",
	"query": noQuery, "params": noQuery, "when": noQuery, "has": noQuery, "missing": noQuery, "conditions": noQuery, "match": noQuery,
	"workers": noWorkers, "threads": noWorkers, "processes": noWorkers,
	"template": "nothing does that here: responses are fixed when the server is built", "script": "nothing does that here: responses are fixed when the server is built",
	"exec": "nothing does that here: responses are fixed when the server is built", "include": "nothing does that here: a spec is one file",
	"autoindex": "nothing does that here: a folder without an index page answers 404", "browse": "nothing does that here: a folder without an index page answers 404",
}

const (
	typeHint     = "the type is a field: headers: { Content-Type: text/plain }"
	cookieHint   = "a cookie is a field: headers: { Set-Cookie: a=b }"
	hostsHint    = "names with routes of their own are in hosts: { example.com: { routes: [...] } }, on the first level"
	redirectHint = "it is called redirect"
	locationHint = "the target of a redirect is called redirect; what nginx calls so is called path"
	pathHint     = "it is called path"
	slashHint    = "trailing_slash: any answers a path with and without a slash at its end"
	bodyHint     = "the content is called body, json or file"
	dirHint      = "a folder is one of the routes: { path: /, dir: public }"
	notFoundHint = "the server's own answers are replaced in errors: { 404: { file: 404.html } }"
	codingHint   = "files of a dir are encoded without being asked; encodings, there, says how"
	cacheHint    = "a dir makes ETags by itself, and has cache; elsewhere write headers: { Cache-Control: max-age=60 }"
	logHint      = "the log is server: { access_log: combined }"
	clientHint   = "the field in which a proxy names the client is server: { client_ip: X-Forwarded-For, trusted: [127.0.0.1] }"
	keepHint     = "connections are kept with server: { isolation: connection }"
	noRewrite    = "nothing does that here: name each path, or let a dir do so"
	noProxy      = "nothing does that here: every response is fixed when the server is built"
	noDelay      = "nothing does that here: a response goes out at once"
	httpsHint    = "https: required, on the first level or in a host, sends clients on to https and has HSTS; a load balancer in front has the certificate"
	noTLS        = "nothing does that here: a load balancer in front has the certificate"
	authHint     = "it is auth: { realm: Staff, users: { alice: \"${ALICE_PASSWORD}\" } }, in the spec, a host or a route"
	noQuery      = "nothing does that here: a path, a method and a host's name choose the response, no query and no other field"
	noWorkers    = "nothing does that here: each client has a process of its own"
)

// pathHints and formHints are for keys that stand for a route's path, and for its response.
var (
	pathHints = []string{pathHint, locationHint}
	formHints = []string{redirectHint, locationHint, bodyHint, dirHint, noProxy, noRewrite}
)

// parts are the parts of a spec with their keys, and the way there.
var parts = []struct {
	name, place string
	keys        []string
}{
	{"server", "server", serverKeys}, {"timeouts", "server: { timeouts: ... }", timeoutKeys}, {"limits", "server: { limits: ... }", limitKeys},
	{"the spec", "the first level of the spec", specKeys}, {"a route", "one of the routes", routeKeys},
}

// remedy is what to write for a key that a part does not have.
func remedy(key, part string, known []string) string {
	name := strings.ToLower(key)
	if hint := foreignKeys[part+"."+name]; hint != "" {
		return hint
	}
	if hint := foreignKeys[name]; hint != "" {
		return hint
	}
	for _, p := range parts {
		if p.name != part && slices.Contains(p.keys, key) {
			return key + " belongs into " + p.place
		}
	}
	if hint := didYouMean(key, known); hint != "" {
		return hint
	}
	return "known are " + strings.Join(known, ", ")
}
