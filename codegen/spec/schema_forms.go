package spec

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/invopop/jsonschema"
)

// JSONSchemaExtend adds what no struct tag can say: a route has exactly one form.
func (routeShape) JSONSchemaExtend(s *jsonschema.Schema) {
	forms := requireEach("body", "json", "file", "redirect", "dir")
	alone := &jsonschema.Schema{
		Required: []string{"status"},
		Not:      &jsonschema.Schema{AnyOf: forms},
	}
	s.OneOf = append(forms, alone)
	s.DependentRequired = map[string][]string{"env": {"file"}}
	s.DependentSchemas = map[string]*jsonschema.Schema{}
	for _, key := range dirKeys {
		switch {
		case key == "trailing_slash":
		case slices.Contains(fileKeys, key):
			s.DependentSchemas[key] = &jsonschema.Schema{AnyOf: requireEach("dir", "file")}
		default:
			s.DependentRequired[key] = []string{"dir"}
		}
	}
	s.If = &jsonschema.Schema{Required: []string{"dir"}}
	prefix := jsonschema.NewProperties()
	prefix.Set("path", text(`/$`))
	s.Then = &jsonschema.Schema{
		Properties: prefix,
		Not:        &jsonschema.Schema{AnyOf: requireEach("method", "status")},
	}
}

// JSONSchemaExtend: an error response has exactly one form of content.
func (errorShape) JSONSchemaExtend(s *jsonschema.Schema) {
	s.OneOf = requireEach("body", "json", "file")
}

// requireEach returns a schema for each key, which requires it.
func requireEach(keys ...string) []*jsonschema.Schema {
	list := make([]*jsonschema.Schema, 0, len(keys)+1)
	for _, k := range keys {
		list = append(list, &jsonschema.Schema{Required: []string{k}})
	}
	return list
}

// errorDefinition is the schema's definition of an error response, which every
// status refers to.
const errorDefinition = "errorResponse"

// JSONSchema is the schema of the mapping from status to error response.
func (errorsShape) JSONSchema() *jsonschema.Schema {
	props := jsonschema.NewProperties()
	for _, status := range errorStatuses {
		s := &jsonschema.Schema{Ref: "#/$defs/" + errorDefinition}
		if status == http.StatusPreconditionFailed {
			s.Description = "Where a route has dir or file: a precondition such as If-Match failed."
		}
		if status == http.StatusUnauthorized {
			s.Description = "Where something has auth: to who did not give the name and the password of a user."
		}
		props.Set(strconv.Itoa(status), s)
	}
	return &jsonschema.Schema{
		Type:                 "object",
		Properties:           props,
		AdditionalProperties: jsonschema.FalseSchema,
	}
}

// JSONSchema is the schema of who may see something, or of none: everybody.
func (authShape) JSONSchema() *jsonschema.Schema {
	parts, atLeastOne := jsonschema.NewProperties(), uint64(1)
	realm := text(`^[ -~]{1,128}$`)
	realm.Description = "What browsers show to who is asked."
	parts.Set("realm", realm)
	users := mapping(`^[^:]+$`, text(`^.+$`))
	users.MinProperties = &atLeastOne
	users.Description = "Names, and the password of each: ${NAME} is the environment variable that holds it when the server starts. A password that stands here stands in the server too."
	parts.Set("users", users)
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		{Type: "object", Properties: parts, Required: []string{"realm", "users"}, AdditionalProperties: jsonschema.FalseSchema},
		enum([]string{authNone}),
	}}
}

// hostDefinition is the schema's definition of a host's block.
const hostDefinition = "host"

// JSONSchema is the schema of the mapping from name to block.
func (hostsShape) JSONSchema() *jsonschema.Schema {
	atLeastOne := uint64(1)
	return &jsonschema.Schema{
		Type:                 "object",
		MinProperties:        &atLeastOne,
		AdditionalProperties: &jsonschema.Schema{Ref: "#/$defs/" + hostDefinition},
	}
}

// JSONSchemaExtend: a host has routes, redirects or both, or one redirect.
func (hostShape) JSONSchemaExtend(s *jsonschema.Schema) {
	s.OneOf = append([]*jsonschema.Schema{{AnyOf: requireEach("routes", "redirects")}}, requireEach("redirect")...)
}

// JSONSchemaExtend: a spec has routes or redirects, or hosts that have some.
func (fileShape) JSONSchemaExtend(s *jsonschema.Schema) {
	s.AnyOf = requireEach("routes", "redirects", "hosts")
}

func reflectHost(r *jsonschema.Reflector) *jsonschema.Schema {
	s := r.Reflect(hostShape{})
	s.Version = "" // the root says it
	return s
}

func reflectError(r *jsonschema.Reflector) *jsonschema.Schema {
	s := r.Reflect(errorShape{})
	s.Version = "" // the root says it
	return s
}
