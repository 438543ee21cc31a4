import Planner

extension CloudCapabilities {
  /// Hugging Face Inference Endpoints.
  public static let huggingFace = CloudCapabilities(
    name: "huggingface",
    acts: [
      .scaleUp: .can(
        note: "sets minReplica, and raises maxReplica when it is less; a sleeping or paused "
          + "endpoint is resumed first"),
      .scaleDown: .can(
        note: "sets minReplica; 0 puts it to sleep, and its next request wakes it"),
      .stop: .can(note: "pauses an endpoint: only a resume brings it back; nothing is billed"),
      .start: .can(note: "resumes an endpoint, at one replica"),
      .launch: .cannot(reason: "endpoints are made by people; finops changes their replicas"),
      .terminate: .cannot(reason: "an endpoint is never deleted; at zero it costs nothing"),
      .keep: .cannot(reason: "to keep an endpoint nothing is sent"),
      .unload: .cannot(reason: "the API does not reach into the engine of a replica"),
    ],
    permissions: [
      Permission(
        "read", calls: ["listEndpoints", "getEndpoint", "listHardware"],
        reason: "lists endpoints, prices and quota"),
      Permission(
        "inference.endpoints.write",
        calls: [
          "updateEndpoint", "pauseEndpoint", "resumeEndpoint", "scaleEndpointToZero",
        ], acts: true, reason: "changes replicas, pauses and resumes"),
    ],
    idempotency: [
      .scaleUp: .absolute, .scaleDown: .absolute, .stop: .absolute, .start: .absolute,
    ],
    policy: { permissions in
      let acts = permissions.contains { $0.acts }
      let token =
        acts
        ? "a fine-grained token with “Manage Inference Endpoints” (inference.endpoints.write)"
        : "a token of the role “read”"
      return "Hugging Face: \(token), for every namespace that is listed.\n"
        + permissions.map { "  \($0.name): \($0.reason)" }.joined(separator: "\n")
    })
}
