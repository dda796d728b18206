package codegen

import "github.com/verbosel/verbosel/codegen/spec"

// SchemaFile is the name of the JSON Schema beside a spec: the first line of a
// starter spec points to it.
const SchemaFile = spec.SchemaFile

// Schema returns the JSON Schema of the spec (draft 2020-12).
func Schema() ([]byte, error) { return spec.Schema() }

// Defaults returns every default as it would be written in a spec, by the path of
// its key: "server.limits.head" is "16KiB".
func Defaults() map[string]string { return spec.DefaultTexts() }
