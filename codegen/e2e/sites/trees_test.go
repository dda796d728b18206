package sites

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// trees are manuals from Debian's packages, with the packages that their links lead to.
var trees = []struct {
	name, folder string
	packages     string
}{
	{"python3.11-doc", "usr/share/doc/python3.11/html", "python3.11-doc libjs-jquery libjs-underscore"},
	{"openjdk-17-doc", "usr/share/doc/openjdk-17-jre-headless", "openjdk-17-doc libjs-jquery libjs-jquery-ui libjs-jquery-ui-theme-base"},
	{"rust-doc", "usr/share/doc/rust-doc/html", "rust-doc libjs-jquery libjs-highlight.js libjs-mathjax fonts-open-sans fonts-font-awesome"},
}

const (
	maxTreeMemory = 1 << 30  // bytes that a build may take
	sampled       = 16 << 20 // bytes that the command line tools compress
	treeLimit     = 90 * time.Minute
)

// cost is what a command takes.
type cost struct {
	cpu, wall time.Duration
	memory    int64 // bytes, at most, of the largest process
}

// TestTrees builds a server of each tree, and again with nothing changed, which is to take no more
// CPU than sha256sum of its files and cp of the server, and has the command line tools compress a sample of
// its contents.
func TestTrees(t *testing.T) {
	enabled(t)
	var out strings.Builder
	out.WriteString("| tree | files | MB | ELF, MB | build: CPU, s | wall, s | memory, MiB | again: CPU, s | wall, s | memory, MiB | sha256sum and cp: CPU, s | command line tools: CPU, s | of MB |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, tree := range trees {
		t.Run(tree.name, func(t *testing.T) {
			root := recipe{tree.name, []string{"apt-get download " + tree.packages, "for d in *.deb; do dpkg -x $d .; done && rm *.deb"}}.make(t)
			folder := filepath.Join(root, tree.folder)
			work := t.TempDir()
			text := fmt.Sprintf("routes:\n  - path: /\n    dir: %q\n    links: follow\n", folder)
			if err := os.WriteFile(filepath.Join(work, "routes.yaml"), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			first, said := measure(t, work, build(t))
			if !progress.MatchString(said) {
				t.Errorf("no progress is shown: %s", tail(said, 300))
			}
			second, _ := measure(t, work, build(t))
			if m := max(first.memory, second.memory); m > maxTreeMemory {
				t.Errorf("it takes %d bytes of memory", m)
			}
			floor, _ := measure(t, work, fmt.Sprintf("(cd %q && %s | xargs -0 sha256sum >/dev/null) && cp server copy", folder, findServed))
			if second.cpu > floor.cpu {
				t.Errorf("with nothing changed it takes %s of CPU, and sha256sum and cp %s", second.cpu, floor.cpu)
			}
			info, err := os.Stat(filepath.Join(work, "server"))
			if err != nil {
				t.Fatal(err)
			}
			list := contents(t, folder)
			tools, part, whole := compressSample(t, list)
			scaled := tools.Seconds() * float64(whole) / float64(part)
			if first.cpu.Seconds() > scaled {
				t.Errorf("it takes %s of CPU, and the tools %.0f s", first.cpu, scaled)
			}
			line := fmt.Sprintf("| %s | %d | %.1f | %.1f | %.0f | %.0f | %d | %.2f | %.2f | %d | %.2f | %.0f | %.1f, for all of %.1f: %.0f |\n", tree.name, list.files, mega(list.bytes), mega(info.Size()),
				first.cpu.Seconds(), first.wall.Seconds(), first.memory>>20, second.cpu.Seconds(), second.wall.Seconds(), second.memory>>20, floor.cpu.Seconds(),
				tools.Seconds(), mega(part), mega(whole), scaled)
			t.Log(line)
			out.WriteString(line)
		})
	}
	t.Logf("\n%s", out.String())
}

func mega(n int64) float64 { return float64(n) / 1e6 }

// progress is what build shows on a terminal.
var progress = regexp.MustCompile(`encoding \[=+ *\] +[0-9]+ of [0-9]+`)

// build is the command, on a terminal of its own so that it shows its progress.
func build(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("script -qec '%s build . -o server' /dev/null", verbosel(t))
}

// measure runs a command in a folder, where its cache lies too.
func measure(t *testing.T, dir, command string) (c cost, said string) {
	t.Helper()
	cmd := exec.Command("timeout", "-k", "5", fmt.Sprint(treeLimit.Seconds()), "bash", "-c", command)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(dir, "cache"))
	start := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", command, err, tail(string(out), 2000))
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage) // that of those it waited for is in it
	return cost{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), time.Since(start), usage.Maxrss << 10}, string(out)
}

// findServed lists the files of the folder where it is run, but for names that begin with a dot, which are not
// served. The folder itself may be below such a name, as caches are.
const findServed = "find -L . -name '.?*' -prune -o -type f -print0"

// contentList is what is in a folder, links followed.
type contentList struct {
	files    int
	bytes    int64
	distinct []content // those of types that are encoded, by hash
}

type content struct {
	path string
	size int64
	sum  [sha256.Size]byte
}

func contents(t *testing.T, folder string) (list contentList) {
	t.Helper()
	seen := map[[sha256.Size]byte]bool{}
	add := func(path string) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		list.files++
		list.bytes += int64(len(text))
		sum := sha256.Sum256(text)
		if len(text) == 0 || len(text) > 32<<20 || seen[sum] || !slices.Contains([]string{".html", ".js", ".css", ".svg", ".txt", ".json", ".xml", ".md"}, filepath.Ext(path)) {
			return
		}
		seen[sum] = true
		list.distinct = append(list.distinct, content{path, int64(len(text)), sum})
	}
	find := exec.Command("sh", "-c", findServed)
	find.Dir = folder
	found, err := find.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.FieldsFunc(string(found), func(r rune) bool { return r == 0 }) {
		add(filepath.Join(folder, path))
	}
	slices.SortFunc(list.distinct, func(a, b content) int { return bytes.Compare(a.sum[:], b.sum[:]) })
	return list
}

// compressSample has gzip, brotli and zstd compress each content once at verbosel's levels, of as many
// contents as are some 16 MB: every nth by hash. It returns the CPU, the sample's bytes and all bytes.
func compressSample(t *testing.T, list contentList) (cpu time.Duration, part, whole int64) {
	t.Helper()
	tools := recipe{"brotli", []string{"apt-get download brotli && dpkg -x brotli_*.deb . && rm *.deb"}}.make(t)
	for _, c := range list.distinct {
		whole += c.size
	}
	step := max(1, int(whole/sampled))
	dir := t.TempDir()
	lists := map[string]*strings.Builder{"all": {}, "11": {}, "10": {}, "9": {}}
	for i := 0; i < len(list.distinct); i += step {
		c := list.distinct[i]
		part += c.size
		quality := "11"
		switch {
		case c.size > 4<<20:
			quality = "9"
		case c.size > 256<<10:
			quality = "10"
		}
		for _, key := range []string{"all", quality} {
			lists[key].WriteString(c.path + "\x00")
		}
	}
	for key, b := range lists {
		if err := os.WriteFile(filepath.Join(dir, key), []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	brotli := filepath.Join(tools, "usr/bin/brotli")
	for _, command := range []string{
		"xargs -0r gzip -9 -c <all >/dev/null",
		"xargs -0r zstd -11 -q -c --single-thread <all >/dev/null",                              // what its library's best is said to equal
		"for q in 9 10 11; do xargs -0r -n1 " + brotli + " -q $q -w 22 -c <$q >/dev/null; done", // 1.0.9 takes one file with -c
	} {
		c, _ := measure(t, dir, command)
		t.Logf("%.1f s of CPU: %s", c.cpu.Seconds(), command)
		cpu += c.cpu
	}
	return cpu, part, whole
}
