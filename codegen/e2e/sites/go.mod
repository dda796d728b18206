// Tests of real sites in a real browser: what drives it is heavy and of no use to the compiler,
// and nothing but `make test-sites` runs them, so they are a module of their own.
module github.com/verbosel/verbosel/codegen/e2e/sites

go 1.26.0

require (
	github.com/chromedp/cdproto v0.159.0
	github.com/chromedp/chromedp v0.23.0
	github.com/verbosel/verbosel v0.0.0
	golang.org/x/net v0.59.0
)

require github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect

replace github.com/verbosel/verbosel => ../../..
