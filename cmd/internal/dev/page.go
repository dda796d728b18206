package dev

import (
	"fmt"
	"html"
	"net"
	"net/http"
	"strings"
)

// mistakesPage answers every request while there is no server: with what is wrong. It goes
// as soon as a server can take its place.
type mistakesPage struct {
	listener net.Listener
	server   *http.Server
}

// showMistakes serves a page, if the address is free.
func showMistakes(address, text, script string) *mistakesPage {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil // whoever has it answers there
	}
	page := pageText(text, script)
	p := &mistakesPage{listener: l}
	p.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Cache-Control", "no-store")
		h.Set("Connection", "close")
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, page)
	})}
	go func() { _ = p.server.Serve(l) }() // ends with close
	return p
}

func (p *mistakesPage) close() { _, _ = p.server.Close(), p.listener.Close() }

func pageText(text, script string) string {
	var b strings.Builder
	b.WriteString("<!doctype html>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>There is a mistake</title>\n")
	fmt.Fprintf(&b, "<pre style=\"white-space: pre-wrap\">%s</pre>\n", html.EscapeString(text))
	if script != "" {
		fmt.Fprintf(&b, "<script src=\"%s\" async></script>\n", script)
	}
	return b.String()
}
