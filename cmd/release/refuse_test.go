package main

import (
	"debug/buildinfo"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

// What cannot be released is refused, and leaves nothing behind.
func TestRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"a folder that is there": {[]string{"-o", dir}, "is there already"},
		"another target":         {[]string{"-target", "plan9/386"}, "the targets are linux/amd64, linux/arm64, darwin/arm64"},
		"an argument":            {[]string{"v1.2.3"}, `unexpected argument "v1.2.3"`},
		"no module":              {[]string{"-root", dir, "-o", filepath.Join(dir, "dist")}, "cmd/verbosel"},
		"no such place":          {[]string{"-o", filepath.Join(dir, "none", "dist")}, "no such file or directory"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := run(test.args, io.Discard); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
			if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
				t.Errorf("%v, %v are left", err, entries)
			}
		})
	}
}

// A release is of a commit, by a version that may stand in an address and in a formula.
func TestIdentify(t *testing.T) {
	at := debug.BuildSetting{Key: "vcs.time", Value: "2026-11-27T10:00:00Z"}
	modified := debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	for name, test := range map[string]struct {
		version  string
		settings []debug.BuildSetting
		want     string
	}{
		"a tag":                {"v1.2.3", []debug.BuildSetting{at}, ""},
		"a candidate":          {"v1.2.3-rc.1", []debug.BuildSetting{at}, ""},
		"a pseudo-version":     {"v0.0.0-20261127100000-0123456789ab", []debug.BuildSetting{at}, ""},
		"changes":              {"v1.2.3+dirty", []debug.BuildSetting{at, modified}, "not committed"},
		"metadata":             {"v1.2.3+dirty", []debug.BuildSetting{at}, `"v1.2.3+dirty" is no version to publish`},
		"no repository":        {"(devel)", nil, `"(devel)" is no version`},
		"no time":              {"v1.2.3", nil, "no version to publish"},
		"a bad time":           {"v1.2.3", []debug.BuildSetting{{Key: "vcs.time", Value: "today"}}, "cannot parse"},
		"what Ruby would read": {`v1.2.3-#{exit}"`, []debug.BuildSetting{at}, "no version to publish"},
	} {
		t.Run(name, func(t *testing.T) {
			var r release
			err := r.identify(&buildinfo.BuildInfo{Main: debug.Module{Version: test.version}, Settings: test.settings})
			switch {
			case test.want == "" && (err != nil || r.version != test.version || r.time.IsZero()):
				t.Errorf("%v: %+v", err, r)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}
