package spec

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/verbosel/verbosel/codegen/diag"
)

// violation says which promise of doc.go and spec.go the Spec breaks, or returns "".
// It repeats the rules in other words than the parser, on purpose.
func violation(s *Spec, fsys fs.FS) string {
	checks := []func() string{
		func() string { return listenViolation(s.Server.Listen) },
		func() string { return serverViolation(s.Server) },
		func() string { return headersViolation(s.Headers) },
		func() string { return routesViolation(s) },
	}
	for _, check := range checks {
		if v := check(); v != "" {
			return v
		}
	}
	for _, name := range append([]string{s.File}, s.Imports...) {
		text, err := fs.ReadFile(fsys, name)
		if err != nil || s.Sums[name] != sha256.Sum256(text) {
			return fmt.Sprintf("the hash of %s is %x, %v", name, s.Sums[name], err)
		}
	}
	for _, r := range s.Routes {
		if v := routeViolation(r, fsys); v != "" {
			return r.Path + ": " + v
		}
	}
	for _, e := range s.Errors {
		if !slices.Contains(ErrorStatuses(), e.Status) {
			return fmt.Sprintf("errors has %d", e.Status)
		}
		if e.Status == 412 && !slices.ContainsFunc(s.Routes, func(r Route) bool { return r.Content.Form == FormDir }) {
			return "errors has a 412 that is never given"
		}
		if v := headersViolation(e.Headers) + contentViolation(e.Content, fsys); v != "" {
			return v
		}
	}
	return ""
}

func listenViolation(l Listen) string {
	switch {
	case l.Network == "unix":
		if l.Path == "" || len(l.Path) > 107 || strings.Contains(l.Path, "\x00") {
			return fmt.Sprintf("socket path %q", l.Path)
		}
		return ""
	case l.Shared && l.Network != "tcp4" && l.Network != "tcp6":
		return "a shared port of " + l.Network
	case l.Network == Systemd:
		return ""
	case l.Network != "tcp4" && l.Network != "tcp6":
		return "network " + l.Network
	case l.Port == 0 && l.PortEnv == "":
		return "no port"
	case l.Network == "tcp4" && !netip.AddrFrom16(l.IP).IsValid():
		return "no address"
	}
	return ""
}

func serverViolation(s Server) string {
	for _, t := range []time.Duration{s.Timeouts.Head, s.Timeouts.Body, s.Timeouts.Idle, s.Timeouts.Write} {
		if t < 100*time.Millisecond || t > time.Hour {
			return "timeout " + t.String()
		}
	}
	switch {
	case s.Backlog < 1 || s.Backlog > 65535:
		return "backlog"
	case s.Isolation != IsolationRequest && s.Isolation != IsolationConnection:
		return "isolation"
	case s.Syscalls != SyscallsHardened && s.Syscalls != SyscallsTen:
		return "syscalls"
	case s.Limits.Head < 256 || s.Limits.Head > 65536:
		return "limits.head"
	case s.Limits.Body < 0 || s.Limits.Body > 1<<40:
		return "limits.body"
	case s.Limits.Requests < 1 || s.Limits.Requests > 1_000_000:
		return "limits.requests"
	case s.Limits.Connections != Defaults().Limits.Connections: // for the isolation that no spec may ask for
		return "limits.connections"
	}
	return ""
}

func headersViolation(list []Header) string {
	seen := map[string]diag.Pos{}
	for _, h := range list {
		key := strings.ToLower(h.Name)
		first, twice := seen[key]
		switch {
		case h.Name == "" || strings.ContainsFunc(h.Name, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r) }):
			return fmt.Sprintf("field name %q", h.Name)
		case strings.ContainsFunc(h.Value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
			return fmt.Sprintf("field value %q", h.Value)
		case strings.TrimSpace(h.Value) != h.Value && strings.Trim(h.Value, " \t") != h.Value:
			return fmt.Sprintf("white space around %q", h.Value)
		case twice && (first != h.Pos || singletonFields[key]):
			return "two fields " + key
		case key == "content-length" || key == "transfer-encoding" || key == "connection":
			return "framing field " + key
		case h.Pos.Line < 1 || h.Pos.Col < 1:
			return "field without a place"
		}
		seen[key] = h.Pos
	}
	return ""
}

func routesViolation(s *Spec) string {
	seen := map[string]bool{}
	for _, r := range s.Routes {
		for _, m := range r.Methods {
			if r.Dir != nil {
				m = "dir"
			}
			if seen[m+r.Path] {
				return "two routes " + m + " " + r.Path
			}
			seen[m+r.Path] = true
		}
		if int64(len(r.Path)+len("GET  HTTP/1.1\r\n\r\n")) > s.Server.Limits.Head {
			return "path longer than the head"
		}
	}
	return ""
}

func routeViolation(r Route, fsys fs.FS) string {
	again, bad := parsePath(r.Path)
	switch {
	case bad != nil || again.String() != r.Path || r.Pattern.String() != r.Path:
		return fmt.Sprintf("path is not normal: %q %v", again, bad)
	case len(r.Methods) == 0 || slices.Contains(r.Methods, "HEAD"):
		return fmt.Sprintf("methods %q", r.Methods)
	case r.StatusSlot != nil && (r.Status != 0 || len(r.Redirect) > 0 || r.Dir != nil || r.File != nil):
		return "a status that the environment gives where that cannot be"
	case r.StatusSlot == nil && (r.Status < 200 || r.Status > 599):
		return fmt.Sprintf("status %d", r.Status)
	case (len(r.Redirect) > 0) != (r.Content.Form == FormRedirect):
		return "redirect and form disagree"
	case strings.ContainsFunc(sample(r.Redirect), func(c rune) bool { return c <= ' ' || c >= 0x7f }):
		return fmt.Sprintf("target %q", sample(r.Redirect))
	case strings.HasPrefix(shortest(r), "//") && !strings.HasPrefix(sample(r.Redirect), "//"):
		return fmt.Sprintf("target %q, which is %q where all is empty that may be", sample(r.Redirect), shortest(r))
	case slices.ContainsFunc(r.Redirect, func(p Part) bool { return p.Slot != nil && !isTargetForm(p.Slot) }):
		return "a slot in a target whose value is no part of a URI"
	case len(r.Redirect) > 0 && (r.Status < 301 || r.Status > 308):
		return fmt.Sprintf("redirect with %d", r.Status)
	case (r.Status == 204 || r.Status == 304) && (r.Content.Size > 0 || r.Content.Type != ""):
		return "content where there can be none"
	case r.Pos.Line < 1 || r.PathPos.Line < r.Pos.Line && r.PathPos.Line < 1:
		return "route without a place"
	}
	if (r.Dir != nil) != (r.Content.Form == FormDir) {
		return "dir and form disagree"
	}
	return headersViolation(r.Headers) + contentViolation(r.Content, fsys) + dirViolation(r, fsys)
}

// shortest is the target of a redirect where what may be empty is.
func shortest(r Route) string {
	out := ""
	for _, p := range r.Redirect {
		if p.Slot != nil && p.Slot.Optional && p.Slot.Default == "" || p.Blank == BlankCapture && strings.Contains(r.Path, "{"+p.Name+"...}") {
			continue
		}
		out += p.Text + p.sample()
	}
	return out
}

// isTargetForm: a slot's value stands in a target, and its default is one that can.
func isTargetForm(s *Slot) bool {
	expression, _, ok := s.Form.Syntax()
	return ok && (s.Default == "" || regexp.MustCompile("^(?:"+expression+")$").MatchString(s.Default))
}

func dirViolation(r Route, fsys fs.FS) string {
	dir := r.Dir
	if dir == nil {
		return ""
	}
	st, err := fs.Stat(fsys, dir.Folder)
	switch {
	case err != nil || !st.IsDir():
		return fmt.Sprintf("folder %q: %v", dir.Folder, err)
	case !strings.HasSuffix(r.Path, "/") || r.Status != 200:
		return "a folder's route with another status, or a path that is no prefix"
	case slices.ContainsFunc(dir.Index, func(name string) bool { return name == "" || strings.Contains(name, "/") }):
		return fmt.Sprintf("index %q", dir.Index)
	case dir.MinGain < 0 || dir.MinGain > 999:
		return "min_gain"
	case !slices.Contains([]TrailingSlash{SlashKeep, SlashAlways, SlashNever}, dir.TrailingSlash):
		return "trailing_slash"
	case dir.Line == "" || dir.Pos.Line < 1:
		return "folder without a place"
	}
	for _, g := range slices.Concat(dir.Include, dir.Exclude) {
		if g.Pattern == "" || strings.HasPrefix(g.Pattern, "/") || g.Pos.Line < 1 {
			return fmt.Sprintf("pattern %+v", g)
		}
	}
	for _, rule := range dir.HeadersFor {
		if v := headersViolation(rule.Headers); v != "" {
			return v
		}
	}
	for _, rule := range dir.Cache {
		if strings.ContainsAny(rule.Value, "\r\n") || rule.Pattern == "" {
			return fmt.Sprintf("cache %+v", rule)
		}
	}
	return ""
}

func contentViolation(c Content, fsys fs.FS) string {
	switch c.Form {
	case FormNone, FormRedirect, FormDir:
		if c.Size != 0 || c.Bytes != nil || c.File != "" || c.Type != "" {
			return fmt.Sprintf("content in form %s", c.Form)
		}
	case FormBody, FormJSON:
		if c.Size != int64(len(c.Bytes)) || c.File != "" || c.Type == "" {
			return "content of the wrong size"
		}
		if c.Form == FormJSON && !json.Valid(c.Bytes) {
			return fmt.Sprintf("no JSON: %q", c.Bytes)
		}
	case FormFile:
		st, err := fs.Stat(fsys, c.File)
		if err != nil || !st.Mode().IsRegular() || st.Size() != c.Size || c.Type == "" {
			return fmt.Sprintf("file %q: %v", c.File, err)
		}
	default:
		return fmt.Sprintf("form %q", c.Form)
	}
	return ""
}
