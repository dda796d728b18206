package emitted

import "testing"

// Exit is how a server ended that was not meant to listen.
type Exit struct {
	Status         int
	Stdout, Stderr string
}

// Run starts a server that is to refuse its work: it waits until the server ends, and
// fails the test if it listens instead.
func (b *Binary) Run(t testing.TB, o Options) Exit {
	t.Helper()
	s := b.start(t, o)
	defer s.Kill()
	if s.awaitBanner() {
		t.Fatalf("the server listens: %q", s.Stdout())
	}
	status, err := s.Wait()
	if err != nil {
		t.Fatal(err)
	}
	<-s.stdout.end
	return Exit{Status: status, Stdout: s.Stdout(), Stderr: s.Stderr()}
}
