package consumers

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/verbosel/verbosel/templates"
)

// The task's definition is of the AWS SDK's types, and is what the SDK would send of them: so
// that its names are ECS's, to the letter.
func TestTaskDefinition(t *testing.T) {
	dir := deploy(t, "sst", "--name", "blog", "--image", "registry.example/team/blog:1.0")
	task := asTask(t, contents(t, dir, "task-definition.json"))
	c := task.ContainerDefinitions[0]
	if *task.Family != "blog" || *c.Image != "registry.example/team/blog:1.0" || *c.PortMappings[0].ContainerPort != 8080 || c.HealthCheck.Command[1] != "/probe" {
		t.Errorf("%+v", c)
	}
	if !*c.ReadonlyRootFilesystem || *c.User != "65532:65532" || c.LinuxParameters.Capabilities.Drop[0] != "ALL" || c.SystemControls != nil {
		t.Errorf("%+v", c)
	}
	// Among the values of enumerations that the SDK knows.
	if p := task.RuntimePlatform; p.CpuArchitecture != types.CPUArchitectureX8664 || p.OperatingSystemFamily != types.OSFamilyLinux || task.NetworkMode != types.NetworkModeAwsvpc ||
		task.RequiresCompatibilities[0] != types.CompatibilityFargate || c.PortMappings[0].Protocol != types.TransportProtocolTcp {
		t.Errorf("%+v", task)
	}
	for _, text := range hostile {
		task := asTask(t, rendered(t, "sst", "task-definition.json", templates.Deploy{Name: text, Image: text, Port: 80, Privileged: true, Checked: true}))
		if c := task.ContainerDefinitions[0]; *task.Family != text || *c.Name != text || *c.Image != text || len(task.ContainerDefinitions) != 1 || *c.SystemControls[0].Value != "0" {
			t.Errorf("%q: %+v", text, task)
		}
	}
}

// asTask decodes a definition: a key that the types do not have is an error, and so is one that
// the SDK spells otherwise.
func asTask(t *testing.T, text []byte) *ecs.RegisterTaskDefinitionInput {
	t.Helper()
	var task ecs.RegisterTaskDefinitionInput
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&task); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var got, want any
	for _, one := range []struct {
		text []byte
		to   *any
	}{{text, &want}, {sent(t, &task), &got}} {
		if err := json.Unmarshal(one.text, one.to); err != nil {
			t.Fatalf("%v: %s", err, one.text)
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the SDK sends\n%v\nthe file has\n%v", got, want)
	}
	return &task
}

// capture is an HTTP client that keeps the request, and answers that there is nothing.
type capture struct{ body []byte }

func (c *capture) Do(r *http.Request) (*http.Response, error) {
	var err error
	c.body, err = io.ReadAll(r.Body)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader([]byte("{}"))), Request: r}, err
}

// sent is what the SDK sends to register a task, after it has validated it.
func sent(t *testing.T, task *ecs.RegisterTaskDefinitionInput) []byte {
	t.Helper()
	var c capture
	client := ecs.New(ecs.Options{Region: "eu-central-1", HTTPClient: &c, Credentials: nobody{}})
	if _, err := client.RegisterTaskDefinition(context.Background(), task); err != nil {
		t.Fatal(err)
	}
	return c.body
}

// nobody has credentials that nothing is asked with.
type nobody struct{}

func (nobody) Retrieve(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "none", SecretAccessKey: "none"}, nil
}
