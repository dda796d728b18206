package e2e

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/verbosel/verbosel/codegen/internal/emitted"
	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

func TestCurl(t *testing.T) {
	t.Parallel()
	curl := testtool.Need(t, "curl")
	emitted.Each(t, emitted.Every(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec("", postPage))
		page := "http://" + s.Addr + "/"
		for name, c := range map[string]struct {
			args []string
			want string
		}{
			"get":       {[]string{page}, "root\n200 5"},
			"head":      {[]string{"-I", "-o", "/dev/null", page}, "200 0"},
			"http 1.0":  {[]string{"-0", page}, "root\n200 5"},
			"data":      {[]string{"-d", "a=b", page}, "root\n200 5"},
			"chunked":   {[]string{"-H", "Transfer-Encoding: chunked", "-d", "a=b", page}, "root\n200 5"},
			"expect":    {[]string{"-H", "Expect: 100-continue", "-d", strings.Repeat("a", 100_000), page}, "root\n200 5"},
			"not found": {[]string{page + "x"}, "404 0"},
			"options":   {[]string{"-X", "OPTIONS", page}, "204 0"},
			"large":     {[]string{"-H", "Expect:", "-d", strings.Repeat("a", 100_000), "-H", "X: " + strings.Repeat("b", 10_000), page}, "root\n200 5"},
		} {
			t.Run(name, func(t *testing.T) {
				if got := runCurl(t, curl, append([]string{"-w", "%{http_code} %{size_download}"}, c.args...)); got != c.want {
					t.Errorf("got %q, want %q", got, c.want)
				}
			})
		}
	})
}

// One curl with five pages makes as many connections as the isolation asks for.
func TestCurlKeepsAlive(t *testing.T) {
	curl := testtool.Need(t, "curl")
	emitted.Each(t, emitted.WithProof(), func(t *testing.T, v emitted.Variant) {
		s := emitted.Start(t, v.Spec("", postPage))
		var args []string
		for range 5 {
			args = append(args, "-o", "/dev/null", "http://"+s.Addr+"/")
		}
		want := "1 1 1 1 1 "
		if v.KeepAlive() {
			want = "1 0 0 0 0 "
		}
		if got := runCurl(t, curl, append([]string{"-w", "%{num_connects} "}, args...)); got != want {
			t.Errorf("new connections for each: %q, want %q", got, want)
		}
	})
}

func runCurl(t *testing.T, curl string, args []string) string {
	t.Helper()
	cmd := exec.Command(curl, append([]string{"-q", "-sS", "--noproxy", "*", "--max-time", "20"}, args...)...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("curl: %v: %s", err, stderr.String())
	}
	return string(out)
}
