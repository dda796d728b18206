package deploy

import (
	"slices"

	"github.com/verbosel/verbosel/codegen/policy"
	"github.com/verbosel/verbosel/codegen/spec"
	"github.com/verbosel/verbosel/templates"
)

// Project makes all files of a project that runs the server on the target.
func (t Target) Project(s Server, as Service) ([]templates.File, error) {
	values, err := t.values(s, as)
	if err != nil {
		return nil, err
	}
	list, err := values.Render(t.Name)
	if err != nil {
		return nil, err
	}
	made := slices.Clone(t.with)
	if s.Probe != nil && slices.Contains(made, serverFile) {
		made = append(made, probeFile)
	}
	for _, name := range made {
		content, err := s.made(name)
		if err != nil {
			return nil, err
		}
		list = append(list, templates.File{Name: name, Content: content})
	}
	return list, nil
}

// made is a file that is made, and not filled in.
func (s Server) made(name string) ([]byte, error) {
	switch name {
	case serverFile:
		return s.Result.Bytes()
	case probeFile:
		return s.ProbeELF()
	}
	return s.profile()
}

// defaultPort is that of a socket unit, as the spec names none.
const defaultPort = 8080

// values are what the templates need to know.
func (t Target) values(s Server, as Service) (templates.Deploy, error) {
	socket := s.Spec.Server.Listen.Network == spec.Systemd && t.Name == "systemd"
	port, err := defaultPort, error(nil)
	if !socket {
		port, err = s.port()
	}
	if err != nil {
		return templates.Deploy{}, err
	}
	p, err := policy.New(s.Report)
	if err != nil {
		return templates.Deploy{}, err
	}
	families, err := p.Families()
	if err != nil {
		return templates.Deploy{}, err
	}
	var calls []string
	for _, c := range p.Calls {
		calls = append(calls, c.Name)
	}
	return templates.Deploy{
		Name: as.Name, Image: as.Image, Port: port, Published: port, Privileged: port < 1024, Loopback: s.Loopback(),
		Probe: s.HealthPath(), Checked: s.Probe != nil, Profile: "verbosel/" + as.Name + ".json", Program: "/usr/local/bin/" + as.Name,
		Calls: calls, Families: families, Replicas: t.replicas, Spec: as.Spec, Version: as.Version,
		Socket: socket, Context: ".", Dockerfile: "Dockerfile",
	}, nil
}
