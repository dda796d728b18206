package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/verbosel/verbosel/cmd/internal/judge"
)

// TestMain gives the scripts verbosel itself and the programs of helpers_test.go.
func TestMain(m *testing.M) {
	testscript.Main(scripts{m}, map[string]func(){
		"verbosel":        main,
		"verbosel-verify": func() { os.Exit(judge.Main(os.Args[1:], os.Stdout, os.Stderr)) },
		"request":         requestMain,
		"hold":            holdMain,
		"text":            textMain,
		"patch":           patchMain,
		"steps":           stepsMain,
		"hook":            hookMain,
	})
}

// scripts run their programs with the default dispositions of Ctrl-C and Ctrl-\, also where this program was started
// with these ignored, as a shell without job control starts what it does not wait for: exec hands on what is ignored, and a shell
// can then catch it no more (POSIX, sh, trap). What Go has a handler for is not.
type scripts struct{ *testing.M }

func (s scripts) Run() int {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGQUIT} {
		if signal.Ignored(sig) {
			signal.Notify(make(chan os.Signal, 1), sig) // which nobody reads: it stays ignored here
		}
	}
	return s.M.Run()
}

// TestInheritedSignals: a script's programs have none of these ignored where whoever runs the tests does.
func TestInheritedSignals(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("sh", "-c", `trap "" INT QUIT; exec "$0" -test.v -test.run '^TestScripts$/^signals$'`, self).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestScripts/signals") {
		t.Errorf("%v\n%s", err, out)
	}
}

// Every command, every error path: see testdata/script. A script may use, beside
// testscript's own commands,
//
//	exits N PROGRAM ARG...   run it and demand exit status N
//	freeport NAME...         set variables to ports that are free on 127.0.0.1
//	listening PORT           wait until something accepts connections there
//	unbound PORT             demand that nothing does
//	serves URL REGEXP        wait until the body has a match
//	says FILE REGEXP         wait until the file has a match
//	terminate PIDFILE        send SIGTERM to the process that the file names
//	untilexists FILE         wait until the file is there
//	empty DIR                demand an empty folder
//
// and the programs of helpers_test.go and steps_test.go. REPOSITORY and EXAMPLES are the
// places of this module and its examples. All scripts have one cache, so that a server is proved once for all of them; one that is
// about the cache has its own.
func TestScripts(t *testing.T) {
	cache := t.TempDir()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			repository, err := filepath.Abs("../..")
			env.Setenv("XDG_CACHE_HOME", cache)
			env.Setenv("REPOSITORY", repository)
			env.Setenv("EXAMPLES", filepath.Join(repository, "examples"))
			return err
		},
		UpdateScripts: *update,
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "root":
				return os.Geteuid() == 0, nil
			case "ci": // where no tool may be missing
				return os.Getenv("CI") == "true", nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":       exits,
			"freeport":    freeport,
			"listening":   listening,
			"unbound":     unbound,
			"serves":      serves,
			"says":        says,
			"terminate":   terminate,
			"untilexists": untilExists,
			"empty":       empty,
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(arg(ts, neg, args, 0))
	ts.Check(err)
	got := 0
	err = ts.Exec(arg(ts, neg, args, 1), args[2:]...)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func freeport(ts *testscript.TestScript, neg bool, args []string) {
	arg(ts, neg, args, 0)
	for _, name := range args {
		// All stay open until all are chosen, so that no two are the same.
		l, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		defer l.Close()
		ts.Setenv(name, strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	}
}

func listening(ts *testscript.TestScript, neg bool, args []string) {
	addr := net.JoinHostPort("127.0.0.1", arg(ts, neg, args, 0))
	poll(ts, "a listener on "+addr, func() bool { return accepts(addr) })
}

func unbound(ts *testscript.TestScript, neg bool, args []string) {
	addr := net.JoinHostPort("127.0.0.1", arg(ts, neg, args, 0))
	poll(ts, "nobody on "+addr, func() bool { return !accepts(addr) })
}

func accepts(addr string) bool {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

func serves(ts *testscript.TestScript, neg bool, args []string) {
	url, re := arg(ts, neg, args, 0), regexp.MustCompile(arg(ts, neg, args, 1))
	poll(ts, url+" with "+re.String(), func() bool {
		res, err := http.Get(url)
		if err != nil {
			return false
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		return err == nil && re.Match(body)
	})
}

func says(ts *testscript.TestScript, neg bool, args []string) {
	path, re := ts.MkAbs(arg(ts, neg, args, 0)), regexp.MustCompile("(?m)"+arg(ts, neg, args, 1))
	poll(ts, path+" with "+re.String(), func() bool {
		text, err := os.ReadFile(path)
		return err == nil && re.Match(text)
	})
}

func terminate(ts *testscript.TestScript, neg bool, args []string) {
	pid, err := strconv.Atoi(ts.ReadFile(arg(ts, neg, args, 0)))
	ts.Check(err)
	process, err := os.FindProcess(pid)
	ts.Check(err)
	ts.Check(process.Signal(sigTerm))
}

func untilExists(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(arg(ts, neg, args, 0))
	poll(ts, path, func() bool { _, err := os.Stat(path); return err == nil })
}

func empty(ts *testscript.TestScript, neg bool, args []string) {
	entries, err := os.ReadDir(ts.MkAbs(arg(ts, neg, args, 0)))
	ts.Check(err)
	if len(entries) > 0 {
		ts.Fatalf("%s holds %v", args[0], entries)
	}
}

// arg returns an argument that must be there, of a command that cannot be negated.
func arg(ts *testscript.TestScript, neg bool, args []string, i int) string {
	if neg || len(args) <= i {
		ts.Fatalf("usage: see TestScripts")
	}
	return args[i]
}

// poll waits for something to happen. The time is a bound for a test that has
// failed, not a measure.
func poll(ts *testscript.TestScript, what string, done func() bool) {
	for deadline := time.Now().Add(time.Minute); ; {
		if done() {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("waited in vain for %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
