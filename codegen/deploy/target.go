package deploy

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/verbosel/verbosel/templates"
)

// Target is something that servers are deployed to.
type Target struct {
	Name, Says string
	Next       string // what to do in the project's folder
	Image      bool   // the server runs in an image, with its probe
	Builds     bool   // it builds and pushes that image by itself

	with     []string // what is written beside the files of its templates
	replicas int      // 0: as many as it takes
}

// Files that are made, and not filled in.
const (
	serverFile  = "server"
	probeFile   = "probe" // beside the server, where there is one
	profileFile = "seccomp.json"
)

var targets = []Target{
	{Name: "docker", Says: "Dockerfile and compose.yaml, with the server, its probe and their seccomp profile", with: []string{serverFile, profileFile}, Next: "docker compose up --build", Image: true},
	{Name: "kubernetes", Says: "manifests for kubectl apply -k, with the seccomp profile for the nodes", with: []string{profileFile}, Next: "kubectl apply -k .", Image: true},
	{Name: "ingress-default-backend", Says: "the same as the backend of what no ingress takes", with: []string{profileFile}, Next: "kubectl apply -k .", Image: true, replicas: 2},
	{Name: "knative", Says: "a Knative service", Next: "kubectl apply -f service.yaml", Image: true},
	{Name: "cloudrun", Says: "a service of Google Cloud Run", Next: "gcloud run services replace service.yaml", Image: true},
	{Name: "sst", Says: "a service of AWS ECS behind a load balancer, by SST v4, and the task's definition", with: []string{serverFile}, Next: "npx sst deploy --stage production", Image: true},
	{Name: "nomad", Says: "a job of Nomad, with its docker driver", Next: "nomad job run -json job.json", Image: true},
	{Name: "systemd", Says: "a unit, with the server", with: []string{serverFile}, Next: "its first lines say how to install it"},
	{Name: "github-actions", Says: "a workflow that builds, proves and pushes", Next: "commit it as .github/workflows/verbosel.yml, and push", Image: true, Builds: true},
	{Name: "gitlab-ci", Says: "a pipeline that does", Next: "include it in .gitlab-ci.yml", Image: true, Builds: true},
}

// Targets are all of them, in the order in which they are shown.
func Targets() []Target { return slices.Clone(targets) }

// TargetNames are the names of all of them.
func TargetNames() (list []string) {
	for _, t := range targets {
		list = append(list, t.Name)
	}
	return list
}

// FindTarget is the target of a name, or an error that has all names.
func FindTarget(name string) (Target, error) {
	i := slices.IndexFunc(targets, func(t Target) bool { return t.Name == name })
	if i < 0 {
		return Target{}, fmt.Errorf("there is no target %q: they are %s", name, strings.Join(TargetNames(), ", "))
	}
	return targets[i], nil
}

// Files are the names of a project's files, sorted, but for that of a probe and that of a socket
// unit, which not every server has.
func (t Target) Files() ([]string, error) {
	names, err := templates.DeployNames(t.Name)
	return slices.Sorted(slices.Values(append(names, t.with...))), err
}

// Mode has the permissions of a project's file.
func Mode(name string) os.FileMode {
	if name == serverFile || name == probeFile {
		return 0o755
	}
	return 0o644
}
