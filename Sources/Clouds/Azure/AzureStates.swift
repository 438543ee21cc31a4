import FleetModel

extension AzureMachine {
  /// Where the machine is in its life.
  ///
  /// `stopped` of Azure is a machine that is off and keeps its place: it is billed as if it ran, so
  /// it is `stopping` here, which counts as billed and takes no requests. Only `deallocated` is not
  /// billed. Without a power state the description decides: a machine that failed to be made has no
  /// place, and costs no compute.
  func state(power: String?) -> InstanceState {
    let provisioning = properties?.provisioningState?.lowercased()
    if provisioning == "deleting" { return .shuttingDown }
    switch power {
    case "running": return .running
    case "starting", "creating": return .pending
    case "deallocating", "stopping", "stopped": return .stopping
    case "deallocated": return .stopped
    default: break
    }
    switch provisioning {
    case "creating", "updating": return .pending
    case "failed", "canceled": return .stopped
    // It is there, and Azure does not know its power state: billed, for all that is known.
    default: return .running
    }
  }

  /// The machine as the fleet knows it; nil when its id can not be read.
  func node(
    _ name: AzureName?, cloud: CloudName, power: String?, inheriting tags: [String: String] = [:]
  ) -> Node? {
    guard let name else { return nil }
    return Node(
      id: name.node, cloud: cloud, region: AzureRegion.named(location ?? ""),
      zone: zones?.first ?? "",
      type: InstanceType(properties?.hardwareProfile?.vmSize ?? sku?.name ?? ""),
      capacity: capacity, state: state(power: power),
      // Missing only for machines older than the field (2021): old is what they are.
      launchedAt: properties?.timeCreated.flatMap(Timestamp.init(azure:)) ?? Timestamp(seconds: 0),
      tags: tags.merging(self.tags ?? [:]) { _, own in own })
  }

  private var capacity: CapacityType {
    if let priority = properties?.priority?.lowercased(), priority == "spot" || priority == "low" {
      return .spot
    }
    return properties?.capacityReservation?.capacityReservationGroup?.id == nil
      ? .onDemand : .reserved
  }
}

/// The region's name as requests spell it, "eastus" of "East US".
enum AzureRegion {
  static func named(_ text: String) -> Region {
    Region(text.lowercased().filter { $0 != " " })
  }
}

extension Timestamp {
  /// Reads "2026-11-21T01:02:38.3138469+00:00", seven decimals and an offset of nothing.
  init?(azure text: String) {
    let plain = text.hasSuffix("+00:00") ? text.dropLast(6) + "Z" : text[...]
    self.init(rfc3339: plain)
  }
}
