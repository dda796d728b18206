# golang-asm reads the settings of Go's other targets when it starts, knows only the
# values of 2020, and ends the program on any other. verbosel has one target.
unexport GOARM GOMIPS GOMIPS64 GOPPC64 GOWASM
unexport GOARCH GOOS

GO       ?= go
VERBOSEL := bin/verbosel
SPEC     ?= examples/hello/routes.yaml
PORT     ?= 8080
ROUNDS   ?= 5
SECONDS  ?= 2
MUTANTS  ?= 5100
CERTIFIED ?= 10200
# What debuggers need, and stack traces do not, is a quarter of what compiling costs. The same settings for all, linters
# too, as Go's cache has one entry for each.
LEAN      := GOFLAGS="$$($(GO) env GOFLAGS) -gcflags=all=-dwarf=false -ldflags=-w"
# Prints each package as it ends, and at the end which tests failed or were skipped, and why; make lint vets.
GOTESTSUM := $(LEAN) $(GO) tool -modfile=$(CURDIR)/.ci/gotestsum.mod gotestsum --format pkgname-and-test-fails -- -vet=off
# A module of its own, of tests whose libraries the compiler must not require: see its go.mod.
CONSUMERS := codegen/e2e/consumers
# Where the random choices of a run of the tests begin; given to repeat one.
ifndef VERBOSEL_TEST_SEED
VERBOSEL_TEST_SEED := $(shell od -An -N7 -tu8 /dev/urandom | tr -d ' ')
endif
export VERBOSEL_TEST_SEED
GOLDENS   = $(shell grep -rl --include='*_test.go' -e 'flag.Bool.*"update"' . | xargs -r -n1 dirname | sort -u)

.DEFAULT_GOAL := help
.PHONY: build install run picture test test-all test-main test-consumers test-rare test-sites tools lint fmt golden mutants bench microbench release clean help

build: ## Build the compiler, bin/verbosel, and what checks certificates alone, bin/verbosel-verify
	$(LEAN) $(GO) build -o $(VERBOSEL) ./cmd/verbosel
	$(LEAN) $(GO) build -o $(VERBOSEL)-verify ./cmd/verbosel-verify

install: ## Install both where `go install` does, and say where that is
	$(GO) install ./cmd/verbosel ./cmd/verbosel-verify
	@echo "$(or $(shell $(GO) env GOBIN),$(shell $(GO) env GOPATH)/bin)/verbosel"

run: build ## Compile SPEC (examples/hello/routes.yaml) and serve it on PORT (8080)
	$(VERBOSEL) run --port $(PORT) $(SPEC)

# The consumers' libraries are a third of what a fresh clone has to compile (201 s of CPU of 581, with an empty cache).
test: tools ## Install what tests need where that is allowed, and test, without the long tests
	@$(MAKE) --no-print-directory TESTFLAGS='-short -timeout 10m' test-main
	@echo 'not tested: $(CONSUMERS), which make test-all or make test-consumers does'

test-all: tools ## The same with the long tests: mutants, the prover's matrix, each split of each request, and consumers
	@$(MAKE) --no-print-directory -j2 TESTFLAGS='-timeout 25m' test-main test-consumers

# The modules' tests, at the same time: both wait often for what they have started.
test-main:
	@echo "VERBOSEL_TEST_SEED=$(VERBOSEL_TEST_SEED)"
	$(GOTESTSUM) $(TESTFLAGS) ./...

test-consumers: ## Test what is written for other programs by what these read it with
	cd $(CONSUMERS) && $(GOTESTSUM) $(TESTFLAGS) ./...

test-rare: tools ## What downloads or builds too much for each change: go install, releases made twice, compilers for other systems, SST's own types, each golden file's server under seccomp in all isolations, specs at random, a million requests to a loop, the matrix and each golden file's server in isolation: proof
	VERBOSEL_TEST_RARE=1 $(GO) test -count=1 -timeout 25m -v -run 'TestReleaseTwice|TestGoInstall' ./codegen/e2e/release
	VERBOSEL_TEST_RARE=1 $(GO) test -count=1 -timeout 25m -v -run 'TestSameBytesOnARM|TestCompilesForDarwin|TestLoopLosesNone' ./codegen/e2e
	VERBOSEL_TEST_RARE=1 $(GO) test -count=1 -timeout 2h -v -run 'TestLoopMatrix|TestLoopServer' ./codegen/verify/prove
	VERBOSEL_TEST_RARE=1 $(GO) test -count=1 -timeout 25m -v -run 'TestRandomHostsThroughNASM|TestRandomSpecsThroughNASM' ./codegen
	cd $(CONSUMERS) && VERBOSEL_TEST_RARE=1 $(GO) test -count=1 -timeout 25m -v -run 'TestSST|TestGoldenUnderSeccomp' ./...

# A module of its own, for what drives the browser. Nice: generators take what they get.
SITES     := codegen/e2e/sites
SITESRUN  ?= TestSites|TestTrees

test-sites: ## Build real generators' sites, packages and manuals, and walk through them in Chromium beside nginx: gigabytes, an hour and a half; kept in VERBOSEL_SITES
	cd $(SITES) && $(GO) vet ./... && $(GO) tool -modfile=$(CURDIR)/go.mod staticcheck ./...
	cd $(SITES) && VERBOSEL_TEST_SITES=1 nice -n 10 $(GO) test -count=1 -timeout 6h -v -run '$(SITESRUN)' ./...

tools: ## Install the programs that tests run: nasm, gdb, strace, curl, wrk and others
	@.ci/tools

lint: ## Check format (gofmt -l), go vet and staticcheck
	@unformatted=$$(gofmt -l cmd codegen templates); \
	if [ -n "$$unformatted" ]; then echo "not formatted (make fmt):"; echo "$$unformatted"; exit 1; fi
	$(LEAN) $(GO) vet ./...
	$(LEAN) $(GO) vet -tags man ./cmd/verbosel
	$(LEAN) $(GO) tool staticcheck ./...
	cd $(CONSUMERS) && export $(LEAN) && $(GO) vet ./... && $(GO) tool -modfile=$(CURDIR)/go.mod staticcheck ./...

fmt: ## Format the sources
	gofmt -w cmd codegen templates

golden: ## Rewrite every golden file from what the code does now
	$(if $(GOLDENS),$(GO) test $(GOLDENS) -update,@echo 'no package has golden files')

picture: build ## Take the picture of examples/landing anew that README.md shows (Chromium)
	.ci/picture $(VERBOSEL) examples/landing examples/landing/landing.png

mutants: ## Damage servers in MUTANTS (5100) ways, and in CERTIFIED (10200) with the certificate of the sound one, and judge what the checkers accept; MUTANTFLAGS='-servers loop/hello -quick' for one, asking the checker of what breaks a rule alone
	$(GO) test ./codegen/verify/mutants -run TestMutants -v -timeout 4h -mutants $(MUTANTS) -certified $(CERTIFIED) -servers . $(MUTANTFLAGS)

bench: ## Measure against other servers: ROUNDS (5) rounds, SECONDS (2) for each load, about 15 minutes; a free machine
	$(GO) run ./cmd/bench -rounds $(ROUNDS) -seconds $(SECONDS) $(BENCHFLAGS)

microbench: ## Run the compiler's own benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./codegen/...

release: ## Make what is published of the last commit, dist: compiler for each system, archives, formula, checksums
	rm -rf dist
	$(GO) run ./cmd/release -o dist

clean: ## Remove what was built
	rm -rf bin dist
	$(GO) clean -testcache

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
