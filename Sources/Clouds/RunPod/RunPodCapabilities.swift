import Planner

extension CloudCapabilities {
  /// RunPod's pods and serverless endpoints.
  public static let runPod = CloudCapabilities(
    name: "runpod",
    acts: [
      .launch: .can(
        note: "on-demand pods; named after the token, and looked for in the list before one is made"
      ),
      .start: .can(
        note: "on the host the pod was on: refused for capacity when its GPUs are taken"),
      .stop: .can(note: "the disk stays and is billed; a locked pod is not stopped"),
      .terminate: .can(note: "for good, its disk too"),
      .scaleUp: .can(note: "serverless: sets workers.min, and raises workers.max when it is less"),
      .scaleDown: .can(
        note: "serverless: sets workers.min; at 0 workers come by request and go by idleTimeout"),
      .keep: .cannot(reason: "to keep a pod nothing is sent"),
      .unload: .cannot(reason: "the API does not reach into the engine of a pod"),
    ],
    permissions: [
      Permission(
        "api.runpod.io read",
        calls: [
          "listPods", "getPod", "listEndpoints", "getEndpoint", "listEndpointWorkers",
          "listGpuTypes", "listPodBilling", "listServerlessBilling",
        ], reason: "lists pods, endpoints, prices and the bill"),
      Permission(
        "api.runpod.ai read", calls: ["queueHealth"],
        reason: "counts the jobs that wait; without it the load is not known"),
      Permission(
        "api.runpod.io write", calls: ["createPod", "podAction", "updateEndpoint"], acts: true,
        reason: "makes, stops, starts and ends pods; sets workers"),
    ],
    idempotency: [
      .launch: .listBeforeRetry, .start: .absolute, .stop: .absolute, .terminate: .absolute,
      .scaleUp: .absolute, .scaleDown: .absolute,
    ],
    policy: { permissions in
      "RunPod: an API key (Settings › API Keys › Restricted) with\n"
        + permissions.map { "  \($0.name): \($0.reason)" }.joined(separator: "\n")
    })
}
