package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/verbosel/verbosel/cmd/internal/output"
	"github.com/verbosel/verbosel/cmd/internal/specfile"
	"github.com/verbosel/verbosel/cmd/internal/summary"
	"github.com/verbosel/verbosel/cmd/internal/terminal"
	"github.com/verbosel/verbosel/cmd/internal/usage"
	"github.com/verbosel/verbosel/codegen/image"
	"github.com/verbosel/verbosel/codegen/verify/verdict"
)

// Formats of an image.
const (
	formatOCI       = "oci"
	formatOCIFolder = "oci-dir"
	formatDocker    = "docker"
)

var imageFormats = []string{formatOCI, formatOCIFolder, formatDocker}

// layoutFile is in every OCI image layout (OCI image spec, image-layout.md).
const layoutFile = "oci-layout"

// imageFlags are the flags of image.
type imageFlags struct {
	out, format, push, platform  string
	tags, labels                 []string
	git, force, noCache, noProbe bool
}

func newImage() *cobra.Command {
	var f imageFlags
	cmd := &cobra.Command{
		Use:   "image SPEC|ELF",
		Short: "Make a container image of a spec, or of a server",
		Long: `Compiles a spec into a container image, without a daemon: FROM scratch, with the server as /server, run as
user 65532, the health check's program as /probe, and nothing else. The same spec gives the same digest on every machine.
A server that is there already is proved, and goes in as it is; its port and health check are those of its note
('verbosel build --note'). The formats are

  oci      a tar file of an OCI image layout, for podman load, skopeo, and docker load from 25 on
  oci-dir  the same as a folder
  docker   a tar file as docker save writes it

More than one --tag gives the image more than one name. Of an oci file with several names podman load takes
none, and skopeo the one that it is asked for: give podman the format docker.

With --push the image goes to a registry, with the credentials that docker login or podman login left
behind, and to a file only if -o names one. Without -o it gets the name of the spec's folder.

The health check asks for what health names in the spec, / unless it does. Podman looks at it in the format
docker only; for the others there is podman run --health-cmd /probe.`,
		Example: `  verbosel image site --tag site:1.0 && podman load -i site.tar
  verbosel image site -o - | docker load
  verbosel image site --push registry.example/team/site:1.0 --git
  verbosel build site -o server --note && verbosel image server`,
		Args: usage.Between(1, 1, "SPEC or ELF"),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.out, "output", "o", "", "write the image to `FILE`; - is standard output")
	flags.StringVar(&f.format, "format", formatOCI, "write it in `FORMAT`: "+strings.Join(imageFormats, ", "))
	flags.StringArrayVar(&f.tags, "tag", nil, "call the image `NAME`, such as site:1.0, in the file; more than once for more")
	flags.StringVar(&f.push, "push", "", "push the image to `REF`, such as registry.example/team/site:1.0")
	flags.StringVar(&f.platform, "platform", image.Platform, "for the platform `OS/ARCH`: there is one")
	flags.StringArrayVar(&f.labels, "label", nil, "add the label `KEY=VALUE`, such as org.opencontainers.image.title=Site; more than once for more")
	flags.BoolVar(&f.git, "git", false, "add labels of the git commit that the spec is of: revision, created and source")
	flags.BoolVar(&f.noProbe, "no-probe", false, "leave the health check and its program out")
	flags.BoolVar(&f.force, "force", false, "overwrite what is there")
	specfile.AddNoCache(flags, &f.noCache)
	return cmd
}

// imageNames are the names that an image gets.
type imageNames struct {
	tags []image.Tag
	push *image.Reference // nil: it is not pushed
}

// validate refuses flags that are wrong or cannot be meant together.
func (f imageFlags) validate(cmd *cobra.Command) (n imageNames, err error) {
	if n.tags, err = image.NewTags(f.tags); err != nil {
		return n, fmt.Errorf("--tag: %w", err)
	}
	if f.push != "" {
		ref, err := image.NewReference(f.push)
		if err != nil {
			return n, fmt.Errorf("--push: %w", err)
		}
		n.push = &ref
	}
	switch {
	case !slices.Contains(imageFormats, f.format):
		return n, usage.Mistake(fmt.Errorf("--format=%s: the formats are %s", f.format, strings.Join(imageFormats, ", ")))
	case f.platform != image.Platform:
		return n, usage.Mistake(fmt.Errorf("--platform=%s: servers run on %s only", f.platform, image.Platform))
	case f.out == toStdout && f.format == formatOCIFolder:
		return n, usage.Mistake(errors.New("-o -: --format oci-dir writes a folder, which cannot go to standard output"))
	case f.out == toStdout && terminal.IsTerminal(cmd.OutOrStdout()):
		return n, usage.Mistake(errors.New("-o -: standard output is a terminal, and an image is no text: redirect it, or name a file"))
	}
	return n, nil
}

func (f imageFlags) run(cmd *cobra.Command, arg string) error {
	f.out = openName(f.out)
	names, err := f.validate(cmd)
	if err != nil {
		return err
	}
	from, err := f.source(cmd, arg)
	if err != nil {
		return err
	}
	labels, err := f.allLabels(from)
	if err != nil {
		return err
	}
	files := output.New()
	defer files.Close()
	if !f.force {
		files.Keep()
	}
	if err := from.guard(files); err != nil {
		return err
	}
	to, err := f.open(cmd, from, files)
	if err != nil {
		return err
	}
	server, err := from.make(cmd, files)
	if err != nil {
		return err
	}
	defer server.file.Close()
	img, err := image.New(server.file, server.size, image.Config{Port: server.port, Probe: server.probe, Labels: labels})
	if err != nil {
		return err
	}
	if err := f.deliver(img, names, to, files); err != nil {
		return err
	}
	return f.summarise(to, img, server.size, names)
}

// deliver writes the image, pushes it, and then puts the files in their places.
func (f imageFlags) deliver(img *image.Image, names imageNames, to *imageTarget, files *output.Set) error {
	if to.write != nil {
		if err := to.write(img, names.tags); err != nil {
			return fmt.Errorf("writing %s: %w", to.name, err)
		}
	}
	if names.push != nil {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		if err := img.Push(ctx, *names.push); err != nil {
			return err
		}
	}
	return files.Commit()
}

// imageTarget is where an image is written.
type imageTarget struct {
	name  string // for messages
	talk  io.Writer
	write func(*image.Image, []image.Tag) error // nil: it is pushed only
}

// open prepares to write.
func (f imageFlags) open(cmd *cobra.Command, from imageSource, files *output.Set) (*imageTarget, error) {
	to := &imageTarget{name: f.out, talk: cmd.OutOrStdout()}
	switch {
	case f.out == "" && f.push != "":
		return to, nil
	case f.out == toStdout:
		files.AddOpen(cmd.OutOrStdout())
		to.name, to.talk = summary.StandardOutput, cmd.ErrOrStderr()
		to.write = func(i *image.Image, tags []image.Tag) error { return f.encode(i, cmd.OutOrStdout(), tags) }
		return to, nil
	case f.out == "":
		name, err := from.name()
		if err != nil {
			return nil, err
		}
		to.name = name + map[string]string{formatOCI: ".tar", formatDocker: ".tar", formatOCIFolder: ".image"}[f.format]
	}
	if f.format == formatOCIFolder {
		folder, err := files.AddFolder(to.name, layoutFile)
		if err != nil {
			return nil, err
		}
		to.write = func(i *image.Image, tags []image.Tag) error { return i.WriteFolder(folder.Path, tags...) }
		return to, nil
	}
	file, err := files.Add(to.name, 0o644)
	if err != nil {
		return nil, err
	}
	to.write = func(i *image.Image, tags []image.Tag) error { return f.encode(i, file, tags) }
	return to, nil
}

func (f imageFlags) encode(i *image.Image, w io.Writer, tags []image.Tag) error {
	if f.format == formatDocker {
		return i.WriteDocker(w, tags...)
	}
	return i.WriteOCI(w, tags...)
}

func (f imageFlags) summarise(to *imageTarget, img *image.Image, server int64, names imageNames) error {
	var b strings.Builder
	if to.write != nil {
		fmt.Fprintf(&b, "%s\n\n", to.name)
	}
	fmt.Fprintf(&b, "  digest    %s\n", img.Digest)
	fmt.Fprintf(&b, "  size      %s bytes compressed, with a server of %s\n", verdict.Thousands(img.Size), verdict.Thousands(server))
	if names.push != nil {
		fmt.Fprintf(&b, "  pushed    %s\n", names.push)
	}
	_, err := io.WriteString(to.talk, b.String())
	return err
}
