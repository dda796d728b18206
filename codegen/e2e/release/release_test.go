package release

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

// A release of the folder as it is, for one target.
func TestRelease(t *testing.T) {
	testtool.Long(t, "the compiler is compiled as releases are")
	tool := compiled(t)
	dir := filepath.Join(t.TempDir(), "dist")
	makes(t, tool, "-root", "../../..", "-unversioned", "-target", "linux/amd64", "-o", dir)
	isRelease(t, dir, "0.0.0-unversioned", targets[:1])
}

// A release of a commit with a tag has its version and time in all targets, and the same
// bytes from another folder, in another time zone and locale, with other
// settings of Go, and with nothing of an earlier compilation at hand.
func TestReleaseTwice(t *testing.T) {
	testtool.Rare(t, "the compiler is compiled for each target, and once with the standard library")
	testtool.Need(t, "git")
	tool := compiled(t)
	first, second := tagged(t), tagged(t)
	one, two := filepath.Join(t.TempDir(), "dist"), filepath.Join(t.TempDir(), "other name")
	makes(t, tool, "-root", first, "-o", one)
	isRelease(t, one, "1.2.3", targets)
	for name, value := range map[string]string{
		"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "GOAMD64": "v3", "GOFLAGS": "-buildvcs=false", "GOOS": "freebsd", "SOURCE_DATE_EPOCH": "77",
	} {
		t.Setenv(name, value)
	}
	makes(t, tool, "-root", second, "-o", two)
	isSame(t, one, two)

	t.Setenv("GOCACHE", t.TempDir())
	three := filepath.Join(t.TempDir(), "dist")
	makes(t, tool, "-root", second, "-target", "linux/amd64", "-o", three)
	for _, name := range []string{"verbosel_linux_amd64", "verbosel_1.2.3_linux_amd64.tar.gz", "verbosel_linux_amd64.cdx.json"} {
		if !bytes.Equal(read(t, three, name), read(t, one, name)) {
			t.Errorf("%s is another one where all is compiled anew", name)
		}
	}
}

// target is a system and a processor, as Go calls them.
type target struct{ OS, Arch string }

var targets = []target{{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "arm64"}}

// compiled is the program that makes releases.
func compiled(t *testing.T) string {
	t.Helper()
	tool := filepath.Join(t.TempDir(), "release")
	if text, err := exec.Command("go", "build", "-o", tool, "../../../cmd/release").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return tool
}

func makes(t *testing.T, tool string, args ...string) {
	t.Helper()
	if text, err := exec.Command(tool, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}

// tagged is a clone of the last commit, called v1.2.3.
func tagged(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "clone")
	git := func(args ...string) {
		if text, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, text)
		}
	}
	if err := exec.Command("git", "-C", "../../..", "rev-parse", "HEAD").Run(); err != nil {
		t.Skip("not in a git repository, of which a release would be")
	}
	git("clone", "--quiet", "../../..", dir)
	git("-C", dir, "tag", "--force", "v1.2.3")
	return dir
}

func isSame(t *testing.T, one, two string) {
	t.Helper()
	if a, b := names(t, one), names(t, two); strings.Join(a, " ") != strings.Join(b, " ") {
		t.Fatalf("%v, and again %v", a, b)
	}
	for _, name := range names(t, one) {
		if !bytes.Equal(read(t, one, name), read(t, two, name)) {
			t.Errorf("%s is another one the second time", name)
		}
	}
}

// isRelease demands each file that a release has, and that it is what its name says.
func isRelease(t *testing.T, dir, version string, made []target) {
	want := []string{"Dockerfile", "SHA256SUMS", "verbosel.rb"}
	for _, target := range made {
		name := "verbosel_" + target.OS + "_" + target.Arch
		archive := "verbosel_" + version + "_" + target.OS + "_" + target.Arch
		want = append(want, name, name+".cdx.json", "verbosel-verify_"+target.OS+"_"+target.Arch, archive+".tar.gz")
		t.Run(name, func(t *testing.T) {
			isProgram(t, filepath.Join(dir, name), target)
			isBill(t, dir, name, version)
			isArchive(t, dir, archive, name)
		})
	}
	if got := names(t, dir); !sameSet(got, want) {
		t.Errorf("there are %v, want %v", got, want)
	}
	isSums(t, dir)
	isFormula(t, dir, version, len(made))
	out, err := exec.Command(filepath.Join(dir, "verbosel_linux_amd64"), "version").Output()
	if first, _, _ := strings.Cut(string(out), "\n"); err != nil || version == "1.2.3" && first != "verbosel   v1.2.3" {
		t.Errorf("%v: %s", err, out)
	}
}

// isSums demands a checksum of each file, and of no other, as `sha256sum -c` reads them.
func isSums(t *testing.T, dir string) {
	t.Helper()
	var summed []string
	for _, line := range strings.Split(strings.TrimSuffix(string(read(t, dir, "SHA256SUMS")), "\n"), "\n") {
		sum, name, _ := strings.Cut(line, "  ")
		if got := hash(read(t, dir, name)); got != sum {
			t.Errorf("%s: %s, and in the list %s", name, got, sum)
		}
		summed = append(summed, name)
	}
	if got := names(t, dir); !sameSet(got, append(summed, "SHA256SUMS")) {
		t.Errorf("there are %v, and in the list %v", got, summed)
	}
}

func sameSet(a, b []string) bool {
	set := map[string]int{}
	for _, s := range a {
		set[s]++
	}
	for _, s := range b {
		set[s]--
	}
	for _, n := range set {
		if n != 0 {
			return false
		}
	}
	return true
}

func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
