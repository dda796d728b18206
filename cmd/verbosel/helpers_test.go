package main

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/verbosel/verbosel/cmd/internal/output"
)

var update = flag.Bool("update", false, "rewrite the outputs that the scripts compare with")

const sigTerm = syscall.SIGTERM

// requestMain is the program `request METHOD URL`: it prints the response's status
// line, Content-Type and body, and ends with 1 where there is no response.
func requestMain() {
	client := &http.Client{
		Timeout:       20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	req, err := http.NewRequest(os.Args[1], os.Args[2], nil)
	exitIf(err)
	res, err := client.Do(req)
	exitIf(err)
	defer res.Body.Close()
	fmt.Println(res.Proto, res.Status)
	for _, name := range []string{"Content-Type", "Location"} {
		if value := res.Header.Get(name); value != "" {
			fmt.Printf("%s: %s\n", name, value)
		}
	}
	fmt.Println()
	_, err = io.Copy(os.Stdout, res.Body)
	exitIf(err)
}

// holdMain is the program `hold TARGET PIDFILE STEP`: it stops for ever in the middle
// of writing TARGET as build does: before its first byte ("new"), behind it ("half"),
// or when the file is in its place ("done"). PIDFILE says that it has come there.
func holdMain() {
	target, pidFile, step := os.Args[1], os.Args[2], os.Args[3]
	files := output.New()
	out, err := files.Add(target, 0o755)
	exitIf(err)
	if step != "new" {
		_, err = out.Write([]byte("half"))
		exitIf(err)
	}
	if step == "done" {
		exitIf(files.Commit())
	}
	exitIf(os.WriteFile(pidFile+".tmp", []byte(strconv.Itoa(os.Getpid())), 0o644))
	exitIf(os.Rename(pidFile+".tmp", pidFile))
	select {}
}

// textMain is the program `text FILE`: it writes a file that takes long to encode.
func textMain() {
	var b strings.Builder
	for i := range 300_000 {
		fmt.Fprintln(&b, i*7919%1_000_003, i)
	}
	exitIf(os.WriteFile(os.Args[1], []byte(b.String()), 0o644))
}

// patchMain is the program `patch FILE OLD NEW [SIZE]`: it puts NEW in the place of the
// first OLD, both hexadecimal, and cuts the file to SIZE bytes.
func patchMain() {
	path := os.Args[1]
	file, err := os.ReadFile(path)
	exitIf(err)
	before, err := hex.DecodeString(os.Args[2])
	exitIf(err)
	after, err := hex.DecodeString(os.Args[3])
	exitIf(err)
	if !bytes.Contains(file, before) {
		exitIf(fmt.Errorf("%s has no %x", path, before))
	}
	file = bytes.Replace(file, before, after, 1)
	if len(os.Args) > 4 {
		size, err := strconv.Atoi(os.Args[4])
		exitIf(err)
		file = file[:size]
	}
	exitIf(os.WriteFile(path, file, 0o755))
}

func exitIf(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
