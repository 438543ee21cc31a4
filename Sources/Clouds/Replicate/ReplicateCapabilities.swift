import Planner

extension CloudCapabilities {
  /// Replicate's deployments.
  public static let replicate = CloudCapabilities(
    name: "replicate",
    acts: [
      .scaleUp: .can(
        note: "sets min_instances, and raises max_instances when it is less; makes a release"),
      .scaleDown: .can(
        note: "sets min_instances; at 0 an instance comes with a request; makes a release"),
      .launch: .cannot(reason: "deployments are made by people; finops changes their instances"),
      .terminate: .cannot(reason: "a deployment is never deleted; at zero it costs nothing idle"),
      .stop: .cannot(reason: "Replicate has no pause; min_instances 0 is the least"),
      .start: .cannot(reason: "Replicate has no pause to come back from"),
      .keep: .cannot(reason: "to keep a deployment nothing is sent"),
      .unload: .cannot(reason: "the API does not reach into an instance"),
    ],
    permissions: [
      Permission(
        "deployments read", calls: ["listDeployments", "getDeployment"],
        reason: "lists deployments and their bounds"),
      Permission("hardware read", calls: ["listHardware"], reason: "names what can be deployed on"),
      Permission(
        "deployments write", calls: ["updateDeployment"], acts: true, reason: "sets the bounds"),
    ],
    idempotency: [.scaleUp: .absolute, .scaleDown: .absolute],
    policy: { permissions in
      "Replicate: an API token (replicate.com/account/api-tokens) of the deployments' owner; its "
        + "tokens have no scopes, so the same one observes and acts.\n"
        + permissions.map { "  \($0.name): \($0.reason)" }.joined(separator: "\n")
    })
}
