import Planner

extension CloudCapabilities {
  /// Modal's functions; only where the settings name this kind of cloud.
  public static let modal = CloudCapabilities(
    name: "modal",
    acts: [
      .scaleUp: .can(
        note: "sets min_containers, within max_containers; whether there is a GPU for them is only "
          + "seen by containers that do not come, and the next deploy of the app wipes what was set"
      ),
      .scaleDown: .can(
        note: "sets min_containers; at 0 Modal ends containers that have been idle for the "
          + "function's scaledown_window, and the next input starts one"),
      .stop: .cannot(reason: "a stopped app comes back only by a deploy; 0 replicas cost nothing"),
      .start: .cannot(reason: "Modal has no start; an input, or more replicas, wake a function"),
      .launch: .cannot(reason: "apps are deployed by people; finops changes their replicas"),
      .terminate: .cannot(reason: "an app is never stopped; at zero it costs nothing"),
      .keep: .cannot(reason: "to keep a function nothing is sent"),
      .unload: .cannot(reason: "the API does not reach into the engine of a container"),
    ],
    permissions: [
      Permission(
        "viewer",
        calls: [
          "FunctionGet", "FunctionGetSchedulingParams", "FunctionGetCurrentStats",
          "WorkspaceBillingReport",
        ], reason: "looks at functions, their replicas and load, and at the bill"),
      Permission(
        "contributor", calls: ["FunctionUpdateSchedulingParams"], acts: true,
        reason: "changes replicas"),
    ],
    idempotency: [.scaleUp: .absolute, .scaleDown: .absolute],
    policy: { permissions in
      let acts = permissions.contains { $0.acts }
      return "Modal: a token of a service user that is "
        + (acts ? "a contributor" : "a viewer") + " in the environment of the apps.\n"
        + permissions.map { "  \($0.name): \($0.reason)" }.joined(separator: "\n")
    })
}
