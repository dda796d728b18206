package dynamic

import "testing"

// TestSlotsCost: a response with slots costs a request little more than one without, and what
// is in them nothing.
func TestSlotsCost(t *testing.T) {
	count := func(isolation, headers, body string, env ...string) uint64 {
		file := text(t, "server: { isolation: "+isolation+" }\n"+headers+"routes:\n  - path: /\n    body: \""+body+"\"\n")
		server, run, err := Boot(file, Script{Env: env})
		if err != nil || server == nil {
			t.Fatalf("%v: %q", err, run.Console)
		}
		got, err := server.Serve(Script{Segments: [][]byte{[]byte("GET / HTTP/1.1\r\nHost: a\r\n\r\n")}})
		if err != nil {
			t.Fatal(err)
		}
		return got.Count - got.Forked
	}
	// These figures stand in lower's README.
	for isolation, want := range map[string]uint64{"request": 12, "connection": 54} {
		plain, slot := count(isolation, "", "Hello, World!"), count(isolation, "", "Hello, ${NAME}!", "NAME=World")
		if more := slot - plain; more != want {
			t.Errorf("isolation: %s takes %d instructions, %d without a slot: %d more, want %d", isolation, slot, plain, more, want)
		}
		if long := count(isolation, "", "Hello, ${NAME}!", "NAME=everybody"); long != slot {
			t.Errorf("isolation: %s takes %d instructions, and %d for a longer value", isolation, slot, long)
		}
	}
	for isolation, want := range map[string]uint64{"request": 25, "connection": 42} {
		plain, field := count(isolation, "headers: { X-Name: World }\n", "Hello, World!"), count(isolation, "headers: { X-Name: \"${NAME}\" }\n", "Hello, World!", "NAME=World")
		if more := field - plain; more != want {
			t.Errorf("isolation: %s takes %d instructions with a slot in the headers of all responses, %d without: %d more, want %d", isolation, field, plain, more, want)
		}
	}
}
