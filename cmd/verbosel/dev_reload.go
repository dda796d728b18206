package main

import (
	"fmt"
	"net"
	"net/http"
	"sync"
)

// reloadScript is the path of the script that loads a page again.
const reloadScript = "/reload.js"

// script waits for a version other than the one it came with. A page that is asked for
// again is a new one: the server says no-cache or has another hash.
const script = `(() => {
  const events = new EventSource("%s/events");
  events.onmessage = (event) => { if (event.data !== "%d") location.reload(); };
})();
`

// reloader tells browsers, on a port of 127.0.0.1, when the server is another one.
type reloader struct {
	listener net.Listener
	server   *http.Server

	mu      sync.Mutex
	version int           // of the server
	next    chan struct{} // closed when the version grows
}

func newReloader() (*reloader, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
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

func (r *reloader) close() { _ = r.server.Close() }

// origin is the scheme, host and port of the reloader.
func (r *reloader) origin() string { return "http://" + r.listener.Addr().String() }

// send tells every page that there is a new version.
func (r *reloader) send() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.version++
	close(r.next)
	r.next = make(chan struct{})
}

func (r *reloader) current() (int, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.version, r.next
}

// script answers any page: it has nothing to hide, and pages with strict policies
// (Cross-Origin-Embedder-Policy) ask for permission.
func (r *reloader) script(w http.ResponseWriter, _ *http.Request) {
	version, _ := r.current()
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	fmt.Fprintf(w, script, r.origin(), version)
}

// events is a stream of server-sent events (HTML, 9.2): the version now, and each one
// that follows.
func (r *reloader) events(w http.ResponseWriter, req *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	out := http.NewResponseController(w)
	for {
		version, next := r.current()
		fmt.Fprintf(w, "data: %d\n\n", version)
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
