package attest

import (
	"encoding/json"
	"fmt"
)

// Types of what is made here: of the statement (in-toto Attestation Framework, v1), of its
// predicate (SLSA v1.0, provenance), and of the build (README.md).
const (
	statementType = "https://in-toto.io/Statement/v1"
	predicateType = "https://slsa.dev/provenance/v1"
	buildType     = "https://" + compilerModule + "#build/v1"
	builderID     = "https://" + compilerModule
)

// The fields of a statement and its predicate are those of in-toto/attestation's types,
// whose protobuf library writes JSON with random spaces.
type statement struct {
	Type          string     `json:"_type"`
	Subject       []resource `json:"subject"`
	PredicateType string     `json:"predicateType"`
	Predicate     provenance `json:"predicate"`
}

type resource struct {
	Name        string            `json:"name,omitempty"`
	URI         string            `json:"uri,omitempty"`
	Digest      map[string]string `json:"digest,omitempty"`
	Annotations map[string]any    `json:"annotations,omitempty"`
}

type provenance struct {
	BuildDefinition buildDefinition `json:"buildDefinition"`
	RunDetails      runDetails      `json:"runDetails"`
}

type buildDefinition struct {
	BuildType            string         `json:"buildType"`
	ExternalParameters   map[string]any `json:"externalParameters"`
	ResolvedDependencies []resource     `json:"resolvedDependencies"`
}

type runDetails struct {
	Builder builder `json:"builder"`
}

type builder struct {
	ID                  string            `json:"id"`
	Version             map[string]string `json:"version"`
	BuilderDependencies []resource        `json:"builderDependencies,omitempty"`
}

// Statement says of a server, by its hash, which spec and files it was made from, how, and
// by which compiler.
func (b *Build) Statement() ([]byte, error) {
	s := statement{
		Type: statementType, Subject: []resource{described(b.Server)}, PredicateType: predicateType,
		Predicate: provenance{
			BuildDefinition: buildDefinition{
				BuildType:            buildType,
				ExternalParameters:   map[string]any{"spec": b.Spec.Name, "symbols": b.Symbols, "note": b.Note, "socketActivation": b.Activated},
				ResolvedDependencies: b.files(),
			},
			RunDetails: runDetails{Builder: b.builder()},
		},
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("the provenance: %w", err)
	}
	return append(text, '\n'), nil
}

func described(f File) resource {
	return resource{Name: f.Name, Digest: map[string]string{"sha256": f.SHA256}}
}

// files are what the server was made from: encodings are made by the compiler.
func (b *Build) files() []resource {
	list := []resource{described(b.Spec)}
	for _, f := range b.Imports {
		list = append(list, described(f))
	}
	for _, a := range b.Assets {
		if a.Coding == "" {
			list = append(list, described(File{a.Name, a.SHA256}))
		}
	}
	return list
}

func (b *Build) builder() builder {
	by := builder{ID: builderID, Version: map[string]string{"verbosel": b.Compiler.Version, "go": b.Compiler.Go}}
	for _, m := range b.Compiler.Modules {
		m = module(m)
		r := resource{Name: m.Path, URI: purl(m.Path, m.Version)}
		if m.Sum != "" {
			r.Annotations = map[string]any{"sum": m.Sum}
		}
		by.BuilderDependencies = append(by.BuilderDependencies, r)
	}
	return by
}
