package main

import (
	"bytes"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/verbosel/verbosel/cmd/internal/usage"
)

// An image is pushed from the command line, and is there under the digest that is printed;
// no file is written beside.
func TestImageIsPushed(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	ref := strings.TrimPrefix(server.URL, "http://") + "/team/site:1.0"
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile(filepath.Join(dir, "routes.yaml"), []byte("routes: [{ path: /, body: x }]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if status := run([]string{"image", "routes.yaml", "--push", ref}, &stdout, &stderr); status != usage.ExitOK {
		t.Fatalf("status %d: %s", status, &stderr)
	}
	tag, err := name.NewTag(ref)
	if err != nil {
		t.Fatal(err)
	}
	head, err := remote.Head(tag)
	if err != nil {
		t.Fatal(err)
	}
	printed := regexp.MustCompile(`sha256:[0-9a-f]{64}`).FindString(stdout.String())
	if printed != head.Digest.String() || !strings.Contains(stdout.String(), "  pushed    "+ref+"\n") {
		t.Errorf("%s is there; printed is\n%s", head.Digest, &stdout)
	}
	if files, err := os.ReadDir(dir); len(files) != 1 || err != nil {
		t.Errorf("there are files: %v, %v", files, err)
	}
}

func TestPublicURL(t *testing.T) {
	for origin, want := range map[string]string{
		"https://example.com/team/site.git":                   "https://example.com/team/site.git",
		"https://user:secret@example.com/team/site?token=a#b": "https://example.com/team/site",
		"ssh://git@example.com:22/team/site.git":              "ssh://example.com:22/team/site.git",
		"git@example.com:team/site.git":                       "ssh://example.com/team/site.git",
		"secret@host@example.com:team/site":                   "ssh://example.com/team/site",
		"/srv/git/site.git":                                   "",
		"../site":                                             "",
		"file:///srv/git/site.git":                            "",
		"https://[bad":                                        "",
		"":                                                    "",
	} {
		if got := publicURL(origin); got != want {
			t.Errorf("%q: %q, want %q", origin, got, want)
		}
	}
}
