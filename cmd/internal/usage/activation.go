package usage

import "github.com/spf13/pflag"

// AddActivated adds the flag that has the server take its socket over.
func AddActivated(flags *pflag.FlagSet, on *bool) {
	flags.BoolVar(on, "socket-activation", false, "take the socket over that systemd hands on, as with listen: systemd, wherever the spec listens")
}
