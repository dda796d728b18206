//go:build !linux

package load

import (
	"context"
	"errors"
)

// Steady fails: it is made of Linux's epoll.
func Steady(context.Context, Job, float64) (Result, error) {
	return Result{}, errors.New("a load at a fixed rate is for Linux")
}
