package dev

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
)

// reloadScript is the path of the script that loads a page again.
const reloadScript = "/reload.js"

// script waits for a version other than the one it came with. A page that is asked for
// again is a new one: the server says no-cache or has another hash. Mistakes are shown over
// the page, by means that a Content-Security-Policy does not forbid, and as text.
const script = `(() => {
  const events = new EventSource("%s/events");
  let box = null;
  events.onmessage = (event) => { if (event.data !== "%s") location.reload(); };
  events.addEventListener("mistakes", (event) => {
    const text = JSON.parse(event.data);
    if (box) { box.remove(); box = null; }
    if (!text) return;
    box = document.createElement("pre");
    box.textContent = text;
    Object.assign(box.style, {
      position: "fixed", inset: "auto 0 0 0", margin: "0", padding: "1em", maxHeight: "60%%", overflow: "auto",
      whiteSpace: "pre-wrap", font: "14px/1.4 monospace", color: "#fff", background: "#8b1a1a", zIndex: "2147483647", textAlign: "left",
    });
    document.documentElement.append(box);
  });
})();
`

// reloader tells browsers, on a port of 127.0.0.1, when the server is another one, and
// what is wrong.
type reloader struct {
	listener net.Listener
	server   *http.Server

	mu       sync.Mutex
	version  string // of the server: its hash
	mistakes string // text; empty for none
	next     chan struct{}
}

// newReloader listens on the port, or on any where that is taken.
func newReloader(port int) (*reloader, error) {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		l, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return nil, fmt.Errorf("the port for live reload: %w", err)
	}
	r := &reloader{listener: l, next: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+reloadScript, r.script)
	mux.HandleFunc("GET /events", r.events)
	r.server = &http.Server{Handler: mux}
	go func() { _ = r.server.Serve(l) }() // ends with close
	return r, nil
}

// close ends it. The listener is closed too: a server that has not begun to serve knows
// nothing of it.
func (r *reloader) close() { _, _ = r.server.Close(), r.listener.Close() }

// origin is the scheme, host and port of the reloader.
func (r *reloader) origin() string { return "http://" + r.listener.Addr().String() }

// send tells every page which server runs, and that nothing is wrong.
func (r *reloader) send(version string) { r.set(func() { r.version, r.mistakes = version, "" }) }

// fail tells every page what is wrong.
func (r *reloader) fail(mistakes string) { r.set(func() { r.mistakes = mistakes }) }

func (r *reloader) set(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
	close(r.next)
	r.next = make(chan struct{})
}

func (r *reloader) current() (version, mistakes string, next <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.version, r.mistakes, r.next
}

// script answers any page: it has nothing to hide, and pages with strict policies
// (Cross-Origin-Embedder-Policy) ask for permission.
func (r *reloader) script(w http.ResponseWriter, _ *http.Request) {
	version, _, _ := r.current()
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	fmt.Fprintf(w, script, r.origin(), version)
}

// events is a stream of server-sent events (HTML, 9.2): the version now, and each one
// that follows; and mistakes, an empty text when there are none any more. These quote the
// spec, and are not for pages from elsewhere that are open in the browser.
func (r *reloader) events(w http.ResponseWriter, req *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	ours := isLocal(req.Header.Get("Origin"))
	out := http.NewResponseController(w)
	for {
		version, mistakes, next := r.current()
		fmt.Fprintf(w, "data: %s\n\n", version)
		if text, err := json.Marshal(mistakes); err == nil && ours {
			fmt.Fprintf(w, "event: mistakes\ndata: %s\n\n", text)
		}
		if out.Flush() != nil {
			return
		}
		select {
		case <-next:
		case <-req.Context().Done():
			return
		}
	}
}

// isLocal reports whether an origin (RFC 6454) is on this machine.
func isLocal(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}
