package e2e

import (
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
)

// A clientCase is what a trusted proxy at 127.0.0.1 sends, lines apart, and whom the log
// has then.
type clientCase struct{ lines, want string }

// listCases are for X-Forwarded-For and X-Real-IP, where 10.0.0.0/8 and 2001:db8:1::/48 are
// trusted too.
var listCases = []clientCase{
	{"192.0.2.1", "192.0.2.1"},
	{" 192.0.2.1\t", "192.0.2.1"},
	{"0.0.0.0", "0.0.0.0"},
	{"255.255.255.255", "255.255.255.255"},
	{"1.20.103.4", "1.20.103.4"},
	{"192.0.2.1:80", "192.0.2.1"},
	{"2001:db8::1", "2001:0db8:0000:0000:0000:0000:0000:0001"},
	{"[2001:DB8::1]:65535", "2001:0db8:0000:0000:0000:0000:0000:0001"},
	{"[2001:db8::1]", "2001:0db8:0000:0000:0000:0000:0000:0001"},
	{"::", "0000:0000:0000:0000:0000:0000:0000:0000"},
	{"::1", "0000:0000:0000:0000:0000:0000:0000:0001"},
	{"1::", "0001:0000:0000:0000:0000:0000:0000:0000"},
	{"1:2:3:4:5:6:7:8", "0001:0002:0003:0004:0005:0006:0007:0008"},
	{"1:2:3:4:5:6:7::", "0001:0002:0003:0004:0005:0006:0007:0000"},
	{"::2:3:4:5:6:7:8", "0000:0002:0003:0004:0005:0006:0007:0008"},
	{"1:2::7:8", "0001:0002:0000:0000:0000:0000:0007:0008"},
	{"::ffff:192.0.2.1", "192.0.2.1"},
	{"64:ff9b::192.0.2.33", "0064:ff9b:0000:0000:0000:0000:c000:0221"},
	{"1:2:3:4:5:6:192.0.2.33", "0001:0002:0003:0004:0005:0006:c000:0221"},
	// The last one that is not trusted.
	{"192.0.2.1, 198.51.100.7", "198.51.100.7"},
	{"192.0.2.1,10.1.2.3", "192.0.2.1"},
	{"192.0.2.1, 198.51.100.7 ,10.1.2.3,2001:db8:1::5, 10.9.9.9", "198.51.100.7"},
	{"192.0.2.1, 2001:db8:2::5", "2001:0db8:0002:0000:0000:0000:0000:0005"},
	{"10.1.2.3, 10.4.5.6", "10.1.2.3"},
	{"192.0.2.1,, 10.1.2.3,", "192.0.2.1"},
	{"192.0.2.1\n10.1.2.3", "192.0.2.1"},
	{"192.0.2.1\n198.51.100.7\n10.1.2.3, 10.1.2.4", "198.51.100.7"},
	// What stands in front of what is no address does not count.
	{"192.0.2.1, unknown", "127.0.0.1"},
	{"unknown, 192.0.2.1", "192.0.2.1"},
	{"192.0.2.1, what?, 10.1.2.3", "10.1.2.3"},
	{"192.0.2.1, what?, 198.51.100.7, 10.1.2.3", "198.51.100.7"},
	// No addresses.
	{"", "127.0.0.1"}, {",", "127.0.0.1"}, {"192.0.2", "127.0.0.1"}, {"192.0.2.", "127.0.0.1"}, {"192.0.2.1.", "127.0.0.1"},
	{".192.0.2.1", "127.0.0.1"}, {"192..0.2.1", "127.0.0.1"}, {"192.0.2.1.5", "127.0.0.1"}, {"256.0.0.1", "127.0.0.1"},
	{"192.0.2.01", "127.0.0.1"}, {"192.0.2.001", "127.0.0.1"}, {"192.0.2.1a", "127.0.0.1"}, {"192.0.2.a", "127.0.0.1"},
	{"19a.0.2.1", "127.0.0.1"}, {"1920.0.2.1", "127.0.0.1"}, {"0192.0.2.1", "127.0.0.1"}, {"192.0.2.1 198.51.100.7", "127.0.0.1"},
	{"192.0.2.1:80a", "127.0.0.1"}, {"192.0.2.1:80:80", "127.0.0.1"}, {"192.0.2.1]", "127.0.0.1"}, {"[192.0.2.1", "127.0.0.1"},
	{":", "127.0.0.1"}, {":::", "127.0.0.1"}, {"1:2", "127.0.0.1"}, {"1:2:3:4:5:6:7", "127.0.0.1"}, {"1:2:3:4:5:6:7:", "127.0.0.1"},
	{"1:2:3:4:5:6:7:8:", "127.0.0.1"}, {"1:2:3:4:5:6:7:8:9", "127.0.0.1"}, {"1:2:3:4:5:6:7:8::", "127.0.0.1"}, {"1::2::3", "127.0.0.1"},
	{"12345::", "127.0.0.1"}, {"g::", "127.0.0.1"}, {":1::", "127.0.0.1"}, {"::1:", "127.0.0.1"}, {"::1%eth0", "127.0.0.1"},
	{"1:2:3:4:5:6:7:192.0.2.1", "127.0.0.1"}, {"::192.0.2.1:5", "0000:0000:0000:0000:0000:0000:c000:0201"}, {"::1.2.3", "127.0.0.1"}, {"::1.2.3.4.5", "127.0.0.1"},
	{"2001:db8::1]", "127.0.0.1"}, {"[2001:db8::1", "127.0.0.1"}, {"[2001:db8::1]x", "127.0.0.1"}, {"[[::1]]", "127.0.0.1"},
	{"\"192.0.2.1\"", "127.0.0.1"}, {"' - - [x] \"GET", "127.0.0.1"}, {"\xff\x80\x7f", "127.0.0.1"}, {"192.0.2.1\xff", "127.0.0.1"},
	{strings.Repeat("1", 47), "127.0.0.1"}, {strings.Repeat("1", 48), "127.0.0.1"}, {"192.0.2.1" + strings.Repeat(" ", 60) + ",10.1.2.3", "10.1.2.3"},
	// Of a line that is longer than 192 bytes the end counts, and nothing of what is cut.
	{strings.Repeat("192.0.2.1, ", 500) + "198.51.100.7", "198.51.100.7"},
	{"192.0.2.1, " + strings.Repeat("10.1.2.3,", 18) + "10.1.2.3", "192.0.2.1"},
	{strings.Repeat("x", 200), "127.0.0.1"},
	{strings.Repeat("192.0.2.1\n", 90) + "10.1.2.3", "192.0.2.1"},
}

var forwardedCases = []clientCase{
	{"for=192.0.2.1", "192.0.2.1"},
	{"For=192.0.2.1;proto=http;by=203.0.113.43", "192.0.2.1"},
	{"proto=https; FOR=\"192.0.2.1:47\" ;by=10.1.1.1", "192.0.2.1"},
	{"for=\"[2001:db8:cafe::17]:4711\"", "2001:0db8:cafe:0000:0000:0000:0000:0017"},
	{"for=192.0.2.1, for=198.51.100.7", "198.51.100.7"},
	{"for=192.0.2.1;by=x, for=10.1.2.3", "192.0.2.1"},
	{"for=192.0.2.1\nfor=10.1.2.3;host=\"a,for=203.0.113.1;for=203.0.113.2\"", "192.0.2.1"},
	{"host=\"\\\",for=203.0.113.1\";for=192.0.2.1", "192.0.2.1"},
	{"for=192.0.2.1, for=unknown", "127.0.0.1"},
	{"for=unknown, for=192.0.2.1", "192.0.2.1"},
	{"for=_gazonk", "127.0.0.1"},
	{"for=192.0.2.1, proto=https", "127.0.0.1"},
	{"for=192.0.2.1, ,for=10.1.2.3,", "192.0.2.1"},
	{"for=192.0.2.1;for=198.51.100.7", "127.0.0.1"},
	{"for=192.0.2.1;host=\"open", "127.0.0.1"},
	{"for=\"192.0.2.1", "127.0.0.1"},
	{"for=\"192.0.2.\\1\"", "127.0.0.1"},
	{"xfor=192.0.2.1", "127.0.0.1"},
	{"for =192.0.2.1", "127.0.0.1"},
	{"for=", "127.0.0.1"}, {"for", "127.0.0.1"}, {"fo", "127.0.0.1"}, {"for=;", "127.0.0.1"}, {"192.0.2.1", "127.0.0.1"},
	{"for=192.0.2.1x", "127.0.0.1"}, {"for=192.0.2.1 x", "127.0.0.1"},
	{"for=\"' - - [x] \\\"GET\"", "127.0.0.1"},
}

// clientFields are the fields, and what a proxy may write there.
var clientFields = map[string][]clientCase{"X-Forwarded-For": listCases, "X-Real-IP": listCases, "Forwarded": forwardedCases}

// request names a client.
func (c clientCase) request(field string) string {
	head := ""
	for line := range strings.SplitSeq(c.lines, "\n") {
		head += field + ": " + line + "\r\n"
	}
	return "GET /a.txt HTTP/1.1\r\n" + head + logHost + "\r\n"
}

const trusting = "\ntrusted: [127.0.0.1, 10.0.0.0/8, \"2001:db8:1::/48\"]\nclient_ip: "

// The log has the client that a trusted proxy names.
func TestClientIP(t *testing.T) {
	for field, cases := range clientFields {
		t.Run(field, func(t *testing.T) {
			emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
				s := emitted.Build(t, logSite(v, "access_log: common"+trusting+field)).Start(t, emitted.Options{})
				want := ""
				for _, c := range cases {
					s.Ask(t, c.request(field))
					want += common(c.want, `"GET /a.txt HTTP/1.1" 200 11`)
					if got := awaitLog(s, want); got != want {
						t.Fatalf("%.100q: the log: %s", c.lines, emitted.Difference(got, want))
					}
				}
			})
		})
	}
}

// A peer that is not trusted names nobody.
func TestClientIPUntrusted(t *testing.T) {
	for field, value := range map[string]string{"X-Forwarded-For": "192.0.2.1", "X-Real-IP": "192.0.2.1", "Forwarded": "for=192.0.2.1"} {
		for trusted, want := range map[string]string{"10.0.0.0/8": "127.0.0.1", "126.0.0.0/8, 127.0.0.2/31": "127.0.0.1", "127.0.0.0/31": "192.0.2.1"} {
			emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
				s := emitted.Build(t, logSite(v, "access_log: json\ntrusted: ["+trusted+"]\nclient_ip: "+field)).Start(t, emitted.Options{})
				s.Ask(t, clientCase{lines: value}.request(field))
				checkLog(t, s, asJSON(want, `"GET /a.txt HTTP/1.1" 200 11`))
			})
		}
	}
}

// Each request of a connection has its own client, errors and bodies included.
func TestClientIPPipelined(t *testing.T) {
	s := emitted.Build(t, logSite(emitted.Connection, "access_log: combined"+trusting+"X-Forwarded-For")).Start(t, emitted.Options{})
	row, want := "", ""
	for range 3 {
		for _, r := range []struct{ text, client, line string }{
			{"GET /a.txt HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1\r\n" + logHost + "\r\n", "192.0.2.1", `"GET /a.txt HTTP/1.1" 200 11 "-" "-"`},
			{"GET /a.txt HTTP/1.1\r\n" + logHost + "\r\n", "127.0.0.1", `"GET /a.txt HTTP/1.1" 200 11 "-" "-"`},
			{"POST /form HTTP/1.1\r\nX-Forwarded-For: 192.0.2.2\r\n" + logHost + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Forwarded-For: 192.0.2.3\r\n\r\n", "192.0.2.2", `"POST /form HTTP/1.1" 200 5 "-" "-"`},
			{"GET /health HTTP/1.1\r\nX-Forwarded-For: 192.0.2.4\r\n" + logHost + "\r\n", "", ""},
			{"GET /missing HTTP/1.1\r\n" + logHost + "\r\n", "127.0.0.1", `"GET /missing HTTP/1.1" 404 5 "-" "-"`},
		} {
			row += r.text
			if r.line != "" {
				want += r.client + " - - [-] " + r.line + "\n"
			}
		}
	}
	row += "GET /a.txt HTTP/1.1\r\nX-Forwarded-For: 192.0.2.5\r\nbad field\r\n\r\n"
	want += `192.0.2.5 - - [-] "GET /a.txt HTTP/1.1" 400 0 "-" "-"` + "\n"
	s.Ask(t, row)
	checkLog(t, s, want)
	askInPieces(t, s, row, 5)
	checkLog(t, s, want+want)
}

// Through an IPv6 listener an IPv4 proxy is trusted as what it is, and one of IPv6.
func TestClientIPOfIPv6(t *testing.T) {
	needIPv6(t)
	for trusted, want := range map[string]string{"127.0.0.1": "192.0.2.1 0000:0000:0000:0000:0000:0000:0000:0001", "\"::1\"": "127.0.0.1 192.0.2.1", "\"::1\", 127.0.0.0/8": "192.0.2.1 192.0.2.1"} {
		emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
			s := emitted.Build(t, logSite(v, "access_log: common\nclient_ip: X-Real-IP\ntrusted: ["+trusted+"]\nlisten: \"[::]:${PORT:-8080}\"")).Start(t, emitted.Options{})
			lines := ""
			for i, host := range []string{"127.0.0.1", "[::1]"} {
				if got, err := ask(fmt.Sprintf("%s:%d", host, s.Port), clientCase{lines: "192.0.2.1"}.request("X-Real-IP")); err != nil || !hasStatus(got, 200) {
					t.Errorf("%s: %q, %v", host, got, err)
				}
				lines += common(strings.Fields(want)[i], `"GET /a.txt HTTP/1.1" 200 11`)
				checkLog(t, s, lines)
			}
		})
	}
}

// The peer of a unix socket is trusted, and is nobody where it names nobody.
func TestClientIPOfUnixSocket(t *testing.T) {
	for trusted, last := range map[string]string{"": "10.1.2.3", "trusted: [10.0.0.0/8]\n": "192.0.2.1"} {
		emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
			name := fmt.Sprintf("@verbosel-client-%d-%s", os.Getpid(), v)
			s := emitted.Build(t, logSite(v, "access_log: json\nclient_ip: X-Forwarded-For\n"+trusted+fmt.Sprintf("listen: %q", "unix:"+name))).Start(t, emitted.Options{})
			want := ""
			for _, c := range []clientCase{{"192.0.2.1, 10.1.2.3", last}, {"192.0.2.1, unknown", "unix:"}, {"x", "unix:"}} {
				askUnix(t, name, strings.Replace(c.request("X-Forwarded-For"), "HTTP/1.1", "HTTP/1.0", 1))
				want += asJSON(c.want, `"GET /a.txt HTTP/1.0" 200 11`)
				checkLog(t, s, want)
			}
		})
	}
}

// Which family the peer's address has, a server that was handed its listener over sees with
// each client.
func TestClientIPOfSystemd(t *testing.T) {
	needIPv6(t)
	for _, tt := range []struct{ listen, trusted, client, want string }{
		{"127.0.0.1:0", "127.0.0.1", "127.0.0.1", "192.0.2.1"},
		{"127.0.0.1:0", "127.0.0.2", "127.0.0.1", "127.0.0.1"},
		{"[::]:0", "127.0.0.1", "127.0.0.1", "192.0.2.1"},
		{"[::]:0", "\"::1\"", "127.0.0.1", "127.0.0.1"},
		{"[::]:0", "\"::1\"", "[::1]", "192.0.2.1"},
		{"[::]:0", "127.0.0.1", "[::1]", "0000:0000:0000:0000:0000:0000:0000:0001"},
	} {
		l := launch(t, emitted.Build(t, logSite(emitted.Connection, "access_log: json\nlisten: systemd\nclient_ip: X-Real-IP\ntrusted: ["+tt.trusted+"]")), tt.listen)
		server := l.command(io.Discard)
		var out strings.Builder
		server.Stdout = &out
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(l.addr)
		if got, err := ask(tt.client+":"+port, clientCase{lines: "192.0.2.1"}.request("X-Real-IP")); err != nil || !hasStatus(got, 200) {
			t.Errorf("%v: %q, %v", tt, got, err)
		}
		stopped(t, server)
		if want := asJSON(tt.want, `"GET /a.txt HTTP/1.1" 200 11`); undated(out.String()) != want {
			t.Errorf("%v: %s", tt, emitted.Difference(undated(out.String()), want))
		}
	}
}
