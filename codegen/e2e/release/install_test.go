package release

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

const modulePath = "github.com/verbosel/verbosel"

// `go install` of the last commit takes the module from a proxy and compiles a program that
// knows its commit, though nothing of the repository is there; and so do the servers that it makes.
func TestGoInstall(t *testing.T) {
	testtool.Rare(t, "the compiler is compiled from modules that are unpacked anew")
	testtool.Need(t, "git")
	dir := tagged(t)
	stamp := output(t, exec.Command("git", "-C", dir, "show", "--no-patch", "--format=%H %cd", "--date=format-local:%Y%m%d%H%M%S"), "TZ=UTC")
	hash, when, _ := strings.Cut(strings.TrimSpace(stamp), " ")
	version := "v0.0.0-" + when + "-" + hash[:12]
	bin := t.TempDir()
	cache := strings.TrimSpace(output(t, exec.Command("go", "env", "GOMODCACHE")))
	install := exec.Command("go", "install", "-trimpath", modulePath+"/cmd/verbosel@"+version)
	install.Dir = bin // of no module
	output(t, install, "GOBIN="+bin, "GOFLAGS=-modcacherw", "GOSUMDB=off", "GOMODCACHE="+t.TempDir(), "CGO_ENABLED=0",
		"GOPROXY=file://"+proxy(t, dir, version)+",file://"+filepath.Join(cache, "cache", "download"))
	said := output(t, exec.Command(filepath.Join(bin, "verbosel"), "--version"))
	if want := "verbosel   " + version + "\ncommit     " + hash[:12] + " of 20"; !strings.HasPrefix(said, want) {
		t.Errorf("%s\nwant %s", said, want)
	}
	server := filepath.Join(bin, "server")
	output(t, exec.Command(filepath.Join(bin, "verbosel"), "build", filepath.Join(dir, "examples", "hello"), "-o", server, "--note"))
	if said := output(t, exec.Command(filepath.Join(bin, "verbosel"), "version", server)); !strings.HasPrefix(said, "verbosel  "+hash[:12]+"\n") {
		t.Errorf("the note says\n%s", said)
	}
}

// proxy is a folder as a proxy of modules serves them (https://go.dev/ref/mod#goproxy-protocol),
// with one version of this module, from a repository.
func proxy(t *testing.T, repository, version string) string {
	t.Helper()
	root := t.TempDir()
	at := filepath.Join(root, filepath.FromSlash(modulePath), "@v")
	if err := os.MkdirAll(at, 0o755); err != nil {
		t.Fatal(err)
	}
	archive, err := os.Create(filepath.Join(at, version+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	if err := zip.CreateFromVCS(archive, module.Version{Path: modulePath, Version: version}, repository, "HEAD", ""); err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(repository, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		version + ".mod": string(mod), version + ".info": fmt.Sprintf("{%q: %q}", "Version", version), "list": version + "\n",
	} {
		if err := os.WriteFile(filepath.Join(at, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func output(t *testing.T, cmd *exec.Cmd, env ...string) string {
	t.Helper()
	var stderr strings.Builder
	cmd.Env, cmd.Stderr = append(os.Environ(), env...), &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, stderr.String())
	}
	return string(out)
}
