package sites

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/verbosel/verbosel/codegen/internal/testtool"
)

const (
	pageLimit = 4 * time.Minute // for one page to load and come to rest
	maxClicks = 5               // links of the first page that are followed
)

// visitor is a browser with a profile of its own that stays on one server.
type visitor struct {
	t     *testing.T
	ctx   context.Context
	close context.CancelFunc
	addr  string

	mu     sync.Mutex
	errors []string // of the console, each once
}

// newVisitor starts Chromium. It reaches no other machine, so that a starter's fonts and pictures of
// elsewhere fail alike everywhere.
func newVisitor(t *testing.T, addr string, flags ...chromedp.ExecAllocatorOption) *visitor {
	t.Helper()
	program := testtool.Need(t, "chromium", "chromium-browser", "google-chrome")
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), slices.Concat(chromedp.DefaultExecAllocatorOptions[:], flags, []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.UserDataDir(profile(t)),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
	})...)
	t.Cleanup(cancel)
	closing := cancel
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	v := &visitor{t: t, ctx: ctx, close: closing, addr: addr}
	if err := chromedp.Listen(ctx, v.note); err != nil {
		t.Fatal(err)
	}
	return v
}

// profile is a folder that is removed when the last of the browser's processes, which its first
// does not wait for, writes to it no more.
func profile(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "verbosel-profile-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for end := time.Now().Add(10 * time.Second); ; time.Sleep(100 * time.Millisecond) {
			err := os.RemoveAll(dir)
			if err == nil {
				return
			}
			if time.Now().After(end) {
				t.Error(err)
				return
			}
		}
	})
	return dir
}

// note keeps what the console has as an error, but for what was not found at other hosts.
func (v *visitor) note(event any) {
	text := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text = e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type != "error" && e.Type != "assert" {
			return
		}
		for _, a := range e.Args {
			text += strings.Trim(string(a.Value), `"`) + a.Description + " "
		}
	case *log.EventEntryAdded:
		if e.Entry.Level != "error" || e.Entry.Source == "network" && !strings.HasPrefix(e.Entry.URL, "http://"+v.addr) {
			return
		}
		text = e.Entry.Text + " " + e.Entry.URL
	default:
		return
	}
	text, _, _ = strings.Cut(strings.TrimSpace(strings.ReplaceAll(text, v.addr, "HOST")), "\n")
	v.mu.Lock()
	defer v.mu.Unlock()
	if !slices.Contains(v.errors, text) {
		v.errors = append(v.errors, text)
	}
}

// sight is what a page looks like where it has come to rest.
type sight struct{ Path, Title, Heading string }

const look = `({
	Path: location.pathname + location.search,
	Title: document.title,
	Heading: (document.querySelector('h1, h2, h3')?.textContent ?? document.body?.innerText ?? '').trim().replace(/\s+/g, ' ').slice(0, 80),
})`

// do is a deed, after which the page is to come to rest: nothing changes for half a second.
func (v *visitor) do(what string, deed chromedp.Action[chromedp.Void]) (s sight) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, pageLimit)
	defer cancel()
	if err := chromedp.Do(ctx, deed); err != nil {
		v.t.Errorf("%s: %v", what, err)
		return s
	}
	type state struct {
		sight
		Ready     string
		Resources int
	}
	var last state
	for same := 0; same < 3; {
		if err := chromedp.Do(ctx, chromedp.Sleep(170*time.Millisecond)); err != nil {
			v.t.Errorf("%s: it does not come to rest: %v", what, err)
			return last.sight
		}
		now, err := chromedp.Run(ctx, chromedp.Evaluate[state](`({...`+look+`, Ready: document.readyState, Resources: performance.getEntriesByType('resource').length})`))
		if err != nil || now != last || now.Ready != "complete" {
			last, same = now, 0 // an error: between two pages
			continue
		}
		same++
	}
	return last.sight
}

func (v *visitor) open(target string) sight {
	return v.do("opening "+target, chromedp.Navigate("http://"+v.addr+target))
}

// hold waits until an expression holds in the page that is open, and returns what it is otherwise.
func (v *visitor) hold(expression string) (otherwise string) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, pageLimit)
	defer cancel()
	for {
		got, err := chromedp.Run(ctx, chromedp.Evaluate[string](`(async () => String(await (`+expression+`)))()`, chromedp.EvalAwaitPromise))
		if err == nil && got == "true" {
			return ""
		}
		if ctx.Err() != nil || chromedp.Do(ctx, chromedp.Sleep(250*time.Millisecond)) != nil {
			return fmt.Sprintf("%q, %v", got, err)
		}
	}
}

// walk opens the first page and follows its links, each from there: by a click, as scripts of the
// page have it, and then again by loading what the click led to.
func (v *visitor) walk(first string) (clicked, reloaded []sight) {
	v.t.Helper()
	v.open(first)
	ctx, cancel := context.WithTimeout(v.ctx, pageLimit)
	defer cancel()
	hrefs, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`[...new Set([...document.querySelectorAll('a[href]')].filter(a =>
		a.origin === location.origin && !a.download && (!a.target || a.target === '_self') && a.pathname !== location.pathname).map(a => a.getAttribute('href')))]`))
	if err != nil {
		v.t.Errorf("links of %s: %v", first, err)
	}
	for _, href := range hrefs[:min(len(hrefs), maxClicks)] {
		v.open(first)
		clicked = append(clicked, v.do("clicking "+href, chromedp.Evaluate[chromedp.Void](
			fmt.Sprintf(`[...document.querySelectorAll('a[href]')].find(a => a.getAttribute('href') === %q).click()`, href))))
		reloaded = append(reloaded, v.do("reloading "+href, chromedp.Reload()))
	}
	return clicked, reloaded
}

// fonts is what is wrong with the fonts of the page that is open.
func (v *visitor) fonts() string {
	v.t.Helper()
	return v.hold(`document.fonts.ready.then(() => ![...document.fonts].some(f => f.status === 'error') || 'a font is not loaded')`)
}

// seen are the console's errors, sorted.
func (v *visitor) seen() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Sorted(slices.Values(v.errors))
}

func pathOf(t *testing.T, target string) string {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	return u.Path
}
