package image

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// serve serves HTTP on a loopback address, which it gives.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

func newRegistry() http.Handler { return registry.New(registry.Logger(log.New(io.Discard, "", 0))) }

// noLogin has nobody logged in to any registry.
func noLogin(t *testing.T) { login(t, `{}`) }

// login has what docker login leaves behind.
func login(t *testing.T, config string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("DOCKER_CONFIG", dir)
	t.Setenv("HOME", dir)
	t.Setenv("REGISTRY_AUTH_FILE", "")
	t.Setenv("XDG_RUNTIME_DIR", dir)
}

func reference(t *testing.T, text string) Reference {
	t.Helper()
	ref, err := NewReference(text)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func TestPush(t *testing.T) {
	noLogin(t)
	ref := reference(t, serve(t, newRegistry())+"/team/site:1.0")
	img := newImage(t, full)
	for range 2 { // the second time all is there
		if err := img.Push(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
	}
	back, err := remote.Image(ref.tag)
	if err != nil {
		t.Fatal(err)
	}
	digest, err := back.Digest()
	if digest.String() != img.Digest || err != nil {
		t.Errorf("%v, %v; want %s", digest, err, img.Digest)
	}
	if err := validate.Image(back); err != nil {
		t.Error(err)
	}
}

// guarded demands user and password of a registry's clients.
func guarded(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "u" || password != "p" {
			w.Header().Set("WWW-Authenticate", `Basic realm="r"`)
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"errors":[{"code":"UNAUTHORIZED","message":"who\nare you"}]}`)
			return
		}
		h.ServeHTTP(w, r)
	})
}

func TestPushWithLogin(t *testing.T) {
	addr := serve(t, guarded(newRegistry()))
	login(t, `{"auths":{"`+addr+`":{"auth":"dTpw"}}}`) // u:p
	if err := newImage(t, full).Push(t.Context(), reference(t, addr+"/site:1")); err != nil {
		t.Error(err)
	}
}

// What goes wrong is said in one line that names the image.
func TestPushFails(t *testing.T) {
	noLogin(t)
	answer := func(status int, body string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		})
	}
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	denied := http.NewServeMux()
	denied.Handle("/v2/{$}", answer(200, ""))
	denied.Handle("/", answer(http.StatusForbidden, ""))
	reasons := http.NewServeMux()
	reasons.Handle("/v2/{$}", answer(200, ""))
	reasons.Handle("HEAD /v2/site/", answer(http.StatusNotFound, ""))
	reasons.Handle("/v2/site/", answer(http.StatusForbidden, `{"errors":[{"code":"DENIED","message":"quota\nexceeded"}]}`))
	for _, c := range []struct{ name, addr, want string }{
		{"nobody there", gone.Addr().String(), "connection refused"},
		{"not logged in", serve(t, guarded(newRegistry())), "the registry wants another login ('docker login 127.0.0.1:"},
		{"denied", serve(t, denied), "the registry does not allow it: "},
		{"with a reason", serve(t, reasons), "the registry does not allow it: DENIED: quota exceeded"},
		{"no registry", serve(t, answer(http.StatusNotFound, "<html>\n<h1>Not found</h1>\n")), "404"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ref := reference(t, c.addr+"/site:1")
			err := newImage(t, Config{}).Push(t.Context(), ref)
			if err == nil || !strings.HasPrefix(err.Error(), "pushing to "+ref.String()+": ") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// Somebody who does not want to wait any more need not.
func TestPushIsInterrupted(t *testing.T) {
	noLogin(t)
	ctx, stop := context.WithCancel(t.Context())
	waiting := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		stop()
		<-r.Context().Done()
	})
	err := newImage(t, Config{}).Push(ctx, reference(t, serve(t, waiting)+"/site:1"))
	if err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("%v", err)
	}
}

func TestReferences(t *testing.T) {
	for _, good := range []string{"registry.example/site:1", "127.0.0.1:5000/team/site:1.0", "localhost/site"} {
		if _, err := NewReference(good); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"", "site", "team/site:1", "registry.example/Site", "registry.example/site@sha256:00", "https://registry.example/site", "a b/site"} {
		if ref, err := NewReference(bad); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, %v", bad, ref, err)
		}
	}
}
