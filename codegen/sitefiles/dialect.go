package sitefiles

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Dialect is whose meaning the files have.
type Dialect string

// The dialects.
const (
	Netlify    Dialect = "netlify"
	Cloudflare Dialect = "cloudflare"
)

// Names of the files, at the top of a folder.
const (
	RedirectsFile = "_redirects"
	HeadersFile   = "_headers"
)

// Host is the host's name, in texts.
func (d Dialect) Host() string {
	if d == Cloudflare {
		return "Cloudflare"
	}
	return "Netlify"
}

// defaultStatus is that of a line without a status.
func (d Dialect) defaultStatus() int {
	if d == Cloudflare {
		return 302
	}
	return 301
}

// Guess says which dialect files look like, and by what. Where nothing tells, it is Netlify,
// from which the files come, and the reason is empty. Either text may be empty; names are
// those of all files at the top of the folder.
func Guess(redirects, headers []byte, names []string) (d Dialect, why string) {
	for _, sign := range []struct {
		dialect Dialect
		names   []string
	}{{Netlify, []string{"netlify.toml"}}, {Cloudflare, []string{"_routes.json", "_worker.js", "wrangler.toml", "wrangler.json", "wrangler.jsonc"}}} {
		for _, name := range sign.names {
			if slices.Contains(names, name) {
				return sign.dialect, name + " is beside it"
			}
		}
	}
	if d, why := guessRedirects(string(redirects)); why != "" {
		return d, why
	}
	if d, why := guessHeaders(string(headers)); why != "" {
		return d, why
	}
	return Netlify, ""
}

func guessRedirects(text string) (Dialect, string) {
	for n, line := range lines(text) {
		words := tokens(line)
		if len(words) < 2 || words[0].isComment() {
			continue
		}
		at := func(what string) string { return fmt.Sprintf("%s in line %d of %s", shown(what), n+1, RedirectsFile) }
		path := words[0].text
		if star := strings.IndexByte(path, '*'); star >= 0 && star < len(path)-1 {
			return Cloudflare, at(path)
		}
		if strings.HasSuffix(path, "/*") && foreverTarget.MatchString(words[1].text) {
			return Netlify, at(path + " " + words[1].text)
		}
		if i := slices.IndexFunc(words[1:], token.isComment); i >= 0 {
			words = words[:1+i]
		}
		for _, w := range words[1:] {
			switch {
			case strings.HasSuffix(w.text, "!") && isNumber(strings.TrimSuffix(w.text, "!")), w.text == "404", w.text == "410", w.text == "451":
				return Netlify, at(w.text)
			case strings.Contains(w.text, "=") && !isTarget(w.text):
				return Netlify, at(w.text)
			}
		}
	}
	return "", ""
}

func guessHeaders(text string) (Dialect, string) {
	for n, line := range lines(text) {
		line = strings.TrimSpace(line)
		at := func(what string) string { return fmt.Sprintf("%s in line %d of %s", shown(what), n+1, HeadersFile) }
		name, _, field := strings.Cut(line, ":")
		switch {
		case strings.HasPrefix(line, "! "), strings.HasPrefix(line, "https://"):
			return Cloudflare, at(line)
		case strings.HasPrefix(line, "#"), strings.HasPrefix(line, "/"):
		case field && strings.EqualFold(name, "Basic-Auth"):
			return Netlify, at(name)
		}
	}
	return "", ""
}

// maxShown is how many characters of a file stand in a reason.
const maxShown = 60

// shown is a text as a reason has it: in one line, without what would speak to a terminal, or
// end a comment of a spec.
func shown(text string) string {
	out := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, text))
	if len(out) > maxShown {
		return string(out[:maxShown]) + "…"
	}
	return string(out)
}
