import FleetModel

/// A Deployment or StatefulSet, as far as it is read here.
struct KubeWorkload: Decodable, Sendable {
  var metadata: KubeMetadata
  var spec: Spec
  var status: Status?

  struct Spec: Decodable, Sendable {
    /// One when it is not said.
    var replicas: Int?
    var template: Template?
  }

  struct Template: Decodable, Sendable { var spec: Pod? }
  struct Pod: Decodable, Sendable {
    var nodeSelector: [String: String]?
    var containers: [Container]?
  }
  struct Container: Decodable, Sendable { var resources: Resources? }
  struct Resources: Decodable, Sendable { var limits: [String: KubeCount]? }

  struct Status: Decodable, Sendable {
    var observedGeneration: Int?
    var replicas: Int?
    var updatedReplicas: Int?
    var readyReplicas: Int?
    var conditions: [Condition]?
  }

  struct Condition: Decodable, Sendable {
    var type: String
    var status: String
    var reason: String?
  }

  func workload(_ kind: KubeKind, cloud: CloudName) -> Workload {
    let name = KubeName(kind, metadata.namespace ?? "default", metadata.name)
    let ready = status?.readyReplicas ?? 0
    let gpus = (spec.template?.spec?.containers ?? []).reduce(0) {
      $0 + ($1.resources?.limits?[KubeNodePool.gpus]?.count ?? 0)
    }
    let type = spec.template?.spec?.nodeSelector?["node.kubernetes.io/instance-type"]
    return Workload(
      id: name.id, cloud: cloud, desired: desired, ready: ready, state: state(ready: ready),
      type: type.map { InstanceType($0) }, tags: metadata.tags, billing: .shared,
      figures: gpus > 0 ? ["gpus_each": Double(gpus)] : [:])
  }

  private var desired: Int { max(0, spec.replicas ?? 1) }

  private func state(ready: Int) -> Workload.State {
    let hasSeen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)
    let all = status?.replicas ?? 0
    guard hasSeen, ready >= desired, all == desired else {
      let stuck = (status?.conditions ?? []).contains {
        $0.type == "Progressing" && $0.status == "False"
      }
      return stuck && hasSeen ? .failed : .changing
    }
    return desired == 0 ? .asleep : .running
  }
}

/// A Karpenter NodePool: how many GPUs it may have at most.
struct KubeNodePool: Decodable, Sendable {
  var metadata: KubeMetadata
  var spec: Spec
  var status: Status?

  struct Spec: Decodable, Sendable {
    var limits: [String: KubeCount]?
    var weight: Int?
  }

  struct Status: Decodable, Sendable { var resources: [String: KubeCount]? }

  static let gpus = "nvidia.com/gpu"

  var limit: Int? { spec.limits?[Self.gpus]?.count }

  /// nil without a limit on GPUs: then there is no number to ask for. What is in use is a figure, not
  /// `ready`: room that nobody asked for is not a replica that has yet to come.
  func workload(cloud: CloudName) -> Workload? {
    guard let limit else { return nil }
    var figures: [String: Double] = [:]
    if let used = status?.resources?[Self.gpus]?.count { figures["gpus_in_use"] = Double(used) }
    if let weight = spec.weight { figures["weight"] = Double(weight) }
    return Workload(
      id: KubeName(.nodepool, "", metadata.name).id, cloud: cloud, desired: max(0, limit),
      state: .running, tags: metadata.tags, billing: .shared, figures: figures)
  }
}
