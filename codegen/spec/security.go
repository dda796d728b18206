package spec

import (
	"fmt"
	"slices"
	"strings"
)

// Values of `security.frame`.
const (
	frameDeny       = "deny"
	frameSameOrigin = "sameorigin"
	frameOff        = "off"
)

// referrerPolicies are the policies of W3C Referrer Policy, section 3.
var referrerPolicies = []string{
	"no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin",
	"origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url",
}

const contentPolicy = "Content-Security-Policy"

// Defaults of `security`.
const (
	defaultFrame    = frameDeny
	defaultReferrer = "strict-origin-when-cross-origin" // what browsers do without the field
)

// security decodes the preset into the global header fields that it stands for.
func (d *decoder) security(entry field) []Header {
	at := d.pos(entry.key)
	frame := Header{Name: "X-Frame-Options", Value: strings.ToUpper(defaultFrame), Pos: at}
	referrer := Header{Name: "Referrer-Policy", Value: defaultReferrer, Pos: at}
	list := []Header{{Name: "X-Content-Type-Options", Value: "nosniff", Pos: at}}
	var csp []Header
	for _, f := range d.table(entry.value, "security") {
		switch f.key.text {
		case "csp":
			csp = d.csp(f)
		case "frame":
			frame.Value = strings.ToUpper(d.choice(f.value, "security.frame", frameDeny, frameSameOrigin, frameOff))
			frame.Pos = d.pos(f.key)
		case "referrer":
			referrer.Value = d.choice(f.value, "security.referrer", referrerPolicies...)
			referrer.Pos = d.pos(f.key)
		default:
			d.unknownKey(f.key, "security", securityKeys)
		}
	}
	list = append(list, referrer)
	if !strings.EqualFold(frame.Value, frameOff) {
		list = append(list, frame)
	}
	return append(list, csp...)
}

// sitePolicy is what pages extend where the spec has no policy: everything from the site
// itself, pictures and fonts in the page too.
const sitePolicy = "default-src 'self'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'self'"

// csp reads a policy (W3C Content Security Policy Level 3), whose directives may
// stand on lines of their own.
func (d *decoder) csp(f field) []Header {
	text, ok := d.text(f.value, "security.csp")
	if !ok {
		return nil
	}
	value := strings.Join(strings.Fields(text), " ")
	if bad, hint := badValue(value); bad != "" {
		d.report(f.value, hint, "security.csp: %s", bad)
	}
	if value == "" {
		d.report(f.value, "write a policy such as default-src 'self'", "security.csp is empty")
	}
	value, slots := d.slots(f.value, value, "security.csp", SlotField)
	return []Header{{Name: contentPolicy, Value: value, Slots: slots, Pos: d.pos(f.key)}}
}

// addSecurity adds the preset's fields to the global ones, which must not have them.
func (d *decoder) addSecurity(s *Spec, preset []Header) {
	for _, h := range preset {
		if own := find(s.Headers, h.Name); own != nil {
			d.errs.Add(d.src.errorAt(own.Pos.Line, own.Pos.Col,
				fmt.Sprintf("header %s is set by security too", own.Name),
				"remove it here, or say it in security"))
			continue
		}
		s.Headers = append(s.Headers, h)
	}
}

// extendPolicies makes folders with `csp: auto` extend the global policies, where there are some. What is
// extended is known when the server is built.
func (d *decoder) extendPolicies(s *Spec) {
	var global []string
	for _, h := range s.Headers {
		if strings.EqualFold(h.Name, contentPolicy) {
			global = append(global, h.Value)
		}
	}
	for i := range s.Routes {
		dir := s.Routes[i].Dir
		if dir == nil || dir.CSP == nil {
			continue
		}
		if global != nil {
			dir.CSP = global
		}
		all := append(slices.Clone(s.Headers), s.Routes[i].Headers...)
		for _, rule := range dir.HeadersFor {
			all = append(all, rule.Headers...)
		}
		for _, h := range all {
			if len(h.Slots) > 0 && strings.EqualFold(h.Name, contentPolicy) {
				d.addOnce(d.errorAt(h.Pos, fmt.Sprintf("header %s: ${%s} beside csp: auto", h.Name, h.Slots[0].Name),
					"the pages of the folder "+dir.Folder+" extend it when the server is built: write it out, or leave csp out"))
			}
		}
	}
}

// noDefaultCache leaves Cache-Control to a global header where there is one.
func noDefaultCache(s *Spec) {
	if find(s.Headers, "Cache-Control") == nil {
		return
	}
	for i := range s.Routes {
		for _, dir := range []*Dir{s.Routes[i].Dir, s.Routes[i].File} {
			if dir != nil {
				dir.DefaultCache = false
			}
		}
	}
}
