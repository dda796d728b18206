package codegen

import (
	"net"
	"strconv"
)

// Address is where the server listens with an environment: a network and an address of
// package net. The address is empty where the environment has to give a port and does not,
// and where systemd hands the socket over.
func (r *Result) Address(env func(string) string) (network, address string) {
	l := r.Spec.Server.Listen
	if l.Network == "unix" {
		return l.Network, l.Path
	}
	port := ""
	if l.Port != 0 {
		port = strconv.Itoa(int(l.Port))
	}
	if l.PortEnv != "" && env(l.PortEnv) != "" {
		port = env(l.PortEnv)
	}
	if port == "" {
		return l.Network, ""
	}
	return l.Network, net.JoinHostPort(host(l), port)
}
