package process

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestFindGroup(t *testing.T) {
	const (
		unified = "24 1 0:21 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n"
		hybrid  = "31 24 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n" +
			"32 24 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
	)
	for _, test := range []struct{ mounts, groups, want, err string }{
		{unified, "0::/user.slice/a.scope\n", "/sys/fs/cgroup/user.slice/a.scope", ""},
		{hybrid, "4:cpu:/x\n0::/\n", "/sys/fs/cgroup/unified", ""},
		{unified, "4:cpu:/x\n", "", "in no control group"},
		{"31 24 0:27 / / rw - ext4 sda rw\n", "0::/\n", "", "no hierarchy"},
		{" - cgroup2 short\n", "0::/\n", "", "no hierarchy"},
	} {
		got, err := findGroup(test.mounts, test.groups)
		if got != test.want || (test.err == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%q: %q, %v", test.groups, got, err)
		}
	}
}

func TestFindController(t *testing.T) {
	const (
		mounts = "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n" +
			"33 31 0:30 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset\n"
		groups = "3:cpuset:/\n1:cpu,cpuacct:/a:b\n0::/\n"
	)
	for _, test := range []struct{ mounts, groups, want, err string }{
		{mounts, groups, "/sys/fs/cgroup/cpu,cpuacct/a:b", ""},
		{mounts, "3:cpuset:/\n0::/\n", "", "in no control group of version 1 with cpu"},
		{"33 31 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n", groups, "", "no hierarchy of version 1 with cpu"},
		{"33 31 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n - cgroup short\n", groups, "", "no hierarchy"},
	} {
		got, err := findController(test.mounts, test.groups, "cpu")
		if got != test.want || (test.err == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%q: %q, %v", test.groups, got, err)
		}
	}
}

func TestParseUsage(t *testing.T) {
	if got, err := parseUsage("usage_usec 1500\nuser_usec 500\n"); err != nil || got != 1500*time.Microsecond {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"", "usage_usec many\n"} {
		if _, err := parseUsage(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestParseRollup(t *testing.T) {
	text := "55d-7ffe ---p 00000000 00:00 0    [rollup]\nRss:                 120 kB\nPss:                  40 kB\nPss_Dirty:             8 kB\n"
	if got, err := parseRollup(text); err != nil || got.Resident != 120<<10 || got.Proportional != 40<<10 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := parseRollup("Rss: many kB\n"); err == nil {
		t.Error("a word was read as a number")
	}
}

func TestProcessesThatAreGone(t *testing.T) {
	const none = 1 << 30 // beyond the largest process id
	if _, err := processTime(none); err == nil {
		t.Error("time of nobody")
	}
	if _, err := processMemory(none); !errors.Is(err, errGone) {
		t.Errorf("memory of nobody: %v", err)
	}
}

func TestComplete(t *testing.T) {
	for _, test := range []struct {
		text string
		want bool
		err  bool
	}{
		{"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n", false, false},
		{"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nhi", false, false},
		{"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nhi\n", true, false},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n", false, false},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", true, false},
		{"HTTP/1.1 204 No Content\r\n\r\n", true, false},
		{"HTTP/1.1 200 OK\r\n\r\nhi", false, true},
		{"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nhi", false, true},
	} {
		got, err := complete([]byte(test.text))
		if err == nil && got != test.want || (err != nil) != test.err {
			t.Errorf("%q: %v, %v", test.text, got, err)
		}
	}
}

func TestCheckStatus(t *testing.T) {
	for text, good := range map[string]bool{
		"HTTP/1.1 200 OK\r\n\r\n": true, "HTTP/1.0 404 Not Found\r\n\r\n": true,
		"HTTP/1.1 503 Busy\r\n\r\n": false, "SSH-2.0-x\r\n": false, "": false,
	} {
		if err := checkStatus([]byte(text)); (err == nil) != good {
			t.Errorf("%q: %v", text, err)
		}
	}
}
