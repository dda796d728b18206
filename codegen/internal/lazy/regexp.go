// Package lazy has regular expressions that are compiled when they are first used: a run of the compiler uses few of its hundred, and
// to compile all takes time and memory of every start.
package lazy

import (
	"os"
	"regexp"
	"strings"
	"sync"
)

// Regexp is a regexp.Regexp that may not be compiled yet. Its methods are those of one.
type Regexp struct {
	text string
	once sync.Once
	re   *regexp.Regexp
}

// inTest: the program is a package's tests.
var inTest = len(os.Args) > 0 && strings.HasSuffix(os.Args[0], ".test")

// New is regexp.MustCompile, later: at once in tests, which one that is wrong ends.
func New(text string) *Regexp {
	r := &Regexp{text: text}
	if inTest {
		r.compiled()
	}
	return r
}

func (r *Regexp) compiled() *regexp.Regexp {
	r.once.Do(func() { r.re = regexp.MustCompile(r.text) })
	return r.re
}

func (r *Regexp) MatchString(s string) bool { return r.compiled().MatchString(s) }

func (r *Regexp) FindString(s string) string { return r.compiled().FindString(s) }

func (r *Regexp) FindStringSubmatch(s string) []string { return r.compiled().FindStringSubmatch(s) }

func (r *Regexp) FindStringSubmatchIndex(s string) []int {
	return r.compiled().FindStringSubmatchIndex(s)
}

func (r *Regexp) FindStringIndex(s string) []int { return r.compiled().FindStringIndex(s) }

func (r *Regexp) ExpandString(dst []byte, template, s string, match []int) []byte {
	return r.compiled().ExpandString(dst, template, s, match)
}

func (r *Regexp) ReplaceAllString(s, with string) string {
	return r.compiled().ReplaceAllString(s, with)
}

func (r *Regexp) ReplaceAllStringFunc(s string, with func(string) string) string {
	return r.compiled().ReplaceAllStringFunc(s, with)
}
