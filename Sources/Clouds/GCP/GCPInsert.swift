import FleetModel
import Planner
import Ports

/// What a machine shall be, the body of instances.insert.
struct GCPInsert: Encodable, Sendable {
  var name: String
  var machineType: String
  var labels: [String: String]
  var metadata: Metadata?
  var disks: [Disk]
  var networkInterfaces: [Network]
  var scheduling: Scheduling
  var guestAccelerators: [Accelerators]?
  var reservationAffinity: Reservation?

  struct Metadata: Encodable, Sendable {
    var items: [Item]
    struct Item: Encodable, Sendable {
      var key: String
      var value: String
    }
  }
  struct Disk: Encodable, Sendable {
    var boot = true
    var autoDelete = true
    var initializeParams: Source
    struct Source: Encodable, Sendable {
      var sourceImage: String
      var labels: [String: String]
    }
  }
  struct Network: Encodable, Sendable {
    var network: String?
    var subnetwork: String?
  }
  struct Scheduling: Encodable, Sendable {
    var provisioningModel: String
    var automaticRestart: Bool
    /// A machine with GPUs can not be moved while it runs.
    var onHostMaintenance = "TERMINATE"
    var instanceTerminationAction: String?
  }
  struct Accelerators: Encodable, Sendable {
    var acceleratorType: String
    var acceleratorCount: Int
  }
  struct Reservation: Encodable, Sendable {
    var consumeReservationType = "SPECIFIC_RESERVATION"
    var key = "compute.googleapis.com/reservation-name"
    var values: [String]
  }
}

extension GCPInsert {
  /// - Parameter reservation: for `.reserved`: which; Google has no "any, or fail".
  init(
    _ spec: LaunchSpec, in zone: String, token: String, tags: [String: String],
    reservation: String?
  ) throws(ActuateError) {
    let type = try GCPMachine(spec.type)
    let labels = GCPTags.labels(tags)
    name = GCPName.instance(token: token)
    machineType = "zones/\(zone)/machineTypes/\(type.name)"
    self.labels = labels
    metadata = GCPTags.metadata(tags).map {
      Metadata(items: [Metadata.Item(key: GCPTags.item, value: $0)])
    }
    let image = spec.image.contains("/") ? spec.image : "global/images/\(spec.image)"
    disks = [Disk(initializeParams: Disk.Source(sourceImage: image, labels: labels))]
    networkInterfaces = [Self.network(spec)]
    scheduling = Self.scheduling(spec.capacity)
    guestAccelerators = type.attached.map {
      [
        Accelerators(
          acceleratorType: "zones/\(zone)/acceleratorTypes/\($0.kind)", acceleratorCount: $0.count)
      ]
    }
    guard spec.capacity == .reserved else { return }
    guard let reservation else {
      throw CloudVerdict.wrong(
        "NoReservation", "reserved capacity is launched into a reservation, and none is configured")
    }
    reservationAffinity = Reservation(values: [reservation])
  }

  private static func network(_ spec: LaunchSpec) -> Network {
    guard let subnet = spec.subnet else { return Network(network: "global/networks/default") }
    let path = subnet.contains("/") ? subnet : "regions/\(spec.region)/subnetworks/\(subnet)"
    return Network(subnetwork: path)
  }

  /// A spot machine is stopped when it is taken away, Google's own default, so that the same disk
  /// can be started again.
  private static func scheduling(_ capacity: CapacityType) -> Scheduling {
    guard capacity == .spot else {
      return Scheduling(provisioningModel: "STANDARD", automaticRestart: true)
    }
    return Scheduling(
      provisioningModel: "SPOT", automaticRestart: false, instanceTerminationAction: "STOP")
  }
}

/// A machine type as we write it: Google's name, and for the types GPUs are attached to (N1) what is
/// attached, "n1-standard-8+nvidia-tesla-t4:1".
struct GCPMachine: Hashable, Sendable {
  var name: String
  var attached: Attached?

  struct Attached: Hashable, Sendable {
    var kind: String
    var count: Int
  }

  init(name: String, attached: Attached? = nil) {
    self.name = name
    self.attached = attached
  }

  init(_ type: InstanceType) throws(ActuateError) {
    let halves = type.rawValue.split(separator: "+", omittingEmptySubsequences: false)
    guard halves.count <= 2, let name = halves.first, GCPName.isLabelKey(String(name)) else {
      throw CloudVerdict.wrong("BadType", "\(type) is no machine type")
    }
    self.init(name: String(name))
    guard halves.count == 2 else { return }
    let parts = halves[1].split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, GCPName.isLabelKey(String(parts[0])), let count = Int(parts[1]),
      (1...16).contains(count)
    else {
      throw CloudVerdict.wrong(
        "BadType", "\(type): GPUs are attached as n1-standard-8+nvidia-tesla-t4:1")
    }
    attached = Attached(kind: String(parts[0]), count: count)
  }

  var type: InstanceType {
    InstanceType(name + (attached.map { "+\($0.kind):\($0.count)" } ?? ""))
  }

  /// GPUs are part of the other families' types; an N1's are attached to it.
  var takesAttached: Bool { name.hasPrefix("n1-") }
}
