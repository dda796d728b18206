package templates

import (
	"bytes"
	"strings"
	"testing"
)

const schemaLine = "# yaml-language-server: $schema=routes.schema.json\n"

func TestStarter(t *testing.T) {
	s := Starter()
	if !bytes.HasPrefix(s, []byte(schemaLine)) {
		t.Errorf("the first line is not %q", schemaLine)
	}
	s[0] = 'x'
	if Starter()[0] != '#' {
		t.Error("a caller can change the starter")
	}
}

func TestFullNeedsEveryValue(t *testing.T) {
	values := map[string]string{}
	for _, key := range []string{
		"server.listen", "server.backlog", "server.isolation", "server.workers", "server.syscalls", "server.clock", "server.timeouts.head",
		"server.timeouts.body", "server.timeouts.idle", "server.timeouts.write", "server.limits.head",
		"server.limits.body", "server.limits.requests", "server.limits.connections", "server.access_log", "security.frame",
		"security.referrer", "route.method", "route.status", "route.log", "redirect.status", "dir.index",
		"dir.trailing_slash", "dir.encodings", "dir.min_gain", "dir.links",
		"health.path", "health.timeout",
	} {
		if _, err := Full(values); err == nil || !strings.Contains(err.Error(), "no value for "+key) {
			t.Errorf("without %s: %v", key, err)
		}
		values[key] = "VALUE-" + key
	}
	got, err := Full(values)
	if err != nil {
		t.Fatal(err)
	}
	for key, v := range values {
		if strings.Count(string(got), v+"\n")+strings.Count(string(got), v+" ")+strings.Count(string(got), v+`"`) != 1 {
			t.Errorf("%s does not stand in the full starter once", key)
		}
	}
	if !bytes.HasPrefix(got, []byte(schemaLine)) {
		t.Errorf("the first line is not %q", schemaLine)
	}
}
