import FleetModel

/// A managed instance group as Google describes it.
struct GCPGroupReply: Decodable, Sendable {
  var name: String
  var zone: String?
  var region: String?
  var targetSize: Int?
  var instanceTemplate: String?
  var versions: [Version]?
  var status: Status?
  var currentActions: Actions?
  var allInstancesConfig: AllInstances?

  struct Version: Decodable, Sendable { var instanceTemplate: String? }
  struct Status: Decodable, Sendable {
    var isStable: Bool?
    var autoscaler: String?
    var currentInstanceStatuses: Statuses?
    struct Statuses: Decodable, Sendable { var running: Int? }
  }
  struct Actions: Decodable, Sendable { var none: Int? }
  struct AllInstances: Decodable, Sendable {
    var properties: Properties?
    struct Properties: Decodable, Sendable { var labels: [String: String]? }
  }

  /// nil for one of no place, which none is.
  var group: GCPGroup? {
    if let zone { return GCPGroup(scope: .zone(GCPName.last(zone)), name: name) }
    return region.map { GCPGroup(scope: .region(GCPName.last($0)), name: name) }
  }

  /// A global template's name; regional ones are not read.
  var templateName: String? {
    guard let url = versions?.last?.instanceTemplate ?? instanceTemplate,
      url.contains("global/instanceTemplates/")
    else { return nil }
    return GCPName.last(url)
  }

  /// The labels its machines get on top of the template's.
  var labels: [String: String] { allInstancesConfig?.properties?.labels ?? [:] }

  /// Machines that serve: those that run, or where Google does not count them, those nothing is being
  /// done to.
  private var ready: Int? { status?.currentInstanceStatuses?.running ?? currentActions?.none }

  private var state: Workload.State {
    guard status?.isStable == true else { return .changing }
    return targetSize == 0 ? .asleep : .running
  }

  /// As the fleet knows it; nil when it says no size or place.
  func workload(cloud: CloudName, template: GCPTemplate?) -> Workload? {
    guard let group, let targetSize, targetSize >= 0 else { return nil }
    let tags = (template?.labels ?? [:]).merging(labels) { _, own in own }
    return Workload(
      id: group.id, cloud: cloud, region: group.scope.region, desired: targetSize, ready: ready,
      state: state, type: template?.machine.type, tags: tags, numberOwner: numberOwner(tags))
  }

  /// A clause for `Workload.numberOwner`. A node pool's group has no autoscaler of Compute Engine's:
  /// GKE's own sets it.
  private func numberOwner(_ tags: [String: String]) -> String? {
    if let autoscaler = status?.autoscaler {
      return "its own autoscaler \(GCPName.last(autoscaler)) sets it"
    }
    let owner = OwnerSign.owner(of: tags, by: GCPOwners.table)
    if let owner { return "\(owner.phrase) sets it" }
    return name.hasPrefix(GCPOwners.gkeGroup) ? "it is a group of GKE's, which sets it" : nil
  }
}

struct GCPScopedGroups: GCPScopedList {
  var instanceGroupManagers: [GCPGroupReply]?
  var warning: GCPWarning?
  var found: [GCPGroupReply] { instanceGroupManagers ?? [] }
}

/// What a group's machines are made after.
struct GCPTemplate: Decodable, Sendable {
  var properties: Properties

  struct Properties: Decodable, Sendable {
    var labels: [String: String]?
    var machineType: String?
    var guestAccelerators: [GCPInstance.Accelerators]?
  }

  var labels: [String: String] { properties.labels ?? [:] }

  var machine: GCPMachine {
    var machine = GCPMachine(name: GCPName.last(properties.machineType ?? ""))
    if machine.takesAttached, let first = properties.guestAccelerators?.first {
      machine.attached = .init(
        kind: GCPName.last(first.acceleratorType), count: first.acceleratorCount ?? 1)
    }
    return machine
  }
}
