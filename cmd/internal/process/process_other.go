//go:build !linux

package process

import (
	"context"
	"time"
)

// Server is for Linux.
type Server struct{ First time.Duration }

// Start fails: this system cannot run servers.
func Start(context.Context, Command, Options) (*Server, error) { return nil, ErrUnsupported }

// Stop does nothing.
func (*Server) Stop() {}

// CPU fails.
func (*Server) CPU() (time.Duration, error) { return 0, ErrUnsupported }

// Memory fails.
func (*Server) Memory() (Memory, error) { return Memory{}, ErrUnsupported }

// Accounting is nothing here.
func (*Server) Accounting() string { return "" }

// Affinity gives no processors.
func Affinity() []int { return nil }

// Exchange fails.
func Exchange(string, []byte, time.Duration) ([]byte, error) { return nil, ErrUnsupported }
