package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/cmd/internal/specfile"
)

// TestProofIsRemembered: a second build of the same spec finds its proof, one without the
// cache makes it, and a text of another length is proved anew.
func TestProofIsRemembered(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", filepath.Join(dir, "cache"))
	spec := filepath.Join(dir, specfile.Name)
	builds := 0
	build := func(body string, args ...string) string {
		t.Helper()
		builds++ // to another file each time: one that is there already would not be built
		if err := os.WriteFile(spec, []byte("routes:\n  - { path: /, body: "+body+" }\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, errs strings.Builder
		args = append([]string{"build", spec, "-o", filepath.Join(dir, fmt.Sprint("server", builds))}, args...)
		if status := run(args, &out, &errs); status != 0 {
			t.Fatalf("status %d: %s", status, errs.String())
		}
		return out.String()
	}
	const earlier = "in an earlier build"
	for i, tt := range []struct {
		out  string
		want bool
	}{{build("a"), false}, {build("a"), true}, {build("a", "--no-cache"), false}, {build("ab"), false}, {build("a"), true}} {
		if strings.Contains(tt.out, earlier) != tt.want {
			t.Errorf("build %d: %s", i+1, tt.out)
		}
	}
}
