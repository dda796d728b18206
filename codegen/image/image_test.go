package image

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"github.com/verbosel/verbosel/codegen"
)

// server stands for one: what is in it is of no account here.
const server = "\x7fELF and so on"

func newImage(t *testing.T, c Config) *Image {
	t.Helper()
	img, err := New(strings.NewReader(server), int64(len(server)), c)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

var full = Config{Port: 8080, Labels: map[string]string{"a": "b", "org.opencontainers.image.title": "\"${x}\"\n"}}

// The digest does not depend on when, where and how often an image is made. It is written
// here, so that a change of anything that goes into it is seen.
func TestDigest(t *testing.T) {
	const want = "sha256:0a1469463d25d92bab2fb12a76f2c32d618536c4d97ec5966bf9081b90c0d91b"
	a, b := newImage(t, full), newImage(t, full)
	if a.Digest != b.Digest || a.Digest != want {
		t.Errorf("%s and %s, want %s", a.Digest, b.Digest, want)
	}
	if other := newImage(t, Config{Port: 8080}); other.Digest == a.Digest {
		t.Error("another configuration has the same digest")
	}
}

func TestConfig(t *testing.T) {
	got, err := newImage(t, full).ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	epoch := v1.Time{Time: time.Unix(0, 0).UTC()}
	diffID := got.RootFS.DiffIDs
	want := &v1.ConfigFile{
		Architecture: "amd64", OS: "linux", Created: epoch,
		History: []v1.History{{Created: epoch, CreatedBy: "verbosel image", Comment: "the server"}},
		RootFS:  v1.RootFS{Type: "layers", DiffIDs: diffID},
		Config: v1.Config{
			Entrypoint: []string{"/server"}, WorkingDir: "/", User: "65532:65532", StopSignal: "SIGTERM",
			ExposedPorts: map[string]struct{}{"8080/tcp": {}}, Labels: full.Labels,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" || len(diffID) != 1 {
		t.Error(diff, diffID)
	}
	none, err := newImage(t, Config{}).ConfigFile()
	if err != nil || none.Config.ExposedPorts != nil || none.Config.Labels != nil {
		t.Errorf("%+v, %v", none.Config, err)
	}
}

// With a probe the image has both programs, and a health check that runs it.
func TestProbe(t *testing.T) {
	with := full
	with.Probe = []byte("\x7fELF and a probe")
	img := newImage(t, with)
	isValid(t, img, "")
	config, err := img.ConfigFile()
	if err != nil || config.Config.Healthcheck == nil {
		t.Fatalf("%+v, %v", config.Config, err)
	}
	if diff := cmp.Diff([]string{"CMD", "/probe"}, config.Config.Healthcheck.Test); diff != "" {
		t.Error(diff)
	}
	files := mutate.Extract(img.Image)
	defer files.Close()
	r := tar.NewReader(files)
	got := map[string]string{}
	for {
		head, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil || head.Mode != 0o755 {
			t.Errorf("%+v, %v", head, err)
		}
		got[head.Name] = string(content)
	}
	if diff := cmp.Diff(map[string]string{"server": server, "probe": string(with.Probe)}, got); diff != "" {
		t.Error(diff)
	}
}

// In the image is the server and nothing else.
func TestLayer(t *testing.T) {
	img := newImage(t, full)
	files := mutate.Extract(img.Image)
	defer files.Close()
	r := tar.NewReader(files)
	head, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if head.Name != "server" || head.Mode != 0o755 || head.Uid != 0 || head.Uname != "" || head.ModTime.Unix() != 0 || string(content) != server || err != nil {
		t.Errorf("%+v, %q, %v", head, content, err)
	}
	if _, err := r.Next(); err != io.EOF {
		t.Errorf("there is more: %v", err)
	}
}

// Whatever the server's size, the layer is a whole number of blocks.
func TestLayerOfAnySize(t *testing.T) {
	for _, size := range []int{0, 1, 511, 512, 513} {
		img, err := New(bytes.NewReader(make([]byte, size)), int64(size), Config{})
		if err != nil {
			t.Fatal(err)
		}
		isValid(t, img, "")
	}
}

// hello's image is as small as README says, and site's is hardly more than its ELF.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		example string
		most    func(elf int64) int64
	}{
		{"hello", func(int64) int64 { return 5 << 10 }},
		{"site", func(elf int64) int64 { return elf * 102 / 100 }},
	} {
		r, err := codegen.Compile(os.DirFS("../../examples/"+c.example), "routes.yaml", codegen.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var elf bytes.Buffer
		if err := r.WriteELF(&elf); err != nil {
			t.Fatal(err)
		}
		p, err := r.Probe(nil)
		if err != nil {
			t.Fatal(err)
		}
		var probe bytes.Buffer
		if err := p.WriteELF(&probe); err != nil {
			t.Fatal(err)
		}
		img, err := New(bytes.NewReader(elf.Bytes()), r.Size(), Config{Port: 8080, Probe: probe.Bytes()})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes, a server of %d and a probe of %d", c.example, img.Size, r.Size(), p.Size())
		if img.Size > c.most(r.Size()) {
			t.Errorf("%s: %d bytes, want %d at most for a server of %d", c.example, img.Size, c.most(r.Size()), r.Size())
		}
	}
}

// isValid writes a layout, and demands that all in it is as its hashes and sizes say.
func isValid(t *testing.T, img *Image, tags ...Tag) v1.ImageIndex {
	t.Helper()
	dir := t.TempDir()
	if err := img.WriteFolder(dir, tags...); err != nil {
		t.Fatal(err)
	}
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(index); err != nil {
		t.Error(err)
	}
	return index
}

// lists are tags of images.
var lists = [][]Tag{nil, {"site:1.0"}, {"a/site:1", "b/site", "c/site:2", "d/site:1", "site:1.0"}}

func TestFolder(t *testing.T) {
	img := newImage(t, full)
	for _, tags := range lists {
		index := isValid(t, img, tags...)
		m, err := index.IndexManifest()
		if err != nil || len(m.Manifests) != max(1, len(tags)) {
			t.Fatalf("%+v, %v; want the tags %q", m, err, tags)
		}
		for i, one := range m.Manifests {
			if one.Digest.String() != img.Digest || len(tags) > 0 && one.Annotations[refName] != string(tags[i]) {
				t.Errorf("%+v; want the tags %q", one, tags)
			}
		}
	}
}

// An OCI archive is the layout, in order, and the same each time.
func TestOCI(t *testing.T) {
	var a, b bytes.Buffer
	for _, to := range []*bytes.Buffer{&a, &b} {
		if err := newImage(t, full).WriteOCI(to, "site:1.0"); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("twice made, it is not the same")
	}
	var names []string
	for r := tar.NewReader(&a); ; {
		head, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, strings.TrimRight(head.Name, "0123456789abcdef"))
	}
	want := []string{"blobs/sha256/", "blobs/sha256/", "blobs/sha256/", "index.json", "oci-layout"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

func TestDocker(t *testing.T) {
	img := newImage(t, full)
	for _, tags := range lists {
		path := filepath.Join(t.TempDir(), "image.tar")
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(img.WriteDocker(file, tags...), file.Close()); err != nil {
			t.Fatal(err)
		}
		open := func() (io.ReadCloser, error) { return os.Open(path) }
		m, err := tarball.LoadManifest(open)
		if err != nil || len(m) != 1 || len(m[0].RepoTags) != len(tags) || !slices.IsSorted(m[0].RepoTags) {
			t.Errorf("%+v, %v; want the tags %q", m, err, tags)
		}
		var again bytes.Buffer
		if err := img.WriteDocker(&again, tags...); err != nil {
			t.Fatal(err)
		}
		if text, err := os.ReadFile(path); err != nil || !bytes.Equal(text, again.Bytes()) {
			t.Errorf("%v: twice made, it is not the same with the tags %q", err, tags)
		}
		back, err := tarball.Image(open, nil)
		if err != nil {
			t.Fatal(err)
		}
		was, _ := img.ConfigName()
		if is, err := back.ConfigName(); is != was || err != nil {
			t.Errorf("%v, %v; want %v", is, err, was)
		}
	}
}

var errDisk = errors.New("disk on fire")

// broken fails all reads and writes.
type broken struct{}

func (broken) ReadAt([]byte, int64) (int, error) { return 0, errDisk }
func (broken) Write([]byte) (int, error)         { return 0, errDisk }

func TestErrors(t *testing.T) {
	if _, err := New(broken{}, 10, Config{}); !errors.Is(err, errDisk) {
		t.Errorf("a server that cannot be read: %v", err)
	}
	img := newImage(t, full)
	if err := img.WriteOCI(broken{}); !errors.Is(err, errDisk) {
		t.Errorf("OCI to a full disk: %v", err)
	}
	if err := img.WriteDocker(broken{}); !errors.Is(err, errDisk) {
		t.Errorf("Docker's to a full disk: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := img.WriteFolder(file, ""); err == nil {
		t.Error("a layout in a file")
	}
	t.Setenv("TMPDIR", file)
	if err := img.WriteOCI(io.Discard); err == nil {
		t.Error("without a folder for temporary files")
	}
}

func TestTags(t *testing.T) {
	for _, good := range []string{"site", "site:1.0", "registry.example/team/site:1.0", "127.0.0.1:5000/site"} {
		if tags, err := NewTags([]string{good}); err != nil || len(tags) != 1 || string(tags[0]) != good {
			t.Errorf("%q: %q, %v", good, tags, err)
		}
	}
	for _, bad := range []string{"", "Site", "site:", "site:a b", "site@sha256:00", "/site", "a\nb", "${x}", "site:1:2"} {
		if tags, err := NewTags([]string{"good", bad}); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %q, %v", bad, tags, err)
		}
	}
	for _, same := range [][]string{{"site:1", "site:1"}, {"site", "a", "site:latest"}, {"docker.io/library/site", "site"}} {
		if tags, err := NewTags(same); err == nil || !strings.Contains(err.Error(), "is the name that") {
			t.Errorf("%q: %q, %v", same, tags, err)
		}
	}
	if tags, err := NewTags([]string{"site:2", "a/site", "site:1"}); err != nil || !slices.Equal(tags, []Tag{"a/site", "site:1", "site:2"}) {
		t.Errorf("%q, %v", tags, err)
	}
}
