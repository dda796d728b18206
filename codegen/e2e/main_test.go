package e2e

import (
	"flag"
	"os"
	"testing"
)

// together is how many tests run at once where -parallel does not say it: most of a test's
// time is spent in waiting, for a server's timeouts, a browser, a silence.
const together = "6"

func TestMain(m *testing.M) {
	given := false
	flag.Parse()
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		if err := flag.Set("test.parallel", together); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
