package spec

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/verbosel/verbosel/codegen/diag"
)

// A mapping has an address, or the default one, and says whether its port is shared.
func TestListenTable(t *testing.T) {
	for text, want := range map[string]Listen{
		"{}":                                     Defaults().Listen,
		"{ address: \":80\" }":                   {Text: ":80", Network: "tcp4", Port: 80},
		"{ address: systemd }":                   {Text: "systemd", Network: "systemd"},
		"{ reuse_port: true, address: \":80\" }": {Text: ":80", Network: "tcp4", Port: 80, Shared: true},
		"{ address: \"unix:/a\", reuse_port: false }": {Text: "unix:/a", Network: "unix", Path: "/a"},
	} {
		got := mustParse(t, "server: { listen: "+text+" }\nroutes: []\n").Server.Listen
		want.Pos, got.Pos = diag.Pos{}, diag.Pos{}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	if s := mustParse(t, "server: { listen: { reuse_port: true } }\nroutes: []\n"); !s.Server.Listen.Shared || s.Server.Listen.Text != Defaults().Listen.Text {
		t.Errorf("%+v", s.Server.Listen)
	}
}

func TestListen(t *testing.T) {
	long := "unix:/" + strings.Repeat("a", 106)
	for _, tt := range []struct {
		text string
		want Listen
	}{
		{":8080", Listen{Network: "tcp4", Port: 8080}},
		{"0.0.0.0:1", Listen{Network: "tcp4", Port: 1}},
		{"127.0.0.1:65535", Listen{Network: "tcp4", IP: [16]byte{127, 0, 0, 1}, Port: 65535}},
		{"[::]:80", Listen{Network: "tcp6", Port: 80}},
		{"[::1]:80", Listen{Network: "tcp6", IP: [16]byte{15: 1}, Port: 80}},
		{"[::ffff:1.2.3.4]:80", Listen{Network: "tcp6", IP: [16]byte{10: 255, 255, 1, 2, 3, 4}, Port: 80}},
		{":${PORT}", Listen{Network: "tcp4", PortEnv: "PORT"}},
		{"[::]:${_p1:-80}", Listen{Network: "tcp6", PortEnv: "_p1", Port: 80}},
		{"unix:/run/site.sock", Listen{Network: "unix", Path: "/run/site.sock"}},
		{"unix:site.sock", Listen{Network: "unix", Path: "site.sock"}},
		{"unix:@site", Listen{Network: "unix", Path: "@site"}},
		{"systemd", Listen{Network: "systemd"}},
		{long, Listen{Network: "unix", Path: long[5:]}},
	} {
		got, bad := parseListen(tt.text)
		if bad != nil {
			t.Errorf("%s: %s", tt.text, bad.msg)
			continue
		}
		tt.want.Text = tt.text
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.text, diff)
		}
	}
}

func TestBadListen(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 `"" has no port`,
		"8080":                             `a port alone.*":8080"`,
		"127.0.0.1":                        "has no port.*127.0.0.1:8080",
		"localhost:80":                     "no resolver.*127.0.0.1",
		"example.com:80":                   "no IP address, and the server has no resolver",
		"*:80":                             `\* is no address.*":8080"`,
		"http://0.0.0.0:80":                "a URL",
		"::1:80":                           `without brackets.*\[::1:80\]|no IP address|without brackets`,
		"::":                               "without brackets|is no IP address",
		"[::1:80":                          "not closed",
		"[::1]":                            `is no IP address|not closed|is no port`,
		"[1.2.3.4]:80":                     "an IPv4 address in brackets.*1.2.3.4:8080",
		"[fe80::1%eth0]:80":                "a zone",
		"256.0.0.1:80":                     "no IP address",
		":0":                               "port 0: the server could not name the port.*another system call",
		":65536":                           "port 65536 is out of range",
		":http":                            `"http" is no port`,
		":":                                `"" is no port`,
		":080":                             `"080" is no port`,
		":+80":                             "is no port",
		":-1":                              "is no port",
		":99999999999":                     "out of range",
		":9999999999999999999999":          "is no port",
		":${PORT:-0}":                      "port 0",
		":${PORT:-}":                       "the default port is empty",
		":${PORT:-x}":                      `"x" is no port`,
		":${1PORT}":                        "no port from the environment.*PORT:-8080",
		":${PORT}0":                        "no port from the environment",
		":$PORT":                           "no port from the environment",
		"${ADDR}:80":                       "only the port may come from one",
		"${ADDR}":                          "has no port",
		"unix:":                            "the socket has no path",
		"unix:@":                           "the socket has no path",
		"unix:/run/":                       "is a folder.*unix:/run/site.sock",
		"unix:/a\x00b":                     "control character",
		"unix:" + strings.Repeat("a", 108): "has 108 bytes, at most 107 fit",
	} {
		_, bad := parseListen(text)
		if bad == nil {
			t.Errorf("%q is accepted", text)
		} else if got := bad.msg + " " + bad.hint; !matches(want, got) {
			t.Errorf("%q: %q does not match %q", text, got, want)
		}
	}
}

func TestLoopback(t *testing.T) {
	for text, want := range map[string]bool{
		"127.0.0.1:80": true, "127.1.2.3:80": true, "[::1]:80": true, "[::ffff:127.0.0.1]:80": true,
		":80": false, "[::]:80": false, "10.0.0.1:80": false, "unix:/run/127.0.0.1": false, "systemd": false,
	} {
		if l, err := ParseListen(text); err != nil || l.Loopback() != want {
			t.Errorf("%s: %v, %v", text, l.Loopback(), err)
		}
	}
}
