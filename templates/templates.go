// Package templates holds the text artifacts that verbosel writes for its users. It
// knows nothing of the compiler: values that come from there are passed in.
package templates

import (
	"bytes"
	_ "embed"
	"fmt"
	"text/template"
)

//go:embed starter.yaml
var starter []byte

//go:embed full.yaml.tmpl
var full string

// Starter returns the commented spec that `verbosel init` writes. It builds as it
// is. Its first line points at the JSON Schema, routes.schema.json beside it.
func Starter() []byte { return bytes.Clone(starter) }

// Full returns the spec that `verbosel init --full` writes: every key, the defaults
// filled in from the values, by the paths of their keys ("server.limits.head").
// A value that is missing is an error.
func Full(values map[string]string) ([]byte, error) {
	// Strict where a map's index is not: a default that was renamed must not become
	// an empty text.
	lookup := func(key string) (string, error) {
		v, ok := values[key]
		if !ok {
			return "", fmt.Errorf("no value for %s", key)
		}
		return v, nil
	}
	t, err := template.New("full.yaml").Funcs(template.FuncMap{"default": lookup}).Parse(full)
	if err != nil {
		return nil, fmt.Errorf("reading the full starter: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, nil); err != nil {
		return nil, fmt.Errorf("writing the full starter: %w", err)
	}
	return b.Bytes(), nil
}
