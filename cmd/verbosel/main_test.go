package main

import (
	"runtime/debug"
	"strings"
	"testing"
)

func TestRevision(t *testing.T) {
	settings := []debug.BuildSetting{{Key: "vcs.revision", Value: "0123abc"}, {Key: "vcs.modified", Value: "true"}}
	for _, test := range []struct {
		version  string
		settings []debug.BuildSetting
		want     string
	}{
		{"v1.2.3", settings, "v1.2.3"},
		{"(devel)", settings[:1], "(devel) 0123abc"},
		{"(devel)", settings, "(devel) 0123abc, modified"},
		{"", nil, "(devel)"},
	} {
		info := &debug.BuildInfo{Main: debug.Module{Version: test.version}, Settings: test.settings}
		if got := revision(info); got != test.want {
			t.Errorf("revision of %q: %q, want %q", test.version, got, test.want)
		}
	}
}

// What a note has for the version: a release, or 12 digits of the commit.
func TestShortVersion(t *testing.T) {
	settings := []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef0123"}, {Key: "vcs.modified", Value: "true"}}
	for _, test := range []struct {
		version  string
		settings []debug.BuildSetting
		want     string
	}{
		{"v1.2.3", settings[:1], "v1.2.3"},
		{"v1.2.3-rc.1", nil, "v1.2.3-rc.1"},
		{"v1.2.3+dirty", nil, "v1.2.3+"},
		{"v0.0.0-20261127100000-0123456789ab", nil, "0123456789ab"},
		{"v0.0.0-20261127100000-0123456789ab+dirty", settings, "0123456789ab+"},
		{"(devel)", settings[:1], "0123456789ab"},
		{"(devel)", settings, "0123456789ab+"},
		{"(devel)", nil, "(devel)"},
		{"", nil, "(devel)"},
	} {
		info := &debug.BuildInfo{Main: debug.Module{Version: test.version}, Settings: test.settings}
		if got := shortVersion(info); got != test.want {
			t.Errorf("%q: %q, want %q", test.version, got, test.want)
		}
	}
}

func TestCommit(t *testing.T) {
	settings := []debug.BuildSetting{
		{Key: "vcs.revision", Value: "0123abc"}, {Key: "vcs.time", Value: "2026-11-27T10:00:00Z"}, {Key: "vcs.modified", Value: "true"},
	}
	for _, test := range []struct {
		version  string
		settings []debug.BuildSetting
		want     string
	}{
		{"v1.2.3", settings[:2], "0123abc of 2026-11-27T10:00:00Z"},
		{"(devel)", settings, "0123abc of 2026-11-27T10:00:00Z, modified"},
		{"v0.0.0-20261127100000-0123456789ab", nil, "0123456789ab of 2026-11-27T10:00:00Z"},
		{"v1.2.3", nil, "not recorded: built without its repository"},
		{"", nil, "not recorded: built without its repository"},
	} {
		info := &debug.BuildInfo{Main: debug.Module{Version: test.version}, Settings: test.settings}
		if got := commit(info); got != test.want {
			t.Errorf("commit of %q: %q, want %q", test.version, got, test.want)
		}
	}
}

func TestVersionWithoutAssembler(t *testing.T) {
	var b strings.Builder
	if err := printVersion(&b, &debug.BuildInfo{GoVersion: "go1.26"}); err != nil {
		t.Fatal(err)
	}
	if want := "verbosel   (devel)\ncommit     not recorded: built without its repository\ngo         go1.26\ngolang-asm unknown\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

// Help shows what a command is for and how it is called, for every command.
func TestEveryCommandHasExamples(t *testing.T) {
	for _, cmd := range newRoot().Commands() {
		if cmd.Example == "" || cmd.Short == "" || !strings.Contains(cmd.Example, "verbosel "+cmd.Name()) {
			t.Errorf("%s: no example of its own", cmd.Name())
		}
		if cmd.RunE == nil {
			t.Errorf("%s: no RunE", cmd.Name())
		}
	}
}
