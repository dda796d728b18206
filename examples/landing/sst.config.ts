/// <reference path="./.sst/platform/config.d.ts" />
// The server on AWS ECS, behind a load balancer, by SST v4: npx sst deploy --stage production
// It takes an account of AWS, with its credentials here, and Docker, which puts the server into its image. `npx sst
// install --stage production` writes the types that editors ask for. Made by `verbosel deploy sst`.
export default $config({
  app(input) {
    return {
      name: "landing",
      version: ">= 4.0.0 < 5.0.0",
      home: "aws",
      removal: input.stage === "production" ? "retain" : "remove",
      protect: input.stage === "production",
    };
  },
  async run() {
    const vpc = new sst.aws.Vpc("Vpc");
    const cluster = new sst.aws.Cluster("Cluster", { vpc });
    const server = new sst.aws.Service("Server", {
      cluster,
      architecture: "x86_64", // which servers are made for
      image: { context: "../..", dockerfile: "examples/landing/Dockerfile" },
      scaling: { min: 2, max: 8, cpuUtilization: 70 }, // replicas share nothing
      loadBalancer: {
        // With a domain: domain: "example.com", and rules for "443/https".
        rules: [{ listen: "80/http", forward: "8080/http" }],
        health: {
          "8080/http": { path: "/", successCodes: "200-299", interval: "10 seconds", healthyThreshold: 2 },
        },
      },
      // In the image: it asks the server for its health route, and exits with 0 for a status of 2xx.
      health: { command: ["CMD", "/probe"], interval: "10 seconds", timeout: "3 seconds" },
      transform: {
        taskDefinition: (task) => {
          task.containerDefinitions = $jsonParse(task.containerDefinitions).apply((list) => JSON.stringify(list.map(harden)));
        },
      },
    });
    return { url: server.url };
  },
});

// harden takes from a container what the server does not need: rights, and files that it could write to.
function harden(container: object) {
  return {
    ...container,
    user: "65532:65532",
    readonlyRootFilesystem: true,
    linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
    // As long as your longest download: it is finished before the server ends.
    stopTimeout: 60,
  };
}
