package e2e

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

const slotted = `
routes:
  - { path: /, body: "Hello, ${NAME}!\n", headers: { X-Version: "v${VERSION:-1.0}" } }
  - path: /json
    json:
      name: "<${NAME}>"
      number: ${COUNT:-3}
  - { path: /plain, body: "plain\n" }`

// Values of the environment stand in responses as the form of their place wants, whatever they
// are; in JSON they are read back as what they were.
func TestSlotsFromEnvironment(t *testing.T) {
	long := strings.Repeat("y", 1024)
	for _, isolation := range []emitted.Variant{emitted.Request, emitted.Connection} {
		b := emitted.BuildText(t, isolation.Spec(`listen: "127.0.0.1:${PORT:-1}"`, slotted))
		for _, v := range []struct{ name, version, count string }{
			{"World", "2", "0"},
			{`"quoted" \ and {braces} ${NAME} %s`, "a\tb", "-1.25e+7"},
			{"ä€𝄞\r\nlines\n\tand tabs\r", "ü", "true"},
			{long, long, strings.Repeat("9", 1024)},
			{strings.Repeat("\n", 512), "", "null"},
			{"=", "=a=", "false"},
		} {
			env := []string{"NAM=x", "NAMES=x", "VERSION=" + v.version, "NAME=" + v.name, "COUNT=" + v.count}
			s := b.Start(t, emitted.Options{Env: env})
			version := v.version
			if version == "" {
				version = "1.0"
			}
			body := "Hello, " + v.name + "!\n"
			head := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nX-Version: v%s\r\nContent-Length: %d\r\n", version, len(body))
			last := "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
			if got, want := s.Ask(t, last), head+"Connection: close\r\n\r\n"+body; got != want {
				t.Errorf("%+v: %q, want %q", v, got, want)
			}
			if got, want := s.Ask(t, strings.Replace(last, "GET", "HEAD", 1)), head+"Connection: close\r\n\r\n"; got != want {
				t.Errorf("%+v, HEAD: %q, want %q", v, got, want)
			}
			if isolation == emitted.Connection {
				want := head + "\r\n" + body + head + "\r\n" + body + head + "Connection: close\r\n\r\n" + body
				if got := s.Ask(t, strings.Repeat(get("/"), 2)+last); got != want {
					t.Errorf("%+v, three at once: %q, want %q", v, got, want)
				}
			}
			_, content, _ := strings.Cut(s.Ask(t, strings.Replace(last, "/", "/json", 1)), "\r\n\r\n")
			isNamed(t, content, v.name, v.count)
			s.Stop()
		}
	}
}

// isNamed: a content is JSON with a name in <> and a number.
func isNamed(t *testing.T, content, name, number string) {
	t.Helper()
	var got struct {
		Name   string
		Number json.RawMessage
	}
	if err := json.Unmarshal([]byte(content), &got); err != nil || got.Name != "<"+name+">" || string(got.Number) != number {
		t.Errorf("%q: %v, want the name %q and the number %s", content, err, name, number)
	}
}

// placed are slots that give a status or stand in files; the log says the status that was sent.
func placed(isolation emitted.Variant) fstest.MapFS {
	return fstest.MapFS{
		emitted.SpecName: {Data: []byte(isolation.Spec("access_log: json\n  listen: \"127.0.0.1:${PORT:-1}\"", `
routes:
  - { path: /down, status: "${STATUS}" }
  - { path: /page, file: page.js, env: true, status: "${STATUS}", headers: { X-Version: "${VERSION:-1}" } }
  - { path: /config.json, file: config.json, env: true }`))},
		"page.js":     {Data: []byte("let a = `$${x}`, b = '${NAME:-n}'\r\n")},
		"config.json": {Data: []byte(`{ "name": "<${NAME}>", "number": ${COUNT:-3} }`)},
	}
}

var loggedStatus = regexp.MustCompile(`"status":(\d+)`)

// A status and what stands in files is of the environment.
func TestSlotsInPlaces(t *testing.T) {
	for _, isolation := range []emitted.Variant{emitted.Request, emitted.Connection} {
		b := emitted.Build(t, placed(isolation))
		for _, v := range []struct{ status, name, count string }{
			{"200", "a", "1"}, {"203", `"\`, "-1e9"}, {"299", "ü\n", "true"}, {"301", " ", "null"}, {"404", "${NAME}", "0"}, {"503", strings.Repeat("x", 1024), "false"}, {"599", "'", "2"},
		} {
			s := b.Start(t, emitted.Options{Env: []string{"STATUS=" + v.status, "NAME=" + v.name, "COUNT=" + v.count}})
			ask := func(method, path string) string {
				return s.Ask(t, method+" "+path+" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
			}
			head, content, _ := strings.Cut(ask("GET", "/page"), "\r\n\r\n")
			if want := "let a = `${x}`, b = '" + v.name + "'\r\n"; content != want || !strings.HasPrefix(head, "HTTP/1.1 "+v.status+" \r\nContent-Type: text/javascript; charset=utf-8\r\nX-Version: 1\r\n") {
				t.Errorf("%+v: %q, %q, want %q", v, head, content, want)
			}
			withoutDate, _, _ := strings.Cut(head, "\r\nDate: ")
			if got, _, _ := strings.Cut(ask("HEAD", "/page"), "\r\nDate: "); got != withoutDate {
				t.Errorf("%+v, HEAD: %q, want %q", v, got, withoutDate)
			}
			if got := ask("GET", "/down"); !strings.HasPrefix(got, "HTTP/1.1 "+v.status+" \r\nContent-Length: 0\r\n") {
				t.Errorf("%+v, a status alone: %q", v, got)
			}
			_, content, _ = strings.Cut(ask("GET", "/config.json"), "\r\n\r\n")
			isNamed(t, content, v.name, v.count)
			want := []string{"200", v.status, v.status, v.status}
			var logged []string
			// A child logs behind its response, and may come behind the next one's.
			await(t, func() bool {
				logged = logged[:0]
				for _, m := range loggedStatus.FindAllStringSubmatch(s.Stdout(), -1) {
					logged = append(logged, m[1])
				}
				return len(logged) >= len(want)
			}, "%+v: the log has not %q", v, want)
			slices.Sort(logged)
			slices.Sort(want)
			if !slices.Equal(logged, want) {
				t.Errorf("%+v: the log has %q, want %q", v, logged, want)
			}
			s.Stop()
		}
	}
}

// A server whose values cannot stand where they should does not start, and says which one.
func TestSlotsRefused(t *testing.T) {
	b := emitted.BuildText(t, emitted.Request.Spec("", slotted))
	const (
		text    = "$NAME must be set to UTF-8 of 1 to 1024 bytes\n"
		escaped = "$NAME must be set to UTF-8 of 1 to 1024 bytes as JSON, of control characters only line breaks and tabs\n"
		field   = "$VERSION must be set to UTF-8 of 1 to 1024 bytes, without control characters, and without spaces around it\n"
		number  = "$COUNT must be set to a JSON number, true, false or null, of at most 1024 bytes\n"
	)
	for _, c := range []struct{ name, env, message string }{
		{"unset", "", text}, {"empty", "NAME=", text}, {"another name", "NAMES=a", text},
		{"long", "NAME=" + strings.Repeat("x", 1025), text}, {"very long", "NAME=" + strings.Repeat("x", 100_000), text},
		{"no UTF-8", "NAME=a\xff", text}, {"half a character", "NAME=\xe2\x82", text}, {"surrogate", "NAME=\xed\xa0\x80", text},
		{"long as JSON", "NAME=" + strings.Repeat("\n", 513), escaped}, {"control character in JSON", "NAME=\x01", escaped},
		{"line feed", "VERSION=a\nX-Evil: 1", field}, {"carriage return", "VERSION=a\r", field}, {"DEL", "VERSION=\x7f", field},
		{"space in front", "VERSION= a", field}, {"space behind", "VERSION=a ", field}, {"tab behind", "VERSION=a\t", field}, {"no UTF-8 in a field", "VERSION=\x80", field},
		{"text", "COUNT=three", number}, {"two", "COUNT=1,2", number}, {"leading zero", "COUNT=01", number}, {"object", "COUNT={}", number},
		{"half a word", "COUNT=tru", number}, {"more than a word", "COUNT=nulll", number}, {"minus", "COUNT=-", number}, {"string", `COUNT="a"`, number}, {"space", "COUNT=1 ", number},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := []string{c.env}
			if c.env == "" {
				env = nil
			}
			if !strings.Contains(c.message, "$NAME") {
				env = append(env, "NAME=n")
			}
			refuses(t, b, env, c.message)
		})
	}
}

// A status that the environment gives is one that has content and needs no field of its own.
func TestSlotsStatusRefused(t *testing.T) {
	b := emitted.Build(t, placed(emitted.Request))
	for _, value := range []string{"", "1", "20", "2000", "099", "100", "199", "204", "205", "206", "304", "401", "405", "407", "426", "600", "999", "OK", "20a", " 200", "200 ", "200\r", "+20", "2e2"} {
		refuses(t, b, []string{"NAME=n", "STATUS=" + value}, "$STATUS must be set to a status from 200 to 599, but 204, 205, 206, 304, 401, 405, 407 and 426\n")
	}
}

const slotTargets = `
routes:
  - { path: /all, redirect: "${TARGET}", query: drop }
  - { path: /base, redirect: "${BASE:-}/x", query: drop }
  - { path: /authority, redirect: "https://${HOST:-a.example}/${PART:-}?q=${QUERY:-}" }
  - { path: /label, redirect: "https://${LABEL:-www}.example.com:${TO:-443}/", query: drop }
  - { path: /place, redirect: "${PLACE:-/}" }
  - { path: /fragment, redirect: "${BASE:-}/y#${QUERY:-}" }`

// A redirect leads to where the environment says, for every request the same.
func TestSlotsInTargets(t *testing.T) {
	long := strings.Repeat("y", 1024)
	for _, isolation := range []emitted.Variant{emitted.Request, emitted.Connection} {
		b := emitted.BuildText(t, isolation.Spec(`listen: "127.0.0.1:${PORT:-1}"`, slotTargets))
		for _, v := range []struct {
			env  []string
			want [6]string
		}{
			{[]string{"TARGET=/"}, [6]string{"/", "/x", "https://a.example/?q=", "https://www.example.com:443/", "/?r=1", "/y?r=1#"}},
			{[]string{"TARGET=https://b.example", "BASE=https://c.example:8443/d//e", "HOST=localhost:1", "PART=a/b%2F..//c", "QUERY=/?a=b&c", "LABEL=x.y", "TO=65535", "PLACE=https://d.example"},
				[6]string{"https://b.example", "https://c.example:8443/d//e/x", "https://localhost:1/a/b%2F..//c?q=/?a=b&c", "https://x.y.example.com:65535/", "https://d.example?r=1", "https://c.example:8443/d//e/y?r=1#/?a=b&c"}},
			{[]string{"TARGET=/a//b?c=//d#e?f", "BASE=/a", "HOST=_x", "PART=" + long, "QUERY=" + long, "LABEL=-", "TO=9", "PLACE=/" + long[1:]},
				[6]string{"/a//b?c=//d#e?f", "/a/x", "https://_x/" + long + "?q=" + long, "https://-.example.com:9/", "/" + long[1:] + "?r=1", "/a/y?r=1#" + long}},
		} {
			s := b.Start(t, emitted.Options{Env: v.env})
			for i, path := range []string{"/all", "/base", "/authority", "/label", "/place", "/fragment"} {
				got := s.Ask(t, "GET "+path+"?r=1 HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
				note := "<!DOCTYPE html>\n<title>Moved Permanently</title>\n<p>Moved Permanently</p>\n"
				want := fmt.Sprintf("HTTP/1.1 301 Moved Permanently\r\nContent-Type: text/html; charset=utf-8\r\nLocation: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", v.want[i], len(note), note)
				if got != want {
					t.Errorf("%q, %s: %q, want %q", v.env, path, got, want)
				}
			}
			s.Stop()
		}
	}
}

const slotCaptures = `
routes:
  - { path: "/news/{rest...}", redirect: "https://${DOMAIN}/${LANG:-}{rest}" }
  - { path: "/users/{id}", redirect: "http://www.${ZONE:-z.example}:${TO:-81}/{id}/${PART:-}?p={path}", query: drop }
  - { path: "/sub/{rest...}", redirect: "https://${SUB:-www}.{host}{path}#${QUERY:-}" }
  - { path: "/base/{rest...}", redirect: "${BASE:-}/{rest}" }
  - { path: "/here/{rest...}", redirect: "/${LANG:-}{rest}" }
  - { path: "*", redirect: "${PLACE:-https://p.example}{path}" }`

// What a client has a share in leads to the host that the environment says, whatever it asks for,
// and with the longest values too; of more than a form has room for there is a 414.
func TestSlotsBesideCaptures(t *testing.T) {
	const note = "<!DOCTYPE html>\n<title>Moved Permanently</title>\n<p>Moved Permanently</p>\n"
	long, tooLong := strings.Repeat("y", 1024), strings.Repeat("z", 15000)
	label := strings.Repeat("h", 1024)
	for _, isolation := range []emitted.Variant{emitted.Request, emitted.Connection} {
		b := emitted.BuildText(t, isolation.Spec(`listen: "127.0.0.1:${PORT:-1}"`+"\n  limits: { head: 16KiB }", slotCaptures))
		for _, c := range []struct {
			env         []string
			path, where string // or a status of three digits
		}{
			{[]string{"DOMAIN=a.example"}, "/news/b?r=1", "https://a.example/b?r=1"},
			{[]string{"DOMAIN=a.example"}, "/news/", "https://a.example/"},
			{[]string{"DOMAIN=a.example"}, "/news/%2Fevil.example", "https://a.example/%2fevil.example"},
			{[]string{"DOMAIN=a.example"}, "/news/@evil.example:80/", "https://a.example/@evil.example:80/"},
			{[]string{"DOMAIN=a.example:8443", "LANG=de/"}, "/news/b", "https://a.example:8443/de/b"},
			{[]string{"DOMAIN=a.example", "TO=443"}, "/users/7%3f%26?r", "http://www.z.example:443/7%3f&/?p=/users/7%3f%26"},
			{[]string{"DOMAIN=a.example", "SUB=x.y"}, "/sub/b?r", "https://x.y.c.example/sub/b?r#"},
			{[]string{"DOMAIN=" + label, "LANG=" + long}, "/news/" + long + "?" + long, "https://" + label + "/" + long + long + "?" + long},
			{[]string{"DOMAIN=a", "ZONE=" + label, "TO=65535", "PART=" + long}, "/users/" + long, "http://www." + label + ":65535/" + long + "/" + long + "?p=/users/" + long},
			{[]string{"DOMAIN=" + label, "LANG=" + long}, "/news/" + tooLong, "414 URI Too Long"},
			{[]string{"DOMAIN=a"}, "/base/b//c?r", "/b//c?r"},
			{[]string{"DOMAIN=a"}, "/base//evil.example", "400 Bad Request"},
			{[]string{"DOMAIN=a", "BASE="}, "/base//evil.example", "400 Bad Request"},
			{[]string{"DOMAIN=a", "BASE=https://b.example/c"}, "/base/d", "https://b.example/c/d"},
			{[]string{"DOMAIN=a"}, "/base/", "/"},
			{[]string{"DOMAIN=a"}, "/base/%5Cevil.example", "/%5cevil.example"},
			{[]string{"DOMAIN=a"}, "/here//evil.example", "400 Bad Request"},
			{[]string{"DOMAIN=a", "LANG=de/"}, "/here/b", "/de/b"},
			{[]string{"DOMAIN=a"}, "//evil.example", "https://p.example//evil.example"},
			{[]string{"DOMAIN=a", "PLACE=/b"}, "//evil.example/?r", "/b//evil.example/?r"},
		} {
			s := b.Start(t, emitted.Options{Env: c.env})
			got := s.Ask(t, "GET "+c.path+" HTTP/1.1\r\nHost: c.example:1\r\nConnection: close\r\n\r\n")
			want := fmt.Sprintf("HTTP/1.1 301 Moved Permanently\r\nContent-Type: text/html; charset=utf-8\r\nLocation: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", c.where, len(note), note)
			if c.where[0] == '4' {
				want = "HTTP/1.1 " + c.where + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
			}
			if got != want {
				t.Errorf("%.200q, %.200s: %.200q, want %.200q", c.env, c.path, got, want)
			}
			s.Stop()
		}
	}
}

// Beside parts of the request a value is refused as it is without them.
func TestSlotsBesideCapturesRefused(t *testing.T) {
	b := emitted.BuildText(t, emitted.Request.Spec("", slotCaptures))
	const (
		label = "a part of a host's name: letters, digits, dots, hyphens and underscores"
		part  = "a part of a path that begins with no slash, percent-encoded and without quotes"
	)
	for _, c := range []struct {
		name, what string
		values     []string
	}{
		{"DOMAIN", "the name of a host or an IPv4 address, with a port or without", []string{"", "a.example/", "/evil", "u@a.example", "a:", "a:0", "a?b", "a#b", `a\b`, "[::1]", "a%2eb", "a\r\nb"}},
		{"LANG", part, []string{"/", "//evil", `\`, "a?", "a#", "%2"}},
		{"ZONE", label, []string{"a/", "a@", "a:80", "a?", "%2e"}},
		{"TO", "a port from 1 to 65535", []string{"0", "1/", "1@a"}},
		{"PART", part, []string{"/a", "a?"}},
		{"SUB", label, []string{"a/", "a@", "a:80", "[::1]"}},
		{"QUERY", "a part of a query, percent-encoded and without quotes", []string{"#", "%", "\r\n"}},
	} {
		for _, value := range c.values {
			env := []string{c.name + "=" + value}
			if c.name != "DOMAIN" {
				env = append(env, "DOMAIN=a.example")
			}
			refuses(t, b, env, "$"+c.name+" must be set to "+c.what+", of at most 1024 bytes\n")
		}
	}
}

// A value that is no part of a target, or would turn it to another host, ends the start.
func TestSlotsTargetRefused(t *testing.T) {
	b := emitted.BuildText(t, emitted.Request.Spec("", slotTargets))
	const (
		target = "a path that begins with one slash, or a URL of http or https, percent-encoded and without quotes"
		base   = "a URL of http or https such as https://example.com, or a path that begins with one slash; without a slash at its end, a query and quotes, percent-encoded"
		place  = "a path that begins with one slash, or a URL of http or https, without a query, percent-encoded and without quotes"
		host   = "the name of a host or an IPv4 address, with a port or without"
		part   = "a part of a path that begins with no slash, percent-encoded and without quotes"
		query  = "a part of a query, percent-encoded and without quotes"
		label  = "a part of a host's name: letters, digits, dots, hyphens and underscores"
		to     = "a port from 1 to 65535"
	)
	for _, c := range []struct {
		name, what string
		values     []string
	}{
		{"TARGET", target, []string{"", "//evil.example", `/\evil.example`, `\\evil.example`, "///evil", "evil.example", "javascript:alert(1)", "data:,x", "ftp://a.example/", "HTTPS://a.example/",
			"https:/a.example", "https:a.example", "https://", "https:///a.example", `https:/\evil.example`, "https://u@evil.example/", "https://u:p@evil.example", `https://a.example\@evil.example/`, "https://[::1]/", "https://a.example:0/", "https://a.example:65536/", "https://a.example:/", "https://-a.example/", "https://a%2eexample/",
			"/a b", " /a", "/a ", "/a\r\nX-Evil: 1", "/a\nb", "/a\rb", "/\t", "/\x01", "/\x7f", `/"`, "/'", "/ü", "/\xff", "/%", "/%4", "/%4g", "/<a>", "/{a}", "/a|b", "/a^b", "/`", "/a#b#c", "/" + strings.Repeat("a", 1024)}},
		{"BASE", base, []string{"/", "//evil.example", "/a/", "https://a.example/", "https://a.example/b?c", "/a?b", "/a#b", "a", `/\evil`, "javascript:a", "https://u@a.example", "/a\r\nb", "/a'b"}},
		{"PLACE", place, []string{"//evil.example", `/\\evil`, "/a?b", "/a#b", "https://a.example?b", "https://a.example/#", "javascript:a", "a", "/a\r\nb"}},
		{"HOST", host, []string{"a.example/", "a.example/b", "u@a.example", "a:b", "a:", ":80", "a:80:80", "a?b", "a#b", `a\b`, "a b", "a%41", "[::1]", ".a", "a\r\nb", "ä"}},
		{"PART", part, []string{"/evil", "//evil", `\evil`, "a?b", "a#b", "a b", "%0", "a\r\nX: 1", `a"`, "a'"}},
		{"QUERY", query, []string{"a#b", "a b", "%zz", "a\nb", `"`, "'", "ü", `\`}},
		{"LABEL", label, []string{"a/", "a/b", "a:80", "u@a", "a?", "a#", `a\`, "a b", "%41", "\r\n"}},
		{"TO", to, []string{"0", "080", "65536", "99999", "100000", "http", "-1", "+1", "1 ", "1/", "1@a.example"}},
	} {
		for _, value := range c.values {
			env := []string{c.name + "=" + value}
			if c.name != "TARGET" {
				env = append(env, "TARGET=/")
			}
			refuses(t, b, env, "$"+c.name+" must be set to "+c.what+", of at most 1024 bytes\n")
		}
	}
}
