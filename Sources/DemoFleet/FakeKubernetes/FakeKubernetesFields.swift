/// The fields an object may have, for the kinds that are sent here; an unknown one is refused, as
/// the server does where a client asks for strict validation.
enum FakeKubernetesFields {
  private static let top: Set<String> = ["apiVersion", "kind", "metadata", "spec", "status"]
  private static let metadata: Set<String> = [
    "annotations", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp",
    "finalizers", "generateName", "generation", "labels", "managedFields", "name", "namespace",
    "ownerReferences", "resourceVersion", "selfLink", "uid",
  ]
  private static let spec: [String: Set<String>] = [
    "Node": [
      "configSource", "externalID", "podCIDR", "podCIDRs", "providerID", "taints",
      "unschedulable",
    ],
    "Deployment": [
      "minReadySeconds", "paused", "progressDeadlineSeconds", "replicas",
      "revisionHistoryLimit", "selector", "strategy", "template",
    ],
    "Scale": ["replicas"],
    "NodePool": ["disruption", "limits", "replicas", "template", "weight"],
    "PodDisruptionBudget": [
      "maxUnavailable", "minAvailable", "selector",
      "unhealthyPodEvictionPolicy",
    ],
    "Lease": [
      "acquireTime", "holderIdentity", "leaseDurationSeconds", "leaseTransitions",
      "preferredHolder", "renewTime", "strategy",
    ],
  ]

  static func check(_ object: FakeJSON, of resource: FakeResource) throws(FakeKubernetesRefusal) {
    try check(object, kind: resource.kind, version: resource.groupVersion)
  }

  static func check(
    _ object: FakeJSON, kind: String, version: String
  ) throws(FakeKubernetesRefusal) {
    if let said = object["kind"]?.text, said != kind {
      throw .bad("\(said) in version \"\(version)\" cannot be handled as a \(kind)")
    }
    if let said = object["apiVersion"]?.text, said != version {
      throw .bad("the API version in the data (\(said)) does not match \(version)")
    }
    try known(object, kind == "Event" ? nil : top, "")
    try known(object["metadata"], metadata, "metadata.")
    try known(object["spec"], spec[kind], "spec.")
    guard let replicas = object["spec", "replicas"] else { return }
    guard let count = replicas.number, case .number = replicas else {
      throw .bad("spec.replicas: json: cannot unmarshal into Go struct field of type int32")
    }
    guard count >= 0 else {
      throw FakeKubernetesRefusal(
        422, "Invalid",
        "\(kind) is invalid: spec.replicas: Invalid value: \(count): "
          + "must be greater than or equal to 0")
    }
  }

  static func check(options: FakeJSON) throws(FakeKubernetesRefusal) {
    try known(
      options,
      [
        "apiVersion", "kind", "dryRun", "gracePeriodSeconds", "orphanDependents", "preconditions",
        "propagationPolicy",
      ], "")
  }

  static func check(eviction: FakeJSON) throws(FakeKubernetesRefusal) {
    try known(eviction, ["apiVersion", "kind", "metadata", "deleteOptions"], "")
    try known(eviction["metadata"], metadata, "metadata.")
    if let options = eviction["deleteOptions"] { try check(options: options) }
  }

  private static func known(
    _ object: FakeJSON?, _ names: Set<String>?, _ path: String
  ) throws(FakeKubernetesRefusal) {
    guard let names, let members = object?.object else { return }
    guard let odd = members.keys.sorted().first(where: { !names.contains($0) }) else { return }
    throw .bad("strict decoding error: unknown field \"\(path)\(odd)\"")
  }
}
