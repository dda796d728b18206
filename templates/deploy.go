package templates

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"
)

//go:embed deploy
var deploy embed.FS

// Deploy is what the files of a project for some target need to know of a server. A text may
// hold anything: each format's own writer makes it a value there, or refuses it.
type Deploy struct {
	Name       string // of the service: a DNS label (RFC 1123 2.1)
	Image      string // reference of the image
	Port       int    // that the server listens on
	Published  int    // on the host
	Privileged bool   // Port is below 1024
	Loopback   bool   // the server listens for its own machine alone
	Probe      string // a path that is answered with 2xx; empty: none is known
	Checked    bool   // the image has /probe, the program of the health check
	Profile    string // where Kubernetes has the seccomp profile
	Program    string // where systemd has the server
	Calls      []string
	Families   []string
	Replicas   int    // 0: an autoscaler decides
	Spec       string // in the repository, where a pipeline builds
	Version    string // of verbosel, for go install
	Socket     bool   // systemd hands the listener over
	Context    string // folder that an image is built from
	Dockerfile string // in it
}

// File is a file of a project.
type File struct {
	Name    string
	Content []byte
}

// Targets are what projects can be made for.
func Targets() []string {
	entries, err := fs.ReadDir(deploy, "deploy")
	if err != nil {
		panic("BUG: " + err.Error())
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// shared are files of other targets that a target has too.
var shared = map[string][]string{
	"ingress-default-backend": {"kubernetes/deployment.yaml", "kubernetes/service.yaml", "kubernetes/pdb.yaml", "kubernetes/networkpolicy.yaml"},
	"sst":                     {"docker/Dockerfile"},
}

// templatesOf are the files of a target, by the names that they will have.
func templatesOf(target string) (map[string]string, error) {
	list := map[string]string{}
	entries, err := fs.ReadDir(deploy, path.Join("deploy", target))
	for _, e := range entries {
		list[strings.TrimSuffix(e.Name(), templateExt)] = path.Join("deploy", target, e.Name())
	}
	for _, name := range shared[target] {
		list[path.Base(name)] = path.Join("deploy", name+templateExt)
	}
	return list, err
}

// templateExt is behind the name of the file that a template makes.
const templateExt = ".tmpl"

// sometimes are files that a project has only where there is something in them.
var sometimes = map[string]bool{"server.socket": true}

// DeployNames are the names of a target's files, sorted, but for those that not every project has.
func DeployNames(target string) ([]string, error) {
	list, err := templatesOf(target)
	var names []string
	for name := range list {
		if !sometimes[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, err
}

// Render writes the files of a target's project, sorted by name.
func (d Deploy) Render(target string) ([]File, error) {
	paths, err := templatesOf(target)
	if err != nil {
		return nil, err
	}
	var files []File
	for _, name := range slices.Sorted(maps.Keys(paths)) {
		text, err := deploy.ReadFile(paths[name])
		if err != nil {
			return nil, err
		}
		content, err := render(name, string(text), d)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if !sometimes[name] || len(content) > 0 {
			files = append(files, File{name, content})
		}
	}
	return files, nil
}

// write is the name of the function that every value goes through.
const write = "write"

// render fills a template in. Every value that it prints goes through the writer of its
// format: that is put into the template here, so that none can be forgotten in one.
func render(name, text string, values any) ([]byte, error) {
	writer, err := writerFor(name)
	if err != nil {
		return nil, err
	}
	left, right := "{{", "}}"
	if path.Ext(name) == ".yml" { // of a pipeline, where these are expressions
		left, right = "[[", "]]"
	}
	t, err := template.New(name).Delims(left, right).Funcs(template.FuncMap{write: writer.value}).Option("missingkey=error").Parse(text)
	if err != nil {
		return nil, err
	}
	if err := guardNodes(t.Root); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, values); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// guardNodes puts the writer behind every pipeline that prints.
func guardNodes(list *parse.ListNode) error {
	if list == nil {
		return nil
	}
	for _, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.ActionNode:
			if len(n.Pipe.Decl) > 0 {
				continue // it prints nothing
			}
			call := &parse.CommandNode{NodeType: parse.NodeCommand, Args: []parse.Node{parse.NewIdentifier(write)}}
			n.Pipe.Cmds = append(n.Pipe.Cmds, call)
		case *parse.IfNode:
			if err := guardBranches(n.BranchNode); err != nil {
				return err
			}
		case *parse.RangeNode:
			if err := guardBranches(n.BranchNode); err != nil {
				return err
			}
		case *parse.TextNode, *parse.CommentNode:
		default:
			return fmt.Errorf("a template for deploy has %s, which is not guarded", node)
		}
	}
	return nil
}

func guardBranches(n parse.BranchNode) error {
	if err := guardNodes(n.List); err != nil {
		return err
	}
	return guardNodes(n.ElseList)
}
