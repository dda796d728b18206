package spec

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
)

// SchemaFile is the name under which `verbosel init` writes the schema beside the
// spec, and to which the starter spec's first line points.
const SchemaFile = "routes.schema.json"

// Patterns of the JSON Schema. They are ECMA 262 and never refuse what the parser
// accepts; what they let through, the parser refuses with a better message.
const (
	listenPattern   = `^(systemd|unix:.+|([0-9.]+|\[[0-9A-Fa-f:.]+\])?:([0-9]{1,5}|\$\{[A-Za-z_][A-Za-z0-9_]*(:-[0-9]{1,5})?\}))$`
	durationPattern = `^\+?([0-9]*\.?[0-9]+(ns|us|µs|μs|ms|s|m|h)|[0-9]+\.(ns|us|µs|μs|ms|s|m|h))+$`
	pathPattern     = `^(\*|/[^?#]*)$`
	targetPattern   = `^[!#$%&'()*+,./0-9:;=?@A-Z\[\]_a-z~{}-]+$`
	statusPattern   = `^\$\{[A-Z_][A-Z0-9_]*(:-[2-5][0-9][0-9])?\}$`
	filePattern     = `^[^/]`
	namePattern     = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
	valuePattern    = `^[^\r\n]*$`
)

// Schema returns the JSON Schema (draft 2020-12) of the spec, indented. It is
// generated from the shapes and from DefaultTexts.
func Schema() ([]byte, error) {
	r := &jsonschema.Reflector{Anonymous: true, DoNotReference: true, ExpandedStruct: true}
	s := r.Reflect(fileShape{})
	s.Title = "verbosel spec"
	s.Description = "Routes and responses that verbosel compiles into a web server."
	addDefaults(s, DefaultTexts())
	s.Definitions = jsonschema.Definitions{errorDefinition: reflectError(r), hostDefinition: reflectHost(r)}
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the JSON Schema: %w", err)
	}
	return append(b, '\n'), nil
}

// addDefaults puts the defaults of the server section where they belong. A default
// of a schema is of the schema's own type: numbers where the key takes a number.
func addDefaults(root *jsonschema.Schema, texts map[string]string) {
	for key, text := range texts {
		at, ok := descend(root, key)
		if !ok {
			continue // a default that depends on the response form
		}
		if n, err := strconv.Atoi(text); err == nil && at.Type == "integer" {
			at.Default = n
		} else if at.Type == "boolean" {
			at.Default = text == "true"
		} else {
			at.Default = text
		}
	}
}

// descend follows a key such as server.limits.head through nested objects.
func descend(s *jsonschema.Schema, key string) (*jsonschema.Schema, bool) {
	for name := range strings.SplitSeq(key, ".") {
		if s.Properties == nil {
			return nil, false
		}
		next, ok := s.Properties.Get(name)
		if !ok {
			return nil, false
		}
		s = next
	}
	return s, true
}

func text(pattern string) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: pattern}
}

// JSONSchema is the schema of an address.
func (listenShape) JSONSchema() *jsonschema.Schema {
	s := text(listenPattern)
	s.Examples = []any{":8080", "127.0.0.1:8080", "[::]:8080", "0.0.0.0:${PORT:-8080}", "unix:/run/site.sock", Systemd}
	parts := jsonschema.NewProperties()
	parts.Set("address", s)
	parts.Set("reuse_port", &jsonschema.Schema{Type: "boolean"})
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		s, {Type: "object", Properties: parts, AdditionalProperties: jsonschema.FalseSchema},
	}}
}

// JSONSchema is the schema of a number of workers.
func (workersShape) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		{Type: "integer", Minimum: "1", Maximum: json.Number(strconv.Itoa(maxWorkers))}, {Const: "auto"},
	}}
}

// JSONSchema is the schema of a duration in Go's syntax.
func (durationShape) JSONSchema() *jsonschema.Schema { return text(durationPattern) }

// JSONSchema is the schema of a size: a text with a unit, or a number of bytes.
func (sizeShape) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		text(sizePattern),
		{Type: "integer", Minimum: "0"},
	}}
}

// JSONSchema is the schema of a route's path.
func (pathShape) JSONSchema() *jsonschema.Schema { return text(pathPattern) }

// JSONSchema is the schema of a path, or of that with a time.
func (healthShape) JSONSchema() *jsonschema.Schema {
	parts := jsonschema.NewProperties()
	parts.Set("path", text(pathPattern))
	parts.Set("timeout", text(durationPattern))
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		text(pathPattern),
		{Type: "object", Properties: parts, AdditionalProperties: jsonschema.FalseSchema},
	}}
}

// JSONSchema is the schema of a redirect's target.
func (targetShape) JSONSchema() *jsonschema.Schema { return text(targetPattern) }

// JSONSchema is the schema of a status, or of a slot that gives it.
func (statusShape) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		{Type: "integer", Minimum: "200", Maximum: "599"}, text(statusPattern),
	}}
}

// JSONSchema is the schema of a file's name.
func (fileNameShape) JSONSchema() *jsonschema.Schema { return text(filePattern) }

// JSONSchema is the schema of any value.
func (anyShape) JSONSchema() *jsonschema.Schema { return &jsonschema.Schema{} }

// JSONSchema is the schema of a method or a list of methods.
func (methodsShape) JSONSchema() *jsonschema.Schema {
	var names []any
	for _, m := range methods {
		names = append(names, m)
	}
	one := &jsonschema.Schema{Type: "string", Enum: names}
	atLeastOne := uint64(1)
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		{Type: "string", Enum: append([]any{AnyMethod}, names...)},
		{Type: "array", Items: one, MinItems: &atLeastOne, UniqueItems: true},
	}}
}

// JSONSchema is the schema of a mapping of header fields to a value, or a line for each
// of a list.
func (headersShape) JSONSchema() *jsonschema.Schema {
	value := &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		text(valuePattern), {Type: "number"}, {Type: "boolean"},
	}}
	atLeastOne := uint64(1)
	return &jsonschema.Schema{
		Type:          "object",
		PropertyNames: text(namePattern),
		AdditionalProperties: &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
			value, {Type: "array", Items: value, MinItems: &atLeastOne},
		}},
	}
}
