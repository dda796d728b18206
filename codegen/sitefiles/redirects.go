package sitefiles

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/verbosel/verbosel/codegen/diag"
	"github.com/verbosel/verbosel/codegen/pattern"
)

// Rule is a line of _redirects.
type Rule struct {
	Path     string            // as it is written
	Patterns []pattern.Pattern // the paths that it is for; parameters are called as in the line, a star splat
	Target   string            // as it is written: a path or a URL, with :name for parameters
	Status   int
	Force    bool // it is for paths that a file has, too
	Forward  bool // it has no target of its own, and files need not be there
	Pos      diag.Pos
	TargetAt diag.Pos
}

// IsRedirect says that the rule sends clients elsewhere; the others answer with a file.
func (r *Rule) IsRedirect() bool { return r.Status >= 300 && r.Status <= 399 }

// Redirects are the rules of a file.
type Redirects struct {
	*text
	Rules []Rule
}

// Limits of Cloudflare (Pages, "Redirects", limits; a line's is that of the code).
const (
	maxStatic  = 2000
	maxDynamic = 100
	maxLine    = 2000 // characters
)

// maxRules bounds a file of Netlify's, whose documentation names no limit.
const maxRules = 100_000

// ParseRedirects reads _redirects, called file in messages. The list has mistakes and
// warnings; with a mistake in it the rules are to be used for nothing.
func ParseRedirects(d Dialect, file string, raw []byte) (*Redirects, diag.List) {
	t, bad := newText(d, file, raw)
	if t == nil {
		return nil, bad
	}
	r := &Redirects{text: t}
	static, dynamic := 0, 0
	for n := range t.lines {
		rule, ok := r.rule(n + 1)
		if !ok {
			continue
		}
		r.Rules = append(r.Rules, rule)
		if isDynamic(rule.Path) || dynamic > 0 {
			dynamic++
		} else {
			static++
		}
		if r.overLimit(rule.Pos, static, dynamic) {
			break
		}
	}
	return r, t.findings()
}

// isDynamic: the path has a star or a parameter.
func isDynamic(path string) bool {
	return strings.Contains(path, "*") || placeholder.MatchString(path)
}

// overLimit reports the first rule that the host would not take.
func (r *Redirects) overLimit(at diag.Pos, static, dynamic int) bool {
	switch {
	case r.dialect == Netlify && static+dynamic > maxRules:
		r.mistakeAt(at, "use patterns", "more than %d rules", maxRules)
	case r.dialect == Cloudflare && static > maxStatic:
		r.mistakeAt(at, "use patterns, or redirects: moved.csv in the spec", "more than %d rules in front of the first with a star or a parameter: Cloudflare takes no more", maxStatic)
	case r.dialect == Cloudflare && dynamic > maxDynamic:
		r.mistakeAt(at, "put rules without them first, or write routes in the spec", "more than %d rules from the first with a star or a parameter on: Cloudflare takes no more", maxDynamic)
	default:
		return false
	}
	return true
}

// rule reads a line; it is false for one without a rule, or with mistakes.
func (r *Redirects) rule(n int) (Rule, bool) {
	words := tokens(r.line(n))
	if len(words) == 0 || words[0].isComment() {
		return Rule{}, false
	}
	if r.habit(n, words) {
		return Rule{}, false
	}
	before := len(r.found) + r.more
	rule := Rule{Path: words[0].text, Pos: r.at(n, words[0]), Status: r.dialect.defaultStatus(), Force: r.dialect == Cloudflare}
	if r.dialect == Cloudflare {
		r.cloudflareLine(n, words, &rule)
	} else {
		r.netlifyLine(n, words, &rule)
	}
	if len(r.found)+r.more == before {
		r.source(&rule)
	}
	if len(r.found)+r.more == before {
		r.checkTarget(&rule)
	}
	return rule, len(r.found)+r.more == before
}

func (r *Redirects) at(n int, w token) diag.Pos { return diag.Pos{File: r.file, Line: n, Col: w.col} }

// cloudflareLine: two or three words, and a comment from the third one on.
func (r *Redirects) cloudflareLine(n int, words []token, rule *Rule) {
	if length := len([]rune(r.line(n))); length > maxLine {
		r.mistake(n, 1, "shorten it", "a line of %d characters: Cloudflare takes no more than %d", length, maxLine)
		return
	}
	for i := 2; i < len(words); i++ {
		if words[i].isComment() {
			words = words[:i]
		}
	}
	switch {
	case len(words) == 1:
		r.mistake(n, words[0].col, "write /old /new 301", "a line without a target")
		return
	case len(words) > 3:
		r.mistake(n, words[3].col, "write from, to and status: /old /new 301", "a line with %d words: Cloudflare takes 2 or 3", len(words))
		return
	}
	rule.Target, rule.TargetAt = words[1].text, r.at(n, words[1])
	if len(words) == 3 {
		r.status(n, words[2], rule)
	}
}

// netlifyLine: from, matchers of the query, to, a status, conditions.
func (r *Redirects) netlifyLine(n int, words []token, rule *Rule) {
	for i := range words {
		if words[i].isComment() {
			words = words[:i]
			break
		}
	}
	words = words[1:]
	switch {
	case len(words) == 0:
		r.mistake(n, rule.Pos.Col, "write /old /new 301", "a line without a target")
		return
	case isNumber(strings.TrimSuffix(words[0].text, "!")):
		r.forward(n, words, rule)
		return
	}
	for len(words) > 0 && !isTarget(words[0].text) {
		r.notTarget(n, words[0])
		words = words[1:]
	}
	if len(words) == 0 {
		return
	}
	rule.Target, rule.TargetAt = words[0].text, r.at(n, words[0])
	words = words[1:]
	if len(words) > 0 && !strings.Contains(words[0].text, "=") {
		r.status(n, words[0], rule)
		words = words[1:]
	}
	for _, w := range words {
		r.condition(n, w)
	}
}

// forward reads a line without a target, which Netlify has for paths that are to be answered by
// what is at them, and by no later rule: /a/* 200 is /a/* /a/:splat 200.
func (r *Redirects) forward(n int, words []token, rule *Rule) {
	r.status(n, words[0], rule)
	front, ok := strings.CutSuffix(rule.Path, "/*")
	if !ok || rule.Status != 200 {
		r.mistake(n, words[0].col, "write one in front of the status; only with 200, for a path that ends with /*, it may be left out", "a rule without a target")
		return
	}
	rule.Target, rule.TargetAt, rule.Forward = front+"/:"+splat, r.at(n, words[0]), true
	for _, w := range words[1:] {
		r.condition(n, w)
	}
}

// isTarget: the word is where a rule leads.
func isTarget(s string) bool {
	return strings.HasPrefix(s, "/") || isURL(s)
}

func isURL(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// isNumber: digits alone.
func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// notTarget reports a word in front of a target.
func (r *Redirects) notTarget(n int, w token) {
	if strings.Contains(w.text, "=") {
		r.mistake(n, w.col, "no route looks at the query: remove the rule, or let the page do it", "a rule for requests with %s in their query", w.text)
		return
	}
	hint := "write /" + w.text
	if strings.ContainsAny(w.text, ":.") {
		hint = "write https:// in front of a host's name"
	}
	r.mistake(n, w.col, hint, "the target %q begins neither with / nor with http:// or https://", w.text)
}

// conditionHints say what can be done in place of a condition. Keys are lower case.
var conditionHints = map[string]string{
	"country":  "no route knows where a client is: remove the rule, or ask what is in front of the server to redirect",
	"language": "no route looks at Accept-Language: remove the rule, or link the languages from a page",
	"role":     "no route knows who asks: let what is in front of the server decide",
	"cookie":   "no route looks at cookies: remove the rule",
	"sign":     "there is no proxy, so that nothing is signed: remove the rule",
	"signed":   "there is no proxy, so that nothing is signed: remove the rule",
}

// condition reports one: there is none that a server can ask.
func (r *Redirects) condition(n int, w token) {
	name, _, ok := strings.Cut(w.text, "=")
	hint := conditionHints[strings.ToLower(name)]
	switch {
	case ok && hint != "":
		r.mistake(n, w.col, hint, "the condition %s cannot be met", w.text)
	case ok:
		r.mistake(n, w.col, "remove it", "%s is no condition that Netlify has", w.text)
	default:
		r.mistake(n, w.col, "write from, to and status: /old /new 301", "%q behind the status", w.text)
	}
}

// Statuses of rules, beside those of pages.
var redirectStatuses = map[int]bool{301: true, 302: true, 303: true, 307: true, 308: true}

// status reads 301, and of Netlify 301! and statuses of pages.
func (r *Redirects) status(n int, w token, rule *Rule) {
	text := w.text
	if r.dialect == Netlify {
		text, rule.Force = strings.CutSuffix(text, "!")
	}
	status, err := strconv.Atoi(text)
	allowed, hint := redirectStatuses[status] || status == 200, "write 200, 301, 302, 303, 307 or 308"
	if r.dialect == Netlify {
		allowed, hint = allowed || status >= 400 && status <= 599, "write 301, 302, 303, 307 or 308, 200 for a file, or 404 for a page"
	} else if strings.HasSuffix(text, "!") {
		hint = "a rule of Cloudflare always wins over a file: remove the exclamation mark"
	}
	if err != nil || !isNumber(text) || !allowed {
		r.mistake(n, w.col, statusHint(r.dialect, w.text, hint), "%s is no status of a rule", quoted(w.text))
		return
	}
	rule.Status = status
}

func quoted(s string) string { return fmt.Sprintf("%q", s) }
