import FleetModel
import Foundation
import Planner

/// A machine as Google describes it; what is not needed is not read.
struct GCPInstance: Decodable, Sendable {
  var id: String
  var name: String
  var zone: String
  var machineType: String
  var status: String
  var creationTimestamp: String?
  var lastStartTimestamp: String?
  var labels: [String: String]?
  var metadata: Metadata?
  var guestAccelerators: [Accelerators]?
  var scheduling: Scheduling?
  var reservationAffinity: Affinity?
  var networkInterfaces: [Network]?
  var disks: [Disk]?
  var deletionProtection: Bool?

  struct Metadata: Decodable, Sendable {
    var items: [Item]?
    struct Item: Decodable, Sendable {
      var key: String
      var value: String?
    }
  }
  struct Accelerators: Decodable, Sendable {
    var acceleratorType: String
    var acceleratorCount: Int?
  }
  struct Scheduling: Decodable, Sendable {
    var provisioningModel: String?
    var preemptible: Bool?
  }
  struct Affinity: Decodable, Sendable { var consumeReservationType: String? }
  struct Network: Decodable, Sendable { var networkIP: String? }

  var place: GCPNode { GCPNode(zone: GCPName.last(zone), number: id) }

  /// The group that made it and would make it anew; nil for a machine of its own.
  var group: GCPGroup? { items["created-by"].flatMap(GCPGroup.init(url:)) }

  private var items: [String: String] {
    Dictionary(
      (metadata?.items ?? []).map { ($0.key, $0.value ?? "") },
      uniquingKeysWith: { _, last in last })
  }

  var tags: [String: String] {
    var tags = GCPTags.read(labels: labels ?? [:], metadata: items)
    tags["Name"] = tags["Name"] ?? name
    return tags
  }

  var machine: GCPMachine {
    var machine = GCPMachine(name: GCPName.last(machineType))
    if machine.takesAttached, let first = guestAccelerators?.first {
      machine.attached = .init(
        kind: GCPName.last(first.acceleratorType), count: first.acceleratorCount ?? 1)
    }
    return machine
  }

  /// nil: the listing does not say; the type has to be asked.
  var acceleratorCount: Int? {
    guard let all = guestAccelerators, !all.isEmpty else { return nil }
    return all.reduce(0) { $0 + max(0, min(1024, $1.acceleratorCount ?? 1)) }
  }

  /// The machine as the fleet knows it; nil when a state or time is not one we can read.
  func node(cloud: CloudName) -> Node? {
    guard let state = GCPState.state(status), UInt64(id) != nil,
      let since = (lastStartTimestamp ?? creationTimestamp).flatMap(GCPTime.read)
    else { return nil }
    let zone = place.zone
    return Node(
      id: place.id, cloud: cloud, region: GCPName.region(ofZone: zone), zone: zone,
      type: machine.type, capacity: capacity, state: state, launchedAt: since, tags: tags,
      privateAddress: networkInterfaces?.first?.networkIP, acceleratorCount: acceleratorCount,
      facts: facts)
  }

  private var capacity: CapacityType {
    if scheduling?.provisioningModel == "SPOT" || scheduling?.preemptible == true { return .spot }
    let bound =
      scheduling?.provisioningModel == "RESERVATION_BOUND"
      || reservationAffinity?.consumeReservationType == "SPECIFIC_RESERVATION"
    return bound ? .reserved : .onDemand
  }
}

/// Google's words for a machine's life.
enum GCPState {
  static func state(_ status: String) -> InstanceState? {
    switch status {
    // In repair it is not billed, and comes back without anyone's doing.
    case "PENDING", "PROVISIONING", "STAGING", "REPAIRING": .pending
    case "RUNNING": .running
    // STOPPING is said of a machine that is being deleted too.
    case "PENDING_STOP", "STOPPING", "SUSPENDING": .stopping
    // A stopped machine reads TERMINATED; one that was deleted is not there.
    case "TERMINATED", "STOPPED", "SUSPENDED": .stopped
    case "DEPROVISIONING": .shuttingDown
    default: nil
    }
  }
}

enum GCPTime {
  /// RFC 3339 with an offset, "2024-06-26T11:42:22.006-07:00", or "Z".
  static func read(_ text: String) -> Timestamp? {
    if text.hasSuffix("Z") { return Timestamp(rfc3339: text) }
    let offset = text.suffix(6)
    guard offset.count == 6, let sign = offset.first, sign == "+" || sign == "-",
      let local = Timestamp(rfc3339: text.dropLast(6) + "Z")
    else { return nil }
    let parts = offset.dropFirst().split(separator: ":")
    guard parts.count == 2, let hours = Int64(parts[0]), let minutes = Int64(parts[1]),
      (0...23).contains(hours), (0...59).contains(minutes)
    else { return nil }
    let seconds = (hours * 60 + minutes) * 60
    return local.advanced(by: .seconds(sign == "-" ? seconds : -seconds))
  }
}

/// Something in an answer that may mean it is not whole.
struct GCPWarning: Decodable, Sendable {
  var code: String?
  var message: String?

  /// "There is nothing of that in this zone" comes with every aggregated list.
  var isHarmless: Bool {
    switch code {
    case "UNREACHABLE", "PARTIAL_SUCCESS", "LIST_OVERHEAD_QUOTA_EXCEED": false
    default: true
    }
  }
}

/// A page of a list, of one zone or of all.
protocol GCPPage: Decodable, Sendable {
  associatedtype Item: Sendable
  var found: [Item] { get }
  var nextPageToken: String? { get }
  /// What is missing from it, for people; nil when it is whole.
  var gap: String? { get }
}

struct GCPInstanceList: GCPPage {
  var items: [GCPInstance]?
  var nextPageToken: String?
  var warning: GCPWarning?
  var found: [GCPInstance] { items ?? [] }
  var gap: String? { warning.flatMap { $0.isHarmless ? nil : $0.message ?? $0.code } }
}

/// A page over all zones and regions; a place that did not answer is named in it, with status 200.
struct GCPAggregatedList<Scoped: GCPScopedList>: GCPPage {
  var items: [String: Scoped]?
  var nextPageToken: String?
  var unreachables: [String]?
  var warning: GCPWarning?

  var found: [Scoped.Item] {
    (items ?? [:]).sorted { $0.key < $1.key }.flatMap(\.value.found)
  }
  var gap: String? {
    if let missing = unreachables, !missing.isEmpty { return missing.joined(separator: ", ") }
    if let warning, !warning.isHarmless { return warning.message ?? warning.code }
    let silent = (items ?? [:]).filter { $0.value.warning.map { !$0.isHarmless } ?? false }.keys
    return silent.isEmpty ? nil : silent.sorted().joined(separator: ", ")
  }
}

protocol GCPScopedList: Decodable, Sendable {
  associatedtype Item: Decodable, Sendable
  var found: [Item] { get }
  var warning: GCPWarning? { get }
}

struct GCPScopedInstances: GCPScopedList {
  var instances: [GCPInstance]?
  var warning: GCPWarning?
  var found: [GCPInstance] { instances ?? [] }
}

struct GCPMachineType: Decodable, Sendable {
  var accelerators: [Accelerator]?
  struct Accelerator: Decodable, Sendable { var guestAcceleratorCount: Int? }

  var acceleratorCount: Int {
    (accelerators ?? []).reduce(0) { $0 + max(0, min(1024, $1.guestAcceleratorCount ?? 0)) }
  }
}
