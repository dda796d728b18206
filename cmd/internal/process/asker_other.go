//go:build !linux

package process

import (
	"context"
	"net/netip"
	"time"
)

type asker struct {
	to        netip.AddrPort
	request   []byte
	keepAlive bool
}

func (*asker) ask(context.Context, int) error { return ErrUnsupported }
func (*asker) end()                           {}

func awaitFirst(context.Context, Options, <-chan struct{}) (time.Time, error) {
	return time.Time{}, ErrUnsupported
}

func parseAddress(string) (netip.AddrPort, error) { return netip.AddrPort{}, ErrUnsupported }
