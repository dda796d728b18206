package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/output"
	"github.com/verbosel/verbosel/cmd/internal/specfile"
	"github.com/verbosel/verbosel/cmd/internal/usage"
	"github.com/verbosel/verbosel/codegen/deploy"
)

// deployFlags are the flags of deploy.
type deployFlags struct {
	out, name, image string
	spec             string // as it is called in the repository
	force, noCache   bool
}

func newDeploy() *cobra.Command {
	var f deployFlags
	var says strings.Builder
	for _, t := range deploy.Targets() {
		fmt.Fprintf(&says, "  %-24s %s\n", t.Name, t.Says)
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
		Args:      usage.Between(2, 2, "TARGET or SPEC"),
		ValidArgs: deploy.TargetNames(),
		RunE:      func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0], args[1]) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.out, "output", "o", "", "write into the folder `DIR`")
	flags.StringVar(&f.name, "name", "", "call the service `NAME`; without it, by the spec's folder")
	flags.StringVar(&f.image, "image", "", "the image is called `REF`; without it, by the service")
	flags.BoolVar(&f.force, "force", false, "overwrite what is there")
	specfile.AddNoCache(flags, &f.noCache)
	return cmd
}

func (f deployFlags) run(cmd *cobra.Command, to, arg string) error {
	t, err := deploy.FindTarget(to)
	if err != nil {
		return usage.Mistake(err)
	}
	spec, err := specfile.Open(cmd, arg)
	if err != nil {
		return err
	}
	spec.NoCache = f.noCache
	if err := f.complete(spec, t); err != nil {
		return err
	}
	if f.spec = filepath.Clean(arg); t.Builds && (arg == specfile.Stdin || !filepath.IsLocal(f.spec)) {
		return usage.Mistake(fmt.Errorf("%s builds in the repository: call the spec by its name there, from the top", t.Name))
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
	server, err := ship(cmd, spec, files, !t.Image)
	if err != nil {
		return err
	}
	defer server.file.Close()
	list, err := t.Project(server.Server, deploy.Service{Name: f.name, Image: f.image, Spec: filepath.ToSlash(f.spec), Version: installable()})
	if err != nil {
		return err
	}
	for _, file := range list {
		if err := p.put(file.Name, file.Content); err != nil {
			return err
		}
	}
	if t.Image {
		if server.Probe == nil {
			warnUnchecked(cmd.ErrOrStderr(), "the project", server.Server)
		}
		warnUnreachable(cmd.ErrOrStderr(), server.Spec.Server.Listen)
	}
	if err := files.Commit(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n\n  files     %s\n\nNext, in %s: %s\n", f.out, strings.Join(p.names, " "), f.out, t.Next)
	return err
}

// complete fills in what was not given, and checks what was.
func (f *deployFlags) complete(spec specfile.File, t deploy.Target) error {
	if f.out == "" {
		f.out = t.Name
	}
	given := f.name != ""
	if !given {
		folder, err := spec.Folder()
		if err != nil {
			return err
		}
		f.name = deploy.NameOf(folder)
	}
	if err := deploy.CheckName(f.name); given && err != nil {
		return usage.Mistake(err)
	} else if err != nil {
		return err
	}
	if f.image == "" && t.Builds {
		return usage.Mistake(fmt.Errorf("%s pushes the image: say where with --image, such as registry.example/team/%s:latest", t.Name, f.name))
	}
	if f.image == "" {
		f.image = f.name + ":latest"
	}
	if err := deploy.CheckImage(f.image); err != nil {
		return usage.Mistake(fmt.Errorf("--image: %w", err))
	}
	return nil
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

func openProject(files *output.Set, dir string, t deploy.Target) (*project, error) {
	names, err := t.Files()
	if err != nil {
		return nil, err
	}
	p := &project{set: files, dir: dir, names: names, files: map[string]*output.File{}}
	if _, err := os.Stat(dir); err != nil {
		p.folder, err = files.AddFolder(dir, "")
		return p, err
	}
	for _, name := range p.names {
		if p.files[name], err = files.Add(filepath.Join(dir, name), deploy.Mode(name)); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// put writes a file of the project. One that was not known before comes last.
func (p *project) put(name string, content []byte) (err error) {
	if !slices.Contains(p.names, name) {
		p.names = slices.Sorted(slices.Values(append(p.names, name)))
	}
	if p.folder == nil {
		if p.files[name] == nil {
			if p.files[name], err = p.set.Add(filepath.Join(p.dir, name), deploy.Mode(name)); err != nil {
				return err
			}
		}
		_, err = p.files[name].Write(content)
		return err
	}
	path := filepath.Join(p.folder.Path, name)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, deploy.Mode(name))
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Chmod(deploy.Mode(name)), file.Close())
}
