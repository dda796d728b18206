package spec

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/verbosel/verbosel/codegen/internal/lazy"
	"github.com/verbosel/verbosel/codegen/pattern"
)

// A targetHabit is how another tool names a part of the request in the target of a redirect,
// where it would be a literal text here, or a name that nobody knows.
type targetHabit struct {
	like    *lazy.Regexp
	what    string // what it is
	here    string // what is written here; $1 is the name of a parameter, or its number
	literal string // how the same is written where it is meant literally; empty: it has braces
}

const (
	nginxVariable  = "a variable of nginx"
	apacheVariable = "a variable of Apache"
	caddyVariable  = "a placeholder of Caddy"
	literalDollar  = "%24 is a literal dollar sign"
)

// targetHabits are looked for in this order; what one replaces the next ones do not see. They are compiled where one is looked
// for: most runs of the program need none.
var targetHabits = sync.OnceValue(func() []targetHabit {
	return []targetHabit{
		{lazy.New(`(?:\$is_args|\?)\$(?:args|query_string)\b`), nginxVariable, "", literalDollar},
		{lazy.New(`\$\{?(?:http_host|host|hostname|server_name)\b\}?`), nginxVariable, "{host}", literalDollar},
		{lazy.New(`\$\{?(?:request_uri|document_uri|uri)\b\}?`), nginxVariable, "{path}", literalDollar},
		{lazy.New(`\$\{?(?:args|query_string)\b\}?`), nginxVariable, "{query}", literalDollar},
		{lazy.New(`\$\{?scheme\b\}?`), nginxVariable, "https", literalDollar},
		{lazy.New(`%\{(?:HTTP_HOST|SERVER_NAME)\}`), apacheVariable, "{host}", ""},
		{lazy.New(`%\{(?:REQUEST_URI|THE_REQUEST)\}`), apacheVariable, "{path}", ""},
		{lazy.New(`%\{QUERY_STRING\}`), apacheVariable, "{query}", ""},
		{lazy.New(`\{(?:http\.request\.host(?:port)?|hostport)\}`), caddyVariable, "{host}", ""},
		{lazy.New(`\{(?:http\.request\.(?:orig_)?uri(?:\.path)?|uri|uri\.path)\}`), caddyVariable, "{path}", ""},
		{lazy.New(`\{(?:http\.request\.uri\.query|uri\.query|query_string)\}`), caddyVariable, "{query}", ""},
		{lazy.New(`\{(?:http\.request\.)?scheme\}`), caddyVariable, "https", ""},
		{lazy.New(`\{(?:http\.regexp|re)\.(?:\w+\.)?(\w+)\}`), "what a regular expression has matched", "{$1}", ""},
		{lazy.New(`#\{request\.host\}`), "a variable of Ruby", "{host}", ""},
		{lazy.New(`#\{request\.(?:fullpath|path)\}`), "a variable of Ruby", "{path}", ""},
		{lazy.New(`\{\{\s*\.?(\w+)\s*\}\}`), "a placeholder of a template", "{$1}", ""},
		{lazy.New(`\$\{?([1-9])\b\}?|\\([1-9])\b`), "what a regular expression has matched", "{$1$2}", literalDollar},
		{lazy.New(`(/|[?&]\w+=):splat\b`), "what the asterisk of a redirect rule has matched", "$1{*}", "%3A is a literal colon"},
		{lazy.New(`(/|[?&]\w+=):(\w+)[*+?]?`), "a parameter as in Express", "$1{$2}", "%3A is a literal colon"},
		{lazy.New(`<(?:\w+:)?(\w+)>`), "a parameter as in Python's routers", "{$1}", ""},
		{lazy.New(`/\[\[?(?:\.\.\.)?(\w+)\]\]?`), "a file name of a dynamic route", "/{$1}", "%5B and %5D are literal brackets"},
		{lazy.New(`/\*+\w*$`), "a wildcard as in other tools", "/{*}", "%2A is a literal asterisk"},
	}
})

// besideTarget are what other tools write beside a target: a status, in front or behind, a
// word for one, or flags.
var (
	statusInFront = lazy.New(`^(\d{3})\s+(\S+)$`)
	statusBehind  = lazy.New(`^(\S+)\s+(\d{3})!?$`)
	wordBehind    = lazy.New(`(?i)^(\S+)\s+(permanent|html|temporary|redirect|seeother)$`)
	flagsBehind   = lazy.New(`^(\S+)\s+\[([^\]]*)\]$`)
)

// foreignTarget finds what another tool would understand in another way; msg is "" where
// there is nothing. Its hint has the whole target as it is written here, for a route of a pattern.
func foreignTarget(text string, p pattern.Pattern) (msg, hint string) {
	target, status, beside := withoutStatus(text)
	spelt, what, literal := respellTarget(target, p)
	switch {
	case beside && status != 0 && !slices.Contains(redirectStatuses, status):
		return fmt.Sprintf("a target with the status %d beside it, which is no redirect", status), noRewrite
	case beside && status == 0:
		return "a target and more", "write the target alone: redirect: " + quoteTarget(spelt)
	case beside:
		return "a target with its status beside it", fmt.Sprintf("write redirect: %s, and status: %d as a key of its own", quoteTarget(spelt), status)
	case what == "":
		return "", ""
	}
	msg, hint = "the target has "+what, "write "+spelt
	if _, bad, _ := plainTarget(spelt, p); bad != "" {
		hint = "it cannot have that: " + blankNames(p)
		literal = ""
	}
	if literal != "" {
		hint += "; " + literal
	}
	return msg, hint
}

// withoutStatus is a target without what stands beside it, and the status that that means, or
// 0 for none that can be told.
func withoutStatus(text string) (target string, status int, beside bool) {
	text = strings.TrimSpace(text)
	if m := statusInFront.FindStringSubmatch(text); m != nil {
		status, _ = strconv.Atoi(m[1])
		return m[2], status, true
	}
	if m := statusBehind.FindStringSubmatch(text); m != nil {
		status, _ = strconv.Atoi(m[2])
		return m[1], status, true
	}
	if m := wordBehind.FindStringSubmatch(text); m != nil {
		status = map[string]int{"permanent": http.StatusMovedPermanently, "seeother": http.StatusSeeOther}[strings.ToLower(m[2])]
		if status == 0 {
			status = http.StatusFound
		}
		return m[1], status, true
	}
	if m := flagsBehind.FindStringSubmatch(text); m != nil {
		status = http.StatusFound
		for flag := range strings.SplitSeq(m[2], ",") {
			if code, ok := strings.CutPrefix(strings.TrimSpace(flag), "R="); ok {
				status, _ = strconv.Atoi(code)
			}
		}
		return m[1], status, true
	}
	return text, 0, false
}

// respellTarget is a target in the syntax of parseTarget, what was found in it first, and how
// that is written literally.
func respellTarget(text string, p pattern.Pattern) (spelt, what, literal string) {
	at := len(text)
	for _, h := range targetHabits() {
		if m := h.like.FindStringIndex(text); m != nil && (what == "" || m[0] < at) {
			at, what, literal = m[0], h.what, h.literal
		}
		text = h.like.ReplaceAllString(text, h.here)
	}
	return strings.ReplaceAll(parameterNames(text, p), "https://{host}https://", "https://"), what, literal
}

// parameter is one by its name or its number, or * for the last.
var parameter = lazy.New(`\{(\d+|\*)\}`)

// parameterNames puts the names of a pattern's parameters where their numbers are.
func parameterNames(text string, p pattern.Pattern) string {
	names := p.Names()
	return parameter.ReplaceAllStringFunc(text, func(s string) string {
		n, err := strconv.Atoi(s[1 : len(s)-1])
		if err != nil {
			n = len(names)
		}
		if n < 1 || n > len(names) {
			return s
		}
		return "{" + names[n-1] + "}"
	})
}

// quoteTarget is a target as YAML takes it for a text.
func quoteTarget(text string) string {
	if strings.HasPrefix(text, "{") || strings.Contains(text, ": ") || strings.Contains(text, " #") {
		return strconv.Quote(text)
	}
	return text
}
