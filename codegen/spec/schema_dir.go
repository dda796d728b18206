package spec

import "github.com/invopop/jsonschema"

// Patterns of the keys of a folder, as in schema.go.
const (
	globPattern     = `^[^!]`
	modifiedPattern = `^(git|mtime|[0-9]{4}-[0-9]{2}-[0-9]{2}(T.+)?)$`
	mediaPattern    = `^[^/ ]+/[^/ ]+`
)

// JSONSchema is the schema of a referrer policy.
func (referrerShape) JSONSchema() *jsonschema.Schema { return enum(referrerPolicies) }

// JSONSchema is the schema of the source of Last-Modified.
func (modifiedShape) JSONSchema() *jsonschema.Schema {
	s := text(modifiedPattern)
	s.Examples = []any{"git", "mtime", "2026-01-01", "2026-01-01T12:00:00Z"}
	return s
}

// JSONSchema is the schema of a percentage.
func (gainShape) JSONSchema() *jsonschema.Schema {
	s := text(gainPattern)
	s.Default = formatGain(defaultMinGain)
	return s
}

// JSONSchema is the schema of a file's name, a list of them, or false.
func (indexShape) JSONSchema() *jsonschema.Schema {
	one := text(`^[^/]+$`)
	return &jsonschema.Schema{
		AnyOf:   []*jsonschema.Schema{one, {Type: "array", Items: one, UniqueItems: true}, {Const: false}},
		Default: defaultIndex(),
	}
}

// JSONSchema is the schema of a pattern or a list of them.
func (globsShape) JSONSchema() *jsonschema.Schema {
	one := text(globPattern)
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{one, {Type: "array", Items: one}}}
}

// JSONSchema is the schema of a mapping from extensions and names to media types.
func (typesShape) JSONSchema() *jsonschema.Schema {
	return mapping(typeKeyPattern, text(mediaPattern))
}

// JSONSchema is the schema of a list of content codings.
func (encodingsShape) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{
		Type: "array", Items: enum(Encodings()), UniqueItems: true, Default: Encodings(),
	}
}

// JSONSchema is the schema of how long files are kept: all of them, or by pattern.
func (cacheShape) JSONSchema() *jsonschema.Schema {
	age := &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		enum([]string{"immutable", "revalidate", "none"}),
		text(agePattern),
		text(`^[0-9]{1,10}$`),
		{Type: "integer", Minimum: "0", Maximum: "2147483647"},
	}}
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{age, mapping(globPattern, age)}}
}

// JSONSchema is the schema of a mapping from patterns to header fields.
func (headersForShape) JSONSchema() *jsonschema.Schema {
	return mapping(globPattern, headersShape{}.JSONSchema())
}

// mapping is the schema of a mapping whose keys have a syntax.
func mapping(keys string, values *jsonschema.Schema) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "object", PropertyNames: text(keys), AdditionalProperties: values}
}

// enum is the schema of one word out of a list.
func enum(words []string) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, w := range words {
		s.Enum = append(s.Enum, w)
	}
	return s
}
