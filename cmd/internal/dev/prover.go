package dev

import (
	"errors"
	"io"
	"os"
	"runtime"

	"github.com/verbosel/verbosel/codegen"
)

// prover proves servers that run already, one after the other. What is built while a
// proof takes its time replaces what was waiting.
type prover struct {
	next chan proofJob // holds one
	done chan proofJob
	quit chan struct{}
}

// proofJob is a server, and then what its proof gave.
type proofJob struct {
	result *codegen.Result
	path   string
	hash   string
	copy   string // where the file is copied then, for the next build; empty for nowhere
	err    error
}

func newProver() *prover {
	p := &prover{next: make(chan proofJob, 1), done: make(chan proofJob), quit: make(chan struct{})}
	go p.loop()
	return p
}

func (p *prover) close() { close(p.quit) }

// submit asks for a proof. Only the session calls it.
func (p *prover) submit(job proofJob) {
	select {
	case <-p.next:
	default:
	}
	p.next <- job
}

func (p *prover) loop() {
	for {
		select {
		case job := <-p.next:
			if job.err = job.prove(); job.err == nil && job.copy != "" && copyFile(job.copy, job.path) != nil {
				os.Remove(job.copy) // the next build writes all
			}
			runtime.GC() // nobody waits now, as somebody will in the next build
			select {
			case p.done <- job:
			case <-p.quit:
				return
			}
		case <-p.quit:
			return
		}
	}
}

// prove reads the bytes of the file that is served. One that is gone was replaced.
func (j proofJob) prove() error {
	file, err := os.Open(j.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	return j.result.Prove(file)
}

// copyFile makes a copy of a server.
func copyFile(to, from string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o700)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = io.Copy(out, in)
	return err
}
