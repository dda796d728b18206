package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/output"
	"github.com/verbosel/verbosel/codegen/image"
	"github.com/verbosel/verbosel/codegen/policy"
	"github.com/verbosel/verbosel/templates"
)

// deployFlags are the flags of deploy.
type deployFlags struct {
	out, name, image string
	spec             string // as it is called in the repository
	force, noCache   bool
}

// target is something that servers are deployed to.
type target struct {
	name, says string
	with       []string // what is written beside the files of its templates
	next       string   // what to do in the folder
	image      bool     // the server runs in an image, with its probe
	builds     bool     // it builds and pushes that image by itself
	replicas   int      // 0: as many as it takes
}

// Files that are made, and not filled in.
const (
	serverFile  = "server"
	probeFile   = "probe" // beside the server, where there is one
	profileFile = "seccomp.json"
)

var targets = []target{
	{name: "docker", says: "Dockerfile and compose.yaml, with the server, its probe and their seccomp profile", with: []string{serverFile, profileFile}, next: "docker compose up --build", image: true},
	{name: "kubernetes", says: "manifests for kubectl apply -k, with the seccomp profile for the nodes", with: []string{profileFile}, next: "kubectl apply -k .", image: true},
	{name: "ingress-default-backend", says: "the same as the backend of what no ingress takes", with: []string{profileFile}, next: "kubectl apply -k .", image: true, replicas: 2},
	{name: "knative", says: "a Knative service", next: "kubectl apply -f service.yaml", image: true},
	{name: "cloudrun", says: "a service of Google Cloud Run", next: "gcloud run services replace service.yaml", image: true},
	{name: "nomad", says: "a job of Nomad, with its docker driver", next: "nomad job run -json job.json", image: true},
	{name: "systemd", says: "a unit, with the server", with: []string{serverFile}, next: "its first lines say how to install it"},
	{name: "github-actions", says: "a workflow that builds, proves and pushes", next: "copy verbosel.yml to .github/workflows", image: true, builds: true},
	{name: "gitlab-ci", says: "a pipeline that does", next: "include it in .gitlab-ci.yml", image: true, builds: true},
}

func newDeploy() *cobra.Command {
	var f deployFlags
	var says strings.Builder
	for _, t := range targets {
		fmt.Fprintf(&says, "  %-24s %s\n", t.name, t.says)
	}
	cmd := &cobra.Command{
		Use:   "deploy TARGET SPEC",
		Short: "Write what it takes to run a server somewhere",
		Long: `Writes a project that runs a server, into a folder: that of -o, or one with the name of the target. What is
there already is overwritten with --force only. The targets are

` + says.String() + `
In all of them the server has no rights, a file system that it cannot write to, and, from its proof, no other
system calls than its own. It must listen on a TCP port.`,
		Example: `  verbosel deploy docker site && cd docker && docker compose up --build
  verbosel deploy kubernetes site --image registry.example/team/site:1.0 -o deploy
  verbosel deploy systemd site --name site
  verbosel deploy github-actions site --image ghcr.io/team/site:latest -o .github/workflows`,
		Args:      between(2, 2, "TARGET or SPEC"),
		ValidArgs: targetNames(),
		RunE:      func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0], args[1]) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.out, "output", "o", "", "write into the folder `DIR`")
	flags.StringVar(&f.name, "name", "", "call the service `NAME`; without it, by the spec's folder")
	flags.StringVar(&f.image, "image", "", "the image is called `REF`; without it, by the service")
	flags.BoolVar(&f.force, "force", false, "overwrite what is there")
	addNoCache(flags, &f.noCache)
	return cmd
}

func targetNames() (list []string) {
	for _, t := range targets {
		list = append(list, t.name)
	}
	return list
}

func (f deployFlags) run(cmd *cobra.Command, to, arg string) error {
	i := slices.IndexFunc(targets, func(t target) bool { return t.name == to })
	if i < 0 {
		return usageError{fmt.Errorf("there is no target %q: they are %s", to, strings.Join(targetNames(), ", "))}
	}
	t := targets[i]
	spec, err := openSpec(cmd, arg)
	if err != nil {
		return err
	}
	spec.noCache = f.noCache
	if err := f.complete(spec, t); err != nil {
		return err
	}
	if f.spec = filepath.Clean(arg); t.builds && (arg == fromStdin || !filepath.IsLocal(f.spec)) {
		return usageError{fmt.Errorf("%s builds in the repository: call the spec by its name there, from the top", t.name)}
	}
	files := output.New()
	defer files.Close()
	if !f.force {
		files.Keep()
	}
	p, err := openProject(files, f.out, t)
	if err != nil {
		return err
	}
	server, err := ship(cmd, spec, files, !t.image)
	if err != nil {
		return err
	}
	defer server.file.Close()
	if err := f.fill(p, t, server); err != nil {
		return err
	}
	if t.image {
		warnUnreachable(cmd.ErrOrStderr(), server.Result)
	}
	if err := files.Commit(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n\n  files     %s\n\nNext, in %s: %s\n", f.out, strings.Join(p.names, " "), f.out, t.next)
	return err
}

// label is a name that every target takes: a DNS label (RFC 1123 2.1).
var label = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,51}[a-z0-9])?$`)

// complete fills in what was not given, and checks what was.
func (f *deployFlags) complete(spec specFile, t target) error {
	if f.out == "" {
		f.out = t.name
	}
	given := f.name != ""
	if !given {
		folder, err := spec.folder()
		if err != nil {
			return err
		}
		f.name = asLabel(folder)
	}
	if !label.MatchString(f.name) {
		err := fmt.Errorf("%q is no name of a service: up to 53 of a-z, 0-9 and -, a letter first; --name site gives one", f.name)
		if given {
			return usageError{err}
		}
		return err
	}
	if f.image == "" && t.builds {
		return usageError{fmt.Errorf("%s pushes the image: say where with --image, such as registry.example/team/%s:latest", t.name, f.name)}
	}
	if f.image == "" {
		f.image = f.name + ":latest"
	}
	if _, err := image.NewTag(f.image); err != nil {
		return usageError{fmt.Errorf("--image: %w", err)}
	}
	return nil
}

// asLabel makes a label of a folder's name, as far as it goes.
func asLabel(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		} else {
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String()[:min(b.Len(), 53)], "-")
}

// project is a folder that is being filled: a new one as a whole, or files in one that is
// there.
type project struct {
	set    *output.Set
	dir    string
	names  []string
	folder *output.Folder // nil: the folder is there
	files  map[string]*output.File
}

func openProject(files *output.Set, dir string, t target) (*project, error) {
	names, err := templates.DeployNames(t.name)
	if err != nil {
		return nil, err
	}
	p := &project{set: files, dir: dir, names: slices.Sorted(slices.Values(append(names, t.with...))), files: map[string]*output.File{}}
	if _, err := os.Stat(dir); err != nil {
		p.folder, err = files.AddFolder(dir, "")
		return p, err
	}
	for _, name := range p.names {
		if p.files[name], err = files.Add(filepath.Join(dir, name), modeOf(name)); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func modeOf(name string) os.FileMode {
	if name == serverFile || name == probeFile {
		return 0o755
	}
	return 0o644
}

// put writes a file of the project. One that was not known before comes last.
func (p *project) put(name string, content []byte) (err error) {
	if !slices.Contains(p.names, name) {
		p.names = slices.Sorted(slices.Values(append(p.names, name)))
	}
	if p.folder == nil {
		if p.files[name] == nil {
			if p.files[name], err = p.set.Add(filepath.Join(p.dir, name), modeOf(name)); err != nil {
				return err
			}
		}
		_, err = p.files[name].Write(content)
		return err
	}
	path := filepath.Join(p.folder.Path, name)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, modeOf(name))
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Chmod(modeOf(name)), file.Close())
}

// fill writes all files of the project.
func (f deployFlags) fill(p *project, t target, s *shipped) error {
	values, err := f.values(s)
	if err != nil {
		return err
	}
	values.Replicas, values.Spec, values.Version = t.replicas, filepath.ToSlash(f.spec), installable()
	list, err := values.Render(t.name)
	if err != nil {
		return err
	}
	made := slices.Clone(t.with)
	if s.probe != nil && slices.Contains(made, serverFile) {
		made = append(made, probeFile)
	}
	for _, name := range made {
		content, err := s.made(name)
		if err != nil {
			return err
		}
		list = append(list, templates.File{Name: name, Content: content})
	}
	for _, file := range list {
		if err := p.put(file.Name, file.Content); err != nil {
			return err
		}
	}
	return nil
}

// made is a file that is made, and not filled in.
func (s *shipped) made(name string) ([]byte, error) {
	switch name {
	case serverFile:
		var b bytes.Buffer
		err := s.WriteELF(&b)
		return b.Bytes(), err
	case probeFile:
		return s.probeELF()
	}
	return s.profile()
}

// profile allows the system calls of the server, of its probe, and of runc.
func (s *shipped) profile() ([]byte, error) {
	p, err := policy.New(s.Report)
	if err != nil {
		return nil, err
	}
	if s.probe != nil {
		q, err := policy.New(s.probe.Report)
		if err != nil {
			return nil, err
		}
		p = p.With(q)
	}
	if p, err = p.Widen("runc"); err != nil {
		return nil, err
	}
	return p.Encode("docker")
}

// values are what the templates need to know.
func (f deployFlags) values(r *shipped) (templates.Deploy, error) {
	l := r.Spec.Server.Listen
	switch {
	case l.Network == "unix":
		return templates.Deploy{}, fmt.Errorf("the server listens on %s: what is deployed must listen on a TCP port", l.Text)
	case l.Port == 0:
		return templates.Deploy{}, fmt.Errorf("the server takes its port from %s alone: give it a default, as in ${%[1]s:-8080}", l.PortEnv)
	}
	p, err := policy.New(r.Report)
	if err != nil {
		return templates.Deploy{}, err
	}
	families, err := p.Families()
	if err != nil {
		return templates.Deploy{}, err
	}
	var calls []string
	for _, c := range p.Calls {
		calls = append(calls, c.Name)
	}
	return templates.Deploy{
		Name: f.name, Image: f.image, Port: int(l.Port), Published: int(l.Port), Privileged: l.Port < 1024, Loopback: isLoopback(r.Result),
		Probe: r.HealthPath(), Checked: r.probe != nil, Profile: "verbosel/" + f.name + ".json", Program: "/usr/local/bin/" + f.name,
		Calls: calls, Families: families,
	}, nil
}
