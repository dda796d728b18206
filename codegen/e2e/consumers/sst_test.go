package consumers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
	"github.com/verbosel/verbosel/templates"
)

// sstVersion is the SST that configurations are checked by.
const sstVersion = "4.17.1"

// TestSST: TypeScript finds no mistake in the configurations, against the types of the SST that
// they are for, and SST itself takes them as far as it goes without an account of AWS. What they
// ask for is what the values say.
//
// The package of npm has no types of the components: they are in its program, which writes them
// when it installs its providers.
func TestSST(t *testing.T) {
	testtool.Rare(t, "SST's types are 300 MB of packages, and take half a minute to read")
	dir := installedSST(t)
	files := map[string][]byte{
		"made.ts":    contents(t, deploy(t, "sst", "--name", "blog", "--image", "registry.example/team/blog:1.0"), "sst.config.ts"),
		"low.ts":     rendered(t, "sst", "sst.config.ts", templates.Deploy{Name: "low", Port: 80, Privileged: true, Context: ".", Dockerfile: "Dockerfile"}),
		"landing.ts": contents(t, root, "examples/landing/sst.config.ts"),
	}
	for i, text := range hostile {
		files[fmt.Sprintf("hostile%d.ts", i)] = rendered(t, "sst", "sst.config.ts", templates.Deploy{Name: text, Port: 8080, Probe: text, Context: text, Dockerfile: text})
	}
	for name, text := range files {
		write(t, filepath.Join(dir, name), string(text))
	}
	made := string(files["made.ts"])
	write(t, filepath.Join(dir, "bad.ts"), strings.Replace(made, "context:", "contxt:", 1))
	isTyped(t, dir, files)

	for name, want := range map[string]string{"made.ts": "", "landing.ts": "", "old.ts": "does not match"} {
		text := made
		if name == "old.ts" {
			text = strings.Replace(made, ">= 4.0.0 < 5.0.0", ">= 3.0.0 < 4.0.0", 1)
		} else {
			text = string(files[name])
		}
		write(t, filepath.Join(dir, "sst.config.ts"), text)
		if out, err := sst(dir, "install", "--stage", "production"); (err == nil) != (want == "") || !strings.Contains(out, want) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	c := evaluated(t, dir, "made.ts")
	if c.App.Name != "blog" || c.App.Home != "aws" || c.Service.Image.Context != "." || c.Service.LoadBalancer.Rules[0].Forward != "8080/http" || c.Service.Architecture != "x86_64" {
		t.Errorf("%+v", c)
	}
	if h := c.Service.LoadBalancer.Health["8080/http"]; h.Path != "/" || h.SuccessCodes != "200-299" || fmt.Sprint(c.Service.Health.Command) != "[CMD /probe]" {
		t.Errorf("%+v", c.Service)
	}
	if task := c.Task[0]; *task.Name != "Server" || !*task.ReadonlyRootFilesystem || *task.User != "65532:65532" || task.LinuxParameters.Capabilities.Drop[0] != "ALL" || *task.StopTimeout != 60 {
		t.Errorf("%+v", task)
	}
	if low := evaluated(t, dir, "low.ts"); low.Service.Health.Command != nil || *low.Task[0].SystemControls[0].Value != "0" || low.Service.LoadBalancer.Health["80/http"].SuccessCodes != "200-499" {
		t.Errorf("%+v", low)
	}
	for i, text := range hostile {
		c := evaluated(t, dir, fmt.Sprintf("hostile%d.ts", i))
		if c.App.Name != text || c.Service.Image != (sstImage{text, text}) || c.Service.LoadBalancer.Health["8080/http"].Path != text {
			t.Errorf("%q: %+v", text, c)
		}
	}
}

// installedSST is a new folder with SST, whose packages are kept in the user's cache folder.
func installedSST(t *testing.T) string {
	t.Helper()
	npm := testtool.Need(t, "npm")
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	kept, dir := filepath.Join(cache, "verbosel", "test-sst-"+sstVersion), t.TempDir()
	if _, err := os.Stat(kept); errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(kept), 0o755); err != nil {
			t.Fatal(err)
		}
		work, err := os.MkdirTemp(filepath.Dir(kept), "sst-")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(work)
		write(t, filepath.Join(work, "package.json"), "{}\n")
		get := exec.Command(npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "sst@"+sstVersion)
		get.Dir = work
		if out, err := get.CombinedOutput(); err != nil {
			t.Skipf("npm cannot install SST %s: %v\n%s", sstVersion, err, out)
		}
		write(t, filepath.Join(work, "sst.config.ts"), "export default $config({ app: () => ({ name: \"types\", home: \"aws\" }), async run() {} });\n")
		if out, err := sst(work, "install", "--stage", "production"); err != nil {
			t.Fatalf("SST cannot install its types: %v\n%s", err, out)
		}
		if err := os.Rename(work, kept); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{".sst", "node_modules"} {
		if err := os.Symlink(filepath.Join(kept, name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// sst runs SST in a folder. It does without Pulumi, which deploys, and without Bun, for which npm
// does: both are downloaded from elsewhere.
func sst(dir string, args ...string) (string, error) {
	cmd := exec.Command(filepath.Join(dir, "node_modules/sst-linux-x64/bin/sst"), args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "SST_SKIP_DEPENDENCY_CHECK=1", "SST_NO_BUN=1", "SST_TELEMETRY_DISABLED=1", "XDG_CONFIG_HOME="+filepath.Join(dir, "config"))
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// isTyped demands that TypeScript finds mistakes in bad.ts alone.
func isTyped(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	args := []string{".sst/platform/node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler", "bad.ts"}
	for name := range files {
		args = append(args, name)
	}
	tsc := exec.Command(testtool.Need(t, "node"), args...)
	tsc.Dir = dir
	out, err := tsc.CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte("'contxt' does not exist in type")) {
		t.Errorf("a wrong key is taken: %v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "bad.ts(") && !strings.HasPrefix(line, " ") {
			t.Errorf("%s", line)
		}
	}
}

type sstImage struct{ Context, Dockerfile string }

// configuration is what one asks for, as far as values of a server go into it.
type configuration struct {
	App     struct{ Name, Home, Version string }
	Service struct {
		Architecture string
		Image        sstImage
		LoadBalancer struct {
			Rules  []struct{ Listen, Forward string }
			Health map[string]struct{ Path, SuccessCodes string }
		}
		Health struct{ Command []string }
	}
	Task []types.ContainerDefinition
}

// evaluate runs a configuration in which SST's components only keep what they are given, and has
// the service's task transformed.
const evaluate = `
globalThis.$config = (config) => config;
globalThis.$jsonParse = (text) => ({ apply: (f) => f(JSON.parse(text)) });
let service;
globalThis.sst = { aws: { Vpc: class {}, Cluster: class {}, Service: class { constructor(name, args) { service = args; } } } };
const { default: config } = await import(process.argv[2]);
await config.run();
const task = { containerDefinitions: JSON.stringify([{ name: "Server" }]) };
service.transform.taskDefinition(task);
console.log(JSON.stringify({ App: config.app({ stage: "production" }), Service: service, Task: JSON.parse(task.containerDefinitions) }));
`

func evaluated(t *testing.T, dir, name string) (c configuration) {
	t.Helper()
	script, module := filepath.Join(dir, "evaluate.mjs"), filepath.Join(dir, name+".mjs")
	write(t, script, evaluate)
	strip := exec.Command(filepath.Join(dir, ".sst/platform/node_modules/.bin/esbuild"), filepath.Join(dir, name), "--outfile="+module)
	if out, err := strip.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	out, err := exec.Command(testtool.Need(t, "node"), script, module).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	if err := json.Unmarshal(out, &c); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return c
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
