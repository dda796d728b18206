package main

import (
	"cmp"
	"fmt"
)

// loopPart is for a number of workers: serverPart with room for 1,000 clients and more.
const loopPart = `server:
  listen: "127.0.0.1:8080"
  backlog: 511
  isolation: proof
  workers: %d
  limits: { requests: 1000000, connections: 2048 }
routes:
`

// loop is a server of processes with many connections, as many as other servers have where workers is 0.
func loop(name, routes string, workers int, scenarios ...string) *server {
	s := &server{Name: name, Scenarios: scenarios, KeepAlive: true}
	return made(s, "proof", func(env *environment) string {
		n := cmp.Or(workers, env.workers)
		s.Steps = n == 1 // one answers; of several it would have to be found
		return fmt.Sprintf(loopPart, n) + routes
	}, "/")
}
