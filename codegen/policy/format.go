package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Format is a way to write a policy.
type Format struct {
	Name string
	Says string

	write func(*Policy) ([]byte, error)
}

// Formats are the ways to write a policy, the default first.
func Formats() []Format {
	return []Format{
		{"oci", "the linux.seccomp of an OCI runtime's config.json; for Podman, and Kubernetes' Localhost", writeOCI},
		{"docker", "the same for docker run --security-opt seccomp=FILE, with comments", writeDocker},
		{"systemd", "a drop-in of a unit, which tells arguments apart for socket alone", writeSystemd},
		{"apparmor", "an AppArmor profile, which knows no system calls but network, files and signals", writeAppArmor},
	}
}

// Encode writes the policy in the format that is called name.
func (p *Policy) Encode(name string) ([]byte, error) {
	var known []string
	for _, f := range Formats() {
		if f.Name == name {
			return f.write(p)
		}
		known = append(known, f.Name)
	}
	return nil, fmt.Errorf("%q is no format: these are %s", name, strings.Join(known, ", "))
}

// encodeJSON writes a value as people read it, with a line break behind.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return b.Bytes(), err
}
