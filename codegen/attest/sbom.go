package attest

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/verbosel/verbosel/codegen"
)

// Properties of components, which are ours (the property taxonomy of CycloneDX).
const (
	propertyRange  = "verbosel:range"  // bytes of the ELF that the content fills: OFFSET+SIZE
	propertyCoding = "verbosel:coding" // content coding of the content (RFC 9110 8.4.1)
	propertyRole   = "verbosel:role"   // of what is read and not sent: spec, or redirects
	propertySum    = "verbosel:sum"    // hash of a Go module, as go.sum has it
)

const refServer, refCompiler = "server", "compiler"

// SBOM is the bill of materials of a server: the spec, and every file and encoding that it
// has the content of. The compiler and its modules are tools: nothing of them is in the
// server.
func (b *Build) SBOM() ([]byte, error) {
	bom := cdx.NewBOM()
	server := file(cdx.ComponentTypeApplication, refServer, b.Server)
	tool := b.Compiler.component()
	libraries := b.Compiler.libraries()
	tool.Components = &libraries
	bom.Metadata = &cdx.Metadata{Component: &server, Tools: &cdx.ToolsChoice{Components: &[]cdx.Component{tool}}}
	components := []cdx.Component{input("spec", b.Spec)}
	for _, f := range b.Imports {
		components = append(components, input("redirects", f))
	}
	for _, a := range b.Assets {
		components = append(components, assetComponent(a))
	}
	var refs []string
	for _, c := range components {
		refs = append(refs, c.BOMRef)
	}
	bom.Components = &components
	bom.Dependencies = &[]cdx.Dependency{{Ref: refServer, Dependencies: &refs}}
	return encode(bom)
}

func file(kind cdx.ComponentType, ref string, f File) cdx.Component {
	return cdx.Component{BOMRef: ref, Type: kind, Name: f.Name, Hashes: sha256Hash(f.SHA256)}
}

// input is a file that the compiler reads, and that is not sent.
func input(role string, f File) cdx.Component {
	c := file(cdx.ComponentTypeFile, role+":"+f.Name, f)
	c.Properties = &[]cdx.Property{{Name: propertyRole, Value: role}}
	return c
}

func sha256Hash(sum string) *[]cdx.Hash {
	return &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: sum}}
}

func assetComponent(a codegen.Asset) cdx.Component {
	c := file(cdx.ComponentTypeFile, cmp.Or(a.Coding, "file")+":"+a.Name, File{a.Name, a.SHA256})
	var properties []cdx.Property
	if a.Coding != "" {
		properties = append(properties, cdx.Property{Name: propertyCoding, Value: a.Coding})
	}
	for _, r := range a.Ranges {
		properties = append(properties, cdx.Property{Name: propertyRange, Value: r.String()})
	}
	if properties != nil {
		c.Properties = &properties
	}
	return c
}

// SBOM is the bill of materials of the compiler as a program, name, whose content has the
// hash sum (SHA-256, in hexadecimal): Go's standard library and the modules in it.
func (c Compiler) SBOM(name, sum string) ([]byte, error) {
	self := c.component()
	self.Name, self.Hashes = name, sha256Hash(sum)
	libraries := c.libraries()
	var refs []string
	for _, l := range libraries {
		refs = append(refs, l.BOMRef)
	}
	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{Component: &self}
	bom.Components = &libraries
	bom.Dependencies = &[]cdx.Dependency{{Ref: refCompiler, Dependencies: &refs}}
	return encode(bom)
}

func encode(bom *cdx.BOM) ([]byte, error) {
	var text bytes.Buffer
	if err := cdx.NewBOMEncoder(&text, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cdx.SpecVersion1_6); err != nil {
		return nil, fmt.Errorf("the bill of materials: %w", err)
	}
	return text.Bytes(), nil
}

func (c Compiler) component() cdx.Component {
	return cdx.Component{
		BOMRef: refCompiler, Type: cdx.ComponentTypeApplication, Name: "verbosel", Version: c.Version,
		PackageURL: purl(compilerModule, c.Version),
	}
}

// libraries are what the compiler is built from.
func (c Compiler) libraries() []cdx.Component {
	list := []cdx.Component{{
		BOMRef: "go", Type: cdx.ComponentTypeLibrary, Name: "std", Version: c.Go, PackageURL: purl("std", c.Go),
	}}
	for _, m := range c.Modules {
		m = module(m)
		lib := cdx.Component{
			BOMRef: "go:" + m.Path, Type: cdx.ComponentTypeLibrary, Name: m.Path, Version: m.Version, PackageURL: purl(m.Path, m.Version),
		}
		if m.Sum != "" {
			lib.Properties = &[]cdx.Property{{Name: propertySum, Value: m.Sum}}
		}
		list = append(list, lib)
	}
	return list
}

// purl is the package URL of a Go module (purl-spec, types/golang): without a version where
// it has none, such as a compiler that was built from a commit.
func purl(path, version string) string {
	u := "pkg:golang/" + strings.ToLower(path)
	if strings.ContainsAny(version, " ()") || version == "" {
		return u
	}
	return u + "@" + url.QueryEscape(version)
}
