import FleetModel

/// A Node object, as far as it is read here.
struct KubeNode: Decodable, Sendable {
  var metadata: KubeMetadata
  var spec: Spec?
  var status: Status?

  struct Spec: Decodable, Sendable {
    var unschedulable: Bool?
    var providerID: String?
    var taints: [Taint]?
  }

  struct Taint: Decodable, Sendable {
    var key: String
    var value: String?
    var timeAdded: String?
  }

  struct Status: Decodable, Sendable {
    var capacity: [String: KubeCount]?
    var conditions: [Condition]?
    var addresses: [Address]?
  }

  struct Condition: Decodable, Sendable {
    var type: String
    var status: String
    var reason: String?
    var message: String?
    var lastTransitionTime: String?
  }

  struct Address: Decodable, Sendable {
    var type: String
    var address: String
  }

  /// On a node that we made take no new pods: the token of the act.
  static let cordonMark = "finops-cordoned"
  /// On the node as a tag: takes no new pods.
  static let cordonTag = "finops-unschedulable"
  static let providerTag = Tag.provider

  var isCordoned: Bool { spec?.unschedulable == true }
  var cordonedBy: String? { metadata.annotations?[Self.cordonMark] }

  func label(_ names: String...) -> String? {
    names.lazy.compactMap { metadata.labels?[$0] }.first { !$0.isEmpty }
  }

  /// The machine as the fleet knows it; nil when its age can not be read.
  func node(cloud: CloudName) -> Node? {
    guard let created = metadata.creationTimestamp.flatMap({ Timestamp(rfc3339: $0) }) else {
      return nil
    }
    var tags = metadata.tags
    if isCordoned { tags[Self.cordonTag] = "true" }
    if let id = spec?.providerID, !id.isEmpty { tags[Self.providerTag] = id }
    return Node(
      id: NodeID(metadata.name), cloud: cloud,
      region: Region(
        label("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region") ?? ""),
      zone: label("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone") ?? "",
      type: InstanceType(
        label("node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type") ?? ""),
      capacity: capacityType, state: metadata.deletionTimestamp == nil ? .running : .shuttingDown,
      launchedAt: max(created, readySince ?? created), tags: tags,
      privateAddress: status?.addresses?.first { $0.type == "InternalIP" }?.address,
      acceleratorCount: accelerators, facts: facts)
  }

  /// A node that was stopped and started again is the same object: what moves is when it became
  /// ready. One that flaps is young each time, which is the safe side.
  private var readySince: Timestamp? {
    let ready = status?.conditions?.first { $0.type == "Ready" && $0.status == "True" }
    return ready?.lastTransitionTime.flatMap { Timestamp(rfc3339: $0) }
  }

  /// The labels Karpenter, EKS, GKE and AKS put on nodes for how they are bought.
  private var capacityType: CapacityType {
    let words = [
      label("karpenter.sh/capacity-type"), label("eks.amazonaws.com/capacityType"),
      label("cloud.google.com/gke-provisioning"), label("kubernetes.azure.com/scalesetpriority"),
      label("cloud.google.com/gke-spot") == "true" ? "spot" : nil,
      label("cloud.google.com/gke-preemptible") == "true" ? "spot" : nil,
    ].compactMap { $0?.lowercased() }
    if words.contains("spot") || words.contains("preemptible") { return .spot }
    return words.contains("reserved") || words.contains("capacity_block") ? .reserved : .onDemand
  }

  /// Physical devices; nil where only shares of them are counted, and a tag has to say.
  ///
  /// GPU feature discovery's count goes first: with time slicing the capacity counts each several
  /// times. With one kind of MIG slices ("…-MIG-1g.5gb") its count is of slices (opencost#2862,
  /// NVIDIA/dcgm-exporter#151). A device that a DRA driver gives out is in no capacity at all.
  private var accelerators: Int? {
    if let count = label("nvidia.com/gpu.count").flatMap({ Int($0) }) {
      return label("nvidia.com/gpu.product")?.contains("-MIG-") == true ? nil : count
    }
    let capacity = status?.capacity ?? [:]
    let hasShares = capacity.contains { name, number in
      (name == "nvidia.com/gpu.shared" || name.hasPrefix("nvidia.com/mig-"))
        && number.count ?? 1 > 0
    }
    guard !hasShares else { return nil }
    let found = ["nvidia.com/gpu", "amd.com/gpu", "habana.ai/gaudi"].lazy
      .compactMap { capacity[$0]?.count }.first
    // A device is there, and none is given out: its plugin is away, or gives it out otherwise.
    return found == 0 && label("nvidia.com/gpu.present") == "true" ? nil : found
  }

  /// Karpenter made the machine and takes it away with its claim.
  var isKarpenters: Bool { label("karpenter.sh/nodepool") != nil }
  var claim: KubeMetadata.Owner? {
    metadata.ownerReferences?.first { $0.kind == "NodeClaim" }
  }
}
