package prove_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/codegen/internal/unproved"
	"github.com/verbosel/verbosel/codegen/spec"
	"github.com/verbosel/verbosel/codegen/verify"
	"github.com/verbosel/verbosel/codegen/verify/prove"
)

const examples = "../../../examples"

func init() { unproved.Allow() } // each is proved here

// TestMatrix proves the servers of the matrix.
func TestMatrix(t *testing.T) {
	testtool.Long(t, "proves a server for all that a spec can ask for")
	for name, fsys := range matrix() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proves(t, fsys)
		})
	}
}

// matrix is what specs can ask for: each content under each isolation, with each set of
// system calls once, and then one content at each kind of address, limit and log.
func matrix() iter.Seq2[string, fs.FS] {
	return func(yield func(string, fs.FS) bool) {
		more := true
		server := func(name, spec string) { more = more && yield(name, files(spec)) }
		calls := map[string]string{"request": "hardened", "connection": "ten"}
		for _, c := range contents {
			for isolation, calls := range calls {
				server(c.name+"/"+isolation+"/"+calls, fmt.Sprintf("server:\n  isolation: %s\n  syscalls: %s\n%s", isolation, calls, c.spec))
			}
		}
		for _, c := range servers {
			for _, isolation := range []string{"request", "connection"} {
				server(c.name+"/"+isolation, fmt.Sprintf("server:\n  isolation: %s\n%s%s", isolation, c.spec, twoRoutes))
			}
			dated := map[string]string{"vast-bodies": "    last_modified: 2026-01-01\n"}[c.name] // what a date costs, times a body's bytes, was no number
			server(c.name+"/dir", "server:\n  isolation: connection\n"+c.spec+folder+dated)
			if strings.Contains(c.name, "log-json") || c.name == "clock" {
				server(c.name+"/site-files", "server:\n  isolation: connection\n"+c.spec+hosted)
			}
		}
	}
}

// Facts that were dropped for want of room made a proof fail: of what is put together for a
// client that is refused.
func TestCrowdedServer(t *testing.T) {
	proves(t, files(`server:
  isolation: connection
  access_log: json
  listen: "unix:/run/s"
  limits: { head: 1KiB, body: 99, requests: 3 }
routes:
  - path: /
    method: [GET, POST]
    body: "root\n"
  - path: /large
    file: big.bin
  - path: /none
    status: 204
  - path: /old
    redirect: /new
errors:
  404: { body: "nothing here\n" }
`))
}

// What is put together for a client, and what is noted for the log, are places that were
// written up to a variable. There was room for four of them, and servers of hosts, folders
// with dates, forms and a log have more.
func TestCrowdedLog(t *testing.T) {
	testtool.Long(t, "proves two servers of all that a log has")
	for _, log := range []string{"common", "combined"} {
		proves(t, files("server: { access_log: "+log+`, listen: "[::]:8080", limits: { head: 1KiB, body: 99, requests: 3 } }
routes:
  - path: /
    dir: public
    last_modified: 2026-01-01
  - path: /old
    redirect: /new
  - path: /news/{rest...}
    redirect: https://blog.example.com/{rest}?q={path}
  - path: /f
    method: [GET, POST]
    file: big.bin
  - path: /health
    log: false
    body: x
hosts:
  www.example.com:
    redirect: https://example.com{path}
  example.org:
    routes:
      - path: /{a}/{b...}
        redirect: https://{host}/{b}/{a}
errors:
  404: { body: nothing }
  400: { file: big.bin }
`))
	}
}

// TestPatternsInConnection: how far the segments of a path go was paid for by each request and
// each segment, 540,897,884 instructions, as what is left of the buffer behind the path's start
// was not counted while that was kept on the stack.
func TestPatternsInConnection(t *testing.T) {
	linear(t, proves(t, inConnection("routes:\n  - path: /a/{x}/b\n    body: x\n")))
}

// TestLookupsInConnection: where ways to a lookup differ in how much is read behind the text, its loop
// was widened before the one came that leaves the least; of the fact that the text ends within what was
// read only that the length less a word does so was left, and 8 bytes "at stack[-32813..-16451] are not
// known to have been written since this request of the connection began", in find_compare or find_word.
func TestLookupsInConnection(t *testing.T) {
	proves(t, files(`server: { isolation: connection }
routes:
  - path: /{rest...}
    redirect: https://{host}/to{path}
  - path: /segment-longer-than-a-word/me/{a}/b
    body: b
  - path: /a/literal/path/that/is/longer/than/most
    body: a
hosts:
  a.example:
    routes:
      - path: /segment-longer-than-a-word/{id}
        body: b
`))
}

// inConnection is a spec with the largest head.
func inConnection(spec string) fs.FS {
	return files("server: { isolation: connection, limits: { head: 64KiB } }\n" + spec)
}

// linear fails where a run takes more than 1,000 instructions for each byte of the largest head.
func linear(t *testing.T, r *prove.Result) *prove.Worst {
	t.Helper()
	w, err := r.Bounds()
	if err != nil {
		t.Fatal(err)
	}
	if most := int64(1_000 << 16); w.Child.Instructions > most {
		t.Errorf("%d instructions behind a read at most: more than 1,000 for each byte of the head, %d", w.Child.Instructions, most)
	}
	return w
}

// Where all paths are long and of different lengths, the loop that compares one with the
// route's counts up to a length that is no constant, and came round so often that what it
// counts was widened before it was known to end within the path: 8 bytes "at
// stack[-16614..-216] are not known to have been written".
func TestLongPaths(t *testing.T) {
	for _, lengths := range [][]int{{85, 41}, {65, 50, 200}} {
		spec := "routes:\n"
		for i, n := range lengths {
			spec += fmt.Sprintf("  - path: /%s\n    status: 204\n", strings.Repeat(string(rune('a'+i)), n-1))
		}
		proves(t, files(spec))
	}
}

// TestLongPathInSmallFrame: where every error has a body of its own the frame ends close
// behind the head, and a path's words are in it only because its length is known. What the
// length said of the path's start was forgotten.
func TestLongPathInSmallFrame(t *testing.T) {
	spec := "routes:\n  - path: /" + strings.Repeat("a", 63) + "\n    status: 204\nerrors:\n"
	for _, status := range []int{400, 404, 405, 408, 413, 414, 417, 431, 501, 503, 505} {
		spec += fmt.Sprintf("  %d: { body: x }\n", status)
	}
	proves(t, files(spec))
}

// That what waits to be written is as long as its variable says was forgotten where another
// variable, of 0 or 1, is as small as that too: see TestCountsTo.
func TestSlotsBesideFiles(t *testing.T) {
	testtool.Long(t, "proves a server of many responses")
	fsys := files(`server: { isolation: connection, listen: "unix:/run/site.sock" }
routes:
  - path: /
    method: [PATCH]
    headers: { X-Slot: "${C:-}" }
    json: [ "` + strings.Repeat("0123456789abcdef", 44) + `${C:-}" ]
  - path: /
    method: [POST, OPTIONS]
    body: a
errors:
  413: { body: b }
  414: { body: c }
  417: { body: d }
  431: { file: blob }
  501: { body: e }
  503: { body: f }
  505: { file: page.html }
`).(fstest.MapFS)
	fsys["blob"] = &fstest.MapFile{Data: bytes.Repeat([]byte{0x89}, 3186)}
	fsys["page.html"] = &fstest.MapFile{Data: bytes.Repeat([]byte("x"), 4761)}
	proves(t, fsys)
}

// TestSlotsHeadersLarge: what is pipelined behind content that is sent from where it is stored. Responses to which lines are added
// waited for others, and of what waited not every byte was known to have been written.
func TestSlotsHeadersLarge(t *testing.T) {
	fsys := files(`server: { isolation: connection }
headers: { X-Slot: "${A}" }
routes:
  - { path: /, method: PUT, file: large.bin }
`).(fstest.MapFS)
	fsys["large.bin"] = &fstest.MapFile{Data: bytes.Repeat([]byte{0x89}, 65<<10)}
	proves(t, fsys)
}

// TestParentAnswers: the response of a parent that gets no process for a client is another
// client's, and no read of the next one comes behind it. It took what was written for that
// before its first read.
func TestParentAnswers(t *testing.T) {
	for _, isolation := range []string{"request", "connection"} {
		proves(t, files("server: { isolation: "+isolation+" }\nroutes:\n  - path: /\n    file: public/a.txt\nerrors:\n  503: { body: busy }\n"))
	}
}

// TestParentAnswersSlots: likewise where it is put together of the environment, with a date and without one, and with fields that
// are added to it.
func TestParentAnswersSlots(t *testing.T) {
	testtool.Long(t, "proves twelve servers whose errors have slots")
	for _, isolation := range []string{"request", "connection"} {
		for _, more := range []string{"", ", clock: true", ", access_log: common"} {
			t.Run(isolation+more, func(t *testing.T) {
				t.Parallel()
				proves(t, files("server: { isolation: "+isolation+more+" }\nroutes:\n"+slots+slotErrors))
				proves(t, files("server: { isolation: "+isolation+more+" }\n"+slotHeaders+"routes:\n"+slots+slotErrors))
			})
		}
	}
}

// TestLargeErrors: the second write of a response goes on as the first one does. Told apart,
// the two lost where large contents end.
func TestLargeErrors(t *testing.T) {
	for _, isolation := range []string{"request", "connection"} {
		proves(t, files("server: { isolation: "+isolation+" }\nroutes: []\nerrors:\n  408: { file: public/image.png }\n  414: { body: \""+strings.Repeat("0123456789abcdef", 20)+"\" }\n"))
	}
}

// TestProtected crosses auth with what else takes variables and loops.
func TestProtected(t *testing.T) {
	testtool.Long(t, "proves 10 servers")
	crowd := "auth:\n  realm: Crowd\n  users:\n"
	for i := range spec.MaxUsers {
		crowd += fmt.Sprintf("    user-%d: ${%s_%d}\n", i, strings.Repeat("P", spec.MaxVariable-3), i)
	}
	for _, server := range []string{"access_log: common", "access_log: json", "clock: true", "limits: { head: 1KiB, body: 99 }"} {
		for _, isolation := range []string{"request", "connection"} {
			t.Run(server+"/"+isolation, func(t *testing.T) {
				t.Parallel()
				proves(t, files("server: { isolation: "+isolation+", "+server+" }\n"+staff+folder+"  - path: /news/{rest...}\n    redirect: https://n.example/{rest}\n"))
			})
		}
	}
	for _, isolation := range []string{"request", "connection"} {
		t.Run("crowd/"+isolation, func(t *testing.T) {
			t.Parallel()
			proves(t, files("server: { isolation: "+isolation+", access_log: json }\n"+crowd+folder))
		})
	}
}

// What waits to be written ends where its buffer does. As that was known only where a head
// may be as large as the buffer, what is behind it, a request's credentials, seemed to be
// written to the client, and the rest of the input to be another request's: "16 bytes at
// stack[-24680..-16489] are not known to have been written".
func TestProtectedHeads(t *testing.T) {
	for _, head := range []string{"8192", "40762"} {
		proves(t, files("server: { isolation: connection, limits: { head: "+head+" } }\nauth: { realm: A, users: { alice: secret } }\nroutes:\n  - path: /\n    body: a\n  - path: /b\n    body: b\n"))
	}
}

// TestManyRoutes proves servers of as many routes as a spec may have, in memory that grows
// with them: 85,000 were refused.
func TestManyRoutes(t *testing.T) {
	testtool.Long(t, "compiles and proves a server of 100,000 routes")
	for _, n := range []int{85_000, 100_000} {
		r := proves(t, files(many(n)))
		base, perRoute := int64(48<<20), int64(300) // bytes
		if held := r.Held(); held > base+perRoute*int64(n) {
			t.Errorf("%d routes: %d MiB held", n, held>>20)
		} else {
			t.Logf("%d routes: %d MiB held", n, held>>20)
		}
	}
}

// TestLoggedFolders: dev serves such ones. A line that waited for its response was known by
// its length; where a process ends that has read but sent nothing, that was forgotten.
func TestLoggedFolders(t *testing.T) {
	testtool.Long(t, "proves six servers of folders with a log")
	spa := map[bool]string{true: "    spa: index.html\n"}
	for i, log := range []string{"common", "combined", "json"} {
		for j, isolation := range []string{"request", "connection"} {
			proves(t, files("server: { access_log: "+log+", isolation: "+isolation+" }\n"+folder+"    encodings: []\n"+spa[(i+j)%2 == 0]))
		}
	}
}

// TestLoggedSlots: the status that the environment gives is in the log too.
func TestLoggedSlots(t *testing.T) {
	testtool.Long(t, "proves six servers of slots with a log")
	for _, log := range []string{"common", "combined", "json"} {
		for _, isolation := range []string{"request", "connection"} {
			t.Run(log+"/"+isolation, func(t *testing.T) {
				t.Parallel()
				proves(t, files("server: { access_log: "+log+", isolation: "+isolation+" }\nroutes:\n"+placed+"  - path: /b\n    status: 503\n    headers: { Retry-After: \"${SECONDS:-5}\" }\n"))
			})
		}
	}
}

type variant struct{ name, spec string }

const (
	twoRoutes = "routes:\n  - path: /\n    body: hi\n  - path: /a/b\n    method: [GET, POST]\n    json: { a: 1 }\n"
	folder    = "routes:\n  - path: /\n    dir: public\n"
)

// contents are specs without their server section.
var contents = []variant{
	{"one", "routes:\n  - path: /\n    body: hi\n"},
	{"two", twoRoutes},
	{"methods", "routes:\n  - path: /m\n    method: [PUT, PATCH, DELETE]\n    status: 204\n  - path: /m\n    body: m\n"},
	{"redirects", "routes:\n  - path: /\n    redirect: /a\n  - path: /a\n    redirect: https://example.com/\n    status: 302\n"},
	{"query", "routes:\n  - path: /a\n    redirect: /b#f\n"},
	{"blanks", "routes:\n  - path: /a\n    redirect: /b\n    method: [GET, POST]\n  - path: /b\n    redirect: \"{path}/x\"\n  - path: /c\n    redirect: https://www.{host}{path}?a&{query}\n"},
	{"blanks-many", many(20) + "  - path: /a\n    redirect: /b\n  - path: /abc\n    redirect: https://x.example{path}\n  - path: /c\n    redirect: /c/d\n    query: drop\n"},
	{"errors", "routes:\n  - path: /\n    body: hi\nerrors:\n  404: { body: none }\n  400: { json: { bad: true } }\n  405: { body: no }\n  413: { body: large }\n"},
	{"file", "routes:\n  - path: /big\n    file: big.bin\n  - path: /small\n    file: public/a.txt\n"},
	{"apart", "routes:\n  - path: /a\n    file: big.bin\n  - path: /b\n    file: big.bin\n    headers: { X-B: b }\n  - path: /c\n    body: c\n"},
	{"headers", "headers:\n  X-One: \"1\"\nroutes:\n  - path: /\n    headers: { X-Two: \"2\" }\n    body: hi\n"},
	{"dir", folder},
	{"dir-urls", "routes:\n  - path: /\n    dir: public\n    clean_urls: true\n  - path: /api\n    json: [1]\n"},
	{"spa", "routes:\n  - path: /\n    dir: public\n    spa: index.html\n"},
	{"markdown", "routes:\n  - path: /\n    dir: public\n    markdown: true\n    last_modified: 2026-01-01\n"},
	{"markdown-pages", "routes:\n  - path: /\n    dir: pages\n    markdown: true\n"},
	{"markdown-spa", staff + "routes:\n  - path: /\n    dir: public\n    markdown: true\n    clean_urls: true\n    spa: index.html\n  - path: /u/{id}\n    redirect: /v/{id}\n"},
	{"plain-dir", "routes:\n  - path: /d/\n    dir: public\n    encodings: []\n"},
	{"many", many(150)},
	{"every", "routes:\n  - path: \"*\"\n    method: any\n    status: 503\n  - path: /healthz\n    body: ok\n"},
	{"every-many", many(150) + "  - path: \"*\"\n    body: any\n    log: false\n"},
	{"patterns", "routes:\n  - path: /u/{id}\n    body: u\n  - path: /u/me\n    body: me\n  - path: /{a}/{b}/{c...}\n    method: POST\n    body: rest\n"},
	{"patterns-long", "routes:\n  - path: /api/segments-longer-than-a-word/{id}/items\n    body: i\n  - path: /news/{rest...}\n    redirect: /\n    log: false\n"},
	{"patterns-one", "routes:\n  - path: /{id}\n    body: u\n"},
	{"patterns-dir", "routes:\n  - path: /\n    dir: public\n    spa: index.html\n  - path: /api/{id}\n    method: [GET, POST]\n    body: u\n"},
	{"hosts", "routes:\n  - path: /u/{id}\n    body: u\nhosts:\n  example.com:\n    routes:\n      - path: /\n        body: e\n  \"*.example.com\":\n    redirect: https://example.com/\n  \"[::1]\":\n    routes:\n      - path: /{rest...}\n        body: six\n"},
	{"hosts-dir", folder + "    last_modified: 2026-01-01\nhosts:\n  example.org:\n    routes:\n      - path: /{a}/{b...}\n        body: x\n  \"*.example.org\":\n    routes:\n      - path: /\n        file: big.bin\n"},
	{"hosts-only", "hosts:\n  example.com:\n    routes:\n      - path: /\n        body: e\n"},
	{"captures", "routes:\n  - path: /news/{rest...}\n    redirect: https://blog.example.com/{rest}\n  - path: /u/{id}/{name}\n    redirect: /{name}?id={id}\n  - path: /{rest...}\n    redirect: https://example.com/{rest}\n"},
	{"captures-every", "routes:\n  - path: /{all...}\n    redirect: https://b.example/{all}\n"},
	{"captures-hosts", "routes:\n  - path: /a\n    body: a\nhosts:\n  www.example.com:\n    redirect: https://example.com{path}\n  example.org:\n    routes:\n      - path: /{a}/{b...}\n        redirect: https://{host}/{b}/{a}\n"},
	{"query-dir", folder + "  - path: /old\n    redirect: /new\n  - path: /news/{rest...}\n    redirect: https://blog.example.com/{rest}\n"},
	{"site-files", hosted},
	{"https", "https: required\n" + twoRoutes},
	{"https-errors", "https: required\nroutes:\n  - path: /\n    body: hi\nerrors:\n  404: { body: none }\n  400: { json: { bad: true } }\n  503: { body: busy }\n"},
	{"https-query", "https: required\nroutes:\n  - path: /a\n    redirect: /b#f\n  - path: /c\n    redirect: https://www.{host}{path}?a&{query}\n"},
	{"https-dir", "https: required\n" + folder},
	{"https-captures", "https: required\nroutes:\n  - path: /news/{rest...}\n    redirect: https://blog.example.com/{rest}\n"},
	{"https-host", "routes:\n  - path: /\n    body: a\nhosts:\n  example.com:\n    https: required\n    routes:\n      - path: /\n        body: e\n"},
	{"https-hosts", "https: required\nroutes:\n  - path: /u/{id}\n    redirect: /v/{id}\nhosts:\n  \"*.example.com\":\n    https: optional\n    redirect: https://example.com{path}\n  example.org:\n    headers: { Strict-Transport-Security: max-age=7 }\n    routes:\n      - path: /old\n        redirect: /new\n"},
	{"nested-404", "routes:\n  - path: /\n    dir: nested\n    spa: index.html\n"},
	{"patterns-many", many(150) + patterns(150)},
	{"slots", "routes:\n" + slots},
	{"slots-dir", folder + slots + "  - path: /news/{rest...}\n    redirect: https://n.example/{rest}\n"},
	{"slots-places", "routes:\n" + placed},
	{"slots-places-dir", folder + placed},
	{"slots-errors", "routes:\n" + slots + slotErrors},
	{"slots-errors-hosts", staff + folder + slotErrors + "  401: { body: \"${CONTACT:-us}\" }\nhosts:\n  b.example:\n    routes:\n      - path: /\n        body: b\n    errors:\n      404: { body: \"${HOST}\" }\n"},
	{"slots-headers", slotHeaders + twoRoutes + "errors:\n  404: { body: none }\n  503: { body: busy }\n"},
	{"slots-headers-alone", slotHeaders + twoRoutes + overriding},
	{"slots-headers-dir", slotHeaders + folder + "    last_modified: 2026-01-01\n    headers: { X-Dir: \"${DIR:-}\" }\n" + overriding + slotErrors},
	{"slots-headers-queries", slotHeaders + "routes:\n" + queries + overriding},
	{"slots-headers-hosts", staff + slotHeaders + folder + slots + mixed + overriding + slotErrors + "hosts:\n  b.example:\n    https: required\n    headers: { X-Version: \"b${VERSION}\" }\n    redirect: https://${HOST}{path}\n  \"*.b.example\":\n    headers: { X-Version: b }\n    routes:\n      - path: /{a}/{b...}\n        redirect: https://${HOST}/{b}/${P:-}/{a}\n      - path: /s\n        body: ${HOST}\n"},
	{"slots-targets", "routes:\n" + targets},
	{"slots-targets-hosts", staff + "routes:\n" + targets + "  - path: /news/{rest...}\n    redirect: https://n.example/{rest}\nhosts:\n  b.example:\n    https: required\n    routes:\n      - path: \"*\"\n        method: any\n        redirect: https://${HOST}/?h=b\n  c.example:\n    redirect: https://${HOST}/\n"},
	{"slots-queries", "routes:\n  - path: /t\n    redirect: ${TARGET:-/new}\n  - path: /b\n    method: [GET, POST]\n    redirect: ${BASE:-}/x/${P}#${F:-f}\n"},
	{"slots-queries-hosts", staff + folder + queries + "  - path: /news/{rest...}\n    redirect: https://n.example/{rest}\nhosts:\n  b.example:\n    https: required\n    redirect: https://${HOST}/\n  \"*.b.example\":\n    routes:\n      - path: /{a}/{b...}\n        redirect: https://{host}/{b}/{a}\n      - path: /s\n        body: ${HOST}\n"},
	{"slots-captures", "routes:\n" + mixed},
	{"slots-captures-hosts", staff + folder + mixed + "hosts:\n  b.example:\n    https: required\n    redirect: https://${HOST}{path}\n  \"*.b.example\":\n    routes:\n      - path: /{a}/{b...}\n        redirect: https://${HOST}/{b}/${P:-}/{a}\n      - path: /s\n        body: ${HOST}\n"},
	{"slots-places-hosts", staff + "routes:\n" + placed + "hosts:\n  b.example:\n    routes:\n      - path: /\n        status: ${STATUS:-503}\n"},
	{"slots-hosts", staff + "routes:\n" + slots + "hosts:\n  b.example:\n    routes:\n      - path: /\n        body: ${HOST}\n"},
	{"auth", "routes:\n  - path: /\n    body: a\n  - path: /b\n    method: [GET, POST]\n    body: b\n    auth: { realm: B, users: { b: c, \"\u00fc\": d } }\n  - path: /c/{rest...}\n    redirect: https://c.example/{rest}\n    auth: { realm: C, users: { b: c } }\n"},
	{"auth-dir", staff + folder + "    spa: index.html\n  - path: /healthz\n    body: ok\n    auth: none\n"},
	{"auth-one", "auth: { realm: A, users: { alice: \"${PASSWORD}\" } }\nroutes:\n  - path: /\n    body: a\n"},
	{"auth-hosts", staff + "routes:\n  - path: /\n    body: a\nhosts:\n  b.example:\n    auth: none\n    routes:\n      - path: /\n        body: b\n  \"*.c.example\":\n    auth: { realm: C, users: { c: \"${C_PASSWORD}\" } }\n    redirect: https://c.example{path}\n"},
}

// slots are routes that have values of the environment, of every form.
const slots = "  - path: /s\n    method: [GET, POST]\n    body: \"Hello, ${NAME:-World}!\"\n    headers: { X-Version: \"${VERSION}\" }\n  - path: /j\n    json:\n      name: \"${NAME}\"\n      number: ${N:-3}\n  - path: /204\n    status: 204\n    headers: { X-Version: \"v${VERSION}\" }\n"

// slotErrors are error responses that have values of the environment, the parent's own among them.
const slotErrors = "errors:\n  400: { body: \"ask ${CONTACT:-us}\" }\n  404: { json: \"${CONTACT:-us}\", headers: { X-Contact: \"${CONTACT:-us}\" } }\n  405: { body: \"no\", headers: { X-Contact: \"${CONTACT:-us}\" } }\n  413: { body: large }\n  503: { body: \"busy, ask ${CONTACT:-us}\", headers: { Retry-After: \"${SECONDS:-5}\" } }\n"

// slotHeaders are fields of all responses that have values of the environment.
const slotHeaders = "headers:\n  X-Version: \"v${VERSION}\"\n  X-Name: \"${NAME:-x}, ${NAME:-x}\"\n"

// overriding are routes that replace some of them.
const overriding = "  - path: /x\n    body: x\n    headers: { X-Version: x }\n  - path: /y\n    redirect: /z\n    headers: { X-Name: \"${VERSION}\" }\n"

// targets are redirects to where the environment says, by slots of every form.
const targets = "  - path: /t\n    redirect: ${TARGET:-/new}\n    query: drop\n  - path: /b\n    method: [GET, POST]\n    redirect: ${BASE:-}/x/${P}?y=${Q:-}#f\n  - path: /h\n    redirect: https://${HOST}/\n    query: drop\n  - path: /l\n    redirect: https://${SUB:-www}.example.com:${TO:-443}/x\n    query: drop\n  - path: /s\n    body: \"${NAME:-x}\"\n  - path: /q\n    redirect: /q2\n"

// queries are such that the request's query goes along with.
const queries = "  - path: /tq\n    redirect: ${TARGET:-/new}\n  - path: /bq\n    method: [GET, POST]\n    redirect: ${BASE:-}/x/${P}#${F:-f}\n  - path: /p\n    redirect: /plain\n"

// mixed are such that have more of the request.
const mixed = "  - path: /news/{rest...}\n    redirect: https://${HOST}/${P:-}{rest}\n  - path: /u/{id}/{name}\n    method: [GET, POST]\n    redirect: http://www.${HOST:-a}:${TO:-80}/{name}/${P}?id={id}&p={path}&{query}\n    query: drop\n  - path: /sub\n    redirect: https://${SUB:-www}.{host}{path}\n  - path: /b/{rest...}\n    redirect: ${BASE:-}/{rest}\n  - path: /c/{id}\n    redirect: ${BASE:-/d}{path}\n    query: drop\n  - path: /p\n    redirect: /plain\n"

// placed are routes that have values of the environment in other places.
const placed = "  - path: /page\n    file: env.html\n    env: true\n    status: ${STATUS:-200}\n    headers: { X-Version: \"${VERSION}\" }\n  - path: /config.json\n    file: env.json\n    env: true\n  - path: /down\n    method: [GET, POST]\n    status: ${STATUS:-503}\n  - path: /s\n    body: plain\n"

// staff protects a spec by two passwords from the environment.
const staff = "auth: { realm: Staff, users: { alice: \"${ALICE_PASSWORD}\", bob: \"${BOB_PASSWORD}\" } }\n"

// patterns are n routes with parameters, for a spec that has begun.
func patterns(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  - path: /collection-%d/{id}/{rest...}\n    body: r%d\n", i, i)
	}
	return b.String()
}

// servers are keys of the server section.
var servers = []variant{
	{"tcp4", "  listen: \"127.0.0.1:8080\"\n"},
	{"port", "  listen: \"0.0.0.0:${PORT:-8080}\"\n"},
	{"port-needed", "  listen: \"[::]:${HTTP_PORT}\"\n"},
	{"tcp6", "  listen: \"[::]:8080\"\n"},
	{"unix", "  listen: \"unix:/run/x.sock\"\n"},
	{"systemd", "  listen: systemd\n"},
	{"systemd-log", "  listen: systemd\n  access_log: json\n"},
	{"systemd-clock", "  listen: systemd\n  clock: true\n"},
	{"shared", "  listen: { address: \"[::]:${PORT:-8080}\", reuse_port: true }\n"},
	{"hosts-large", "  access_log: json\n  limits: { head: 64KiB }\nhosts:\n  \"*.example.org\":\n    routes:\n      - path: /{a}/{b...}\n        redirect: https://{host}/{b}/{a}\n"},
	{"limits", "  limits: { head: 1KiB, body: 2GiB, requests: 3 }\n"},
	{"no-bodies", "  limits: { body: 0 }\n"},
	{"vast-bodies", "  limits: { head: 64KiB, body: 1TiB, requests: 1000000 }\n"},
	{"timeouts", "  timeouts: { head: 5s, idle: 20s, write: 1m }\n"},
	{"log-common", "  access_log: common\n"},
	{"log-json", "  access_log: json\n  listen: \"[::]:8080\"\n"},
	{"log-combined", "  access_log: combined\n  listen: \"[::]:8080\"\n"},
	{"log-combined-small", "  access_log: combined\n  listen: \"unix:/run/x.sock\"\n  limits: { head: 1KiB, body: 99, requests: 3 }\n"},
	{"client-ip", "  access_log: combined\n  client_ip: X-Forwarded-For\n  trusted: [127.0.0.1, 10.0.0.0/8]\n  listen: \"[::]:8080\"\n"},
	{"client-ip-unix", "  access_log: json\n  client_ip: X-Real-IP\n  listen: \"unix:/run/x.sock\"\n  limits: { head: 64KiB, body: 99, requests: 3 }\n"},
	{"client-ip-forwarded", "  access_log: common\n  client_ip: Forwarded\n  trusted: [127.0.0.1]\nhttps: required\n"},
	{"client-ip-hosts", "  access_log: combined\n  client_ip: Forwarded\n  trusted: [127.0.0.1]\nhosts:\n  example.com:\n    redirect: https://www.{host}{path}\n"},
	{"client-ip-systemd", "  access_log: json\n  client_ip: Forwarded\n  trusted: [\"2001:db8::/32\"]\n  listen: systemd\n"},
	{"log-unix", "  access_log: common\n  listen: \"unix:/run/x.sock\"\n"},
	{"log-small", "  access_log: common\n  limits: { head: 1KiB, body: 99, requests: 3 }\n"},
	{"log-unix-large", "  access_log: common\n  listen: \"unix:@x\"\n  limits: { head: 45729, requests: 749698 }\n"},
	{"clock", "  clock: true\n"},
	{"clock-small", "  clock: true\n  listen: \"unix:/run/x.sock\"\n  limits: { head: 1KiB, body: 99, requests: 3 }\n"},
	{"unaligned", "  limits: { head: 47758 }\n"},
	{"https-clock", "  clock: true\nhttps: required\n"},
	{"https-log", "  access_log: common\nhttps: required\n"},
	{"https-json", "  access_log: json\n  listen: \"unix:/run/x.sock\"\n  limits: { head: 1KiB, body: 99, requests: 3 }\nhttps: required\n"},
	{"https-hosts-clock", "  clock: true\nhttps: required\nhosts:\n  example.com:\n    redirect: https://www.{host}{path}\n  example.org:\n    https: optional\n    routes: [{ path: /old, redirect: /new }]\n"},
	{"https-hosts-log", "  access_log: json\nhosts:\n  example.com:\n    https: required\n    redirect: https://www.{host}{path}\n"},
}

// many is a spec of n routes.
func many(n int) string {
	var b strings.Builder
	b.WriteString("routes:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - path: /p%07d\n    body: r%d\n", i, i)
	}
	return b.String()
}

// hosted is a folder that was built for a host.
const hosted = "routes:\n  - path: /\n    dir: hosted\n    site_files: netlify\n"

// files is a spec with the files that the specs above name.
func files(spec string) fs.FS {
	return fstest.MapFS{
		emitted.SpecName:        {Data: []byte(spec)},
		"nested/index.html":     {Data: []byte("<!doctype html><title>app</title>")},
		"nested/404.html":       {Data: []byte("<!doctype html><title>none</title>")},
		"nested/fr/404.html":    {Data: []byte("<!doctype html><title>rien</title>")},
		"nested/fr/ca/404.html": {Data: []byte("<!doctype html><title>rien au Canada</title>")},
		"hosted/index.html":     {Data: []byte("<!doctype html><title>app</title>" + strings.Repeat("<p>hello</p>\n", 300))},
		"hosted/404.html":       {Data: []byte("<!doctype html><title>none</title>")},
		"hosted/_redirects":     {Data: []byte("/old /new 302\n/news/* /blog/:splat\n/u/:id/:tab https://example.com/:tab?id=:id\n/gone/* /404.html 410\n/* /index.html 200\n")},
		"hosted/_headers":       {Data: []byte("/*\n  X-Frame-Options: DENY\n/assets/*\n  Cache-Control: public, max-age=600\n")},
		"env.html":              {Data: []byte("<!doctype html><title>${NAME:-x}</title>" + strings.Repeat("<p>hello</p>\n", 300))},
		"env.json":              {Data: []byte(`{ "api": "${API_URL}", "debug": ${DEBUG:-false} }`)},
		"big.bin":               {Data: bytes.Repeat([]byte("0123456789"), 30_000)},
		"public/a.txt":          {Data: []byte("a\n")},
		"public/index.html":     {Data: []byte("<!doctype html><title>x</title>" + strings.Repeat("<p>hello</p>\n", 300))},
		"public/index.md":       {Data: []byte(strings.Repeat("hello\n\n", 300))},
		"public/404.html":       {Data: []byte("<!doctype html><title>none</title>")},
		"pages/a.html":          {Data: []byte("<p>a\n")}, // with one address, where an index has two
		"pages/a.md":            {Data: []byte("a\n")},
		"public/sub/index.html": {Data: []byte("<!doctype html><title>sub</title>")},
		"public/style.css":      {Data: []byte(strings.Repeat("p { color: red }\n", 200))},
		"public/image.png":      {Data: bytes.Repeat([]byte{0x89, 'P', 'N', 'G', 1, 2, 3}, 500)},
	}
}

// proves compiles a spec and proves the server.
func proves(t *testing.T, fsys fs.FS) *prove.Result {
	t.Helper()
	return provesBytes(t, compile(t, fsys))
}

// provesBytes proves a server.
func provesBytes(t *testing.T, b []byte) *prove.Result {
	t.Helper()
	r, err := prove.Prove(prove.ImageOf(t, b))
	var f *prove.Failure
	if errors.As(err, &f) {
		t.Fatalf("%v\nby %x", err, f.Path)
	}
	if err != nil {
		t.Fatal(err)
	}
	w, err := r.Bounds()
	if err != nil {
		t.Fatal(err)
	}
	work, held := r.Spent()
	t.Logf("%d bytes, %d bytes of stack, %d instructions interpreted; %.2f of the work and %.2f of the memory of a proof; at most %+v",
		len(b), r.Stack, r.Work, work, held, *w)
	return r
}

// compile gives the server's bytes, whether or not they pass the gate: that is judged
// here.
func compile(t testing.TB, fsys fs.FS) []byte {
	t.Helper()
	r, err := codegen.Compile(fsys, emitted.SpecName, codegen.Options{})
	var refused *verify.Error
	if err != nil && !errors.As(err, &refused) {
		t.Fatal(err)
	}
	return bytesOf(t, r)
}

// bytesOf gives the bytes of a server that was compiled.
func bytesOf(t testing.TB, r *codegen.Result) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteELF(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
