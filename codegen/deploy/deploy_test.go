package deploy

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/verbosel/verbosel/codegen"
	"github.com/verbosel/verbosel/templates"
)

// compiled is the server of a spec, with its probe where it has one.
func compiled(t *testing.T, spec string) Server {
	t.Helper()
	return compiledIn(t, fstest.MapFS{"routes.yaml": {Data: []byte(spec)}})
}

// compiledIn is the server of the spec in a folder.
func compiledIn(t *testing.T, dir fs.FS) Server {
	t.Helper()
	r, err := codegen.Compile(dir, "routes.yaml", codegen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := Server{Result: r}
	if s.HealthPath() != "" {
		if s.Probe, err = r.Probe(nil); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// Every target has templates and is one of them, and its project has the files that it says.
func TestTargets(t *testing.T) {
	if names := TargetNames(); !slices.Equal(slices.Sorted(slices.Values(names)), templates.Targets()) {
		t.Errorf("targets are %v, templates are for %v", names, templates.Targets())
	}
	healthy := compiled(t, "routes: [{ path: /, body: x }]\n")
	without := compiled(t, "routes: [{ path: \"/{id}\", body: x }]\n")
	if without.Probe != nil {
		t.Fatal("a server without a health route has a probe")
	}
	for _, target := range Targets() {
		if found, err := FindTarget(target.Name); err != nil || found.Name != target.Name {
			t.Errorf("%s: %v", target.Name, err)
		}
		names, err := target.Files()
		if err != nil {
			t.Fatal(err)
		}
		if got := namesOf(t, target, without); !slices.Equal(got, names) {
			t.Errorf("%s has %v, and says %v", target.Name, got, names)
		}
		if slices.Contains(names, serverFile) && target.Image {
			names = slices.Sorted(slices.Values(append(names, probeFile)))
		}
		s := healthy
		if !target.Image {
			s.Probe = nil
		}
		if got := namesOf(t, target, s); !slices.Equal(got, names) {
			t.Errorf("%s with a health route has %v, want %v", target.Name, got, names)
		}
	}
	if _, err := FindTarget("mainframe"); err == nil || !strings.Contains(err.Error(), "they are docker, kubernetes") {
		t.Errorf("mainframe: %v", err)
	}
}

// namesOf are the names of a project's files, of which none is empty.
func namesOf(t *testing.T, target Target, s Server) (names []string) {
	t.Helper()
	files, err := target.Project(s, Service{Name: "site", Image: "site:1", Spec: "site", Version: "latest"})
	if err != nil {
		t.Fatalf("%s: %v", target.Name, err)
	}
	for _, f := range files {
		if len(f.Content) == 0 {
			t.Errorf("%s/%s is empty", target.Name, f.Name)
		}
		if want := strings.HasPrefix(string(f.Content), "\x7fELF"); (Mode(f.Name) == 0o755) != want {
			t.Errorf("%s/%s has mode %v", target.Name, f.Name, Mode(f.Name))
		}
		names = append(names, f.Name)
	}
	return slices.Sorted(slices.Values(names))
}

// What cannot be reached by TCP at a port that is known is refused.
func TestProjectRefuses(t *testing.T) {
	docker, err := FindTarget("docker")
	if err != nil {
		t.Fatal(err)
	}
	for listen, want := range map[string]string{
		"unix:/run/x.sock": "the server listens on unix:/run/x.sock: what is deployed must listen on a TCP port",
		":${PORT}":         "the server takes its port from PORT alone: give it a default, as in ${PORT:-8080}",
	} {
		s := compiled(t, "server: { listen: \""+listen+"\" }\nroutes: [{ path: /, body: x }]\n")
		if _, err := docker.Project(s, Service{Name: "x", Image: "x:1"}); err == nil || err.Error() != want {
			t.Errorf("%s: %v", listen, err)
		}
	}
}

func TestLoopback(t *testing.T) {
	for listen, want := range map[string]bool{"127.0.0.1:8080": true, "[::1]:8080": true, ":8080": false, "0.0.0.0:8080": false, "unix:@x": false} {
		if got := compiled(t, "server: { listen: \""+listen+"\" }\nroutes: [{ path: /, body: x }]\n").Loopback(); got != want {
			t.Errorf("%s: %v", listen, got)
		}
	}
}

func TestNames(t *testing.T) {
	for folder, want := range map[string]string{"My Site!": "my-site", "blog": "blog", "Über": "ber", "a_b.c": "a-b-c", strings.Repeat("a", 60): strings.Repeat("a", 53)} {
		if got := NameOf(folder); got != want || CheckName(got) != nil {
			t.Errorf("%q is %q, %v", folder, got, CheckName(got))
		}
	}
	for _, name := range []string{"", "1", "-a", "a-", "A", "a b", "${x}", "a\n", NameOf("1"), strings.Repeat("a", 54)} {
		if CheckName(name) == nil {
			t.Errorf("%q is a name", name)
		}
	}
	if CheckImage("registry.example/team/site:1.0") != nil || CheckImage("a b\"") == nil {
		t.Error("references of images")
	}
}
