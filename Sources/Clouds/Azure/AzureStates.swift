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
  ///
  /// - Parameters:
  ///   - view: what it does right now; nil: Azure does not say.
  ///   - set: the scale set it is an instance of, and the set's tags, which it inherits.
  func node(
    _ name: AzureName?, cloud: CloudName, view: AzureView?, of set: AzureName? = nil,
    inheriting inherited: [String: String] = [:]
  ) -> Node? {
    guard let name else { return nil }
    let tags = inherited.merging(self.tags ?? [:]) { _, own in own }
    return Node(
      id: name.node, cloud: cloud, region: AzureRegion.named(location ?? ""),
      zone: zones?.first ?? "",
      type: InstanceType(properties?.hardwareProfile?.vmSize ?? sku?.name ?? ""),
      capacity: capacity, state: state(power: view?.power), launchedAt: launchedAt(view),
      tags: tags, facts: facts(tags: tags, of: set))
  }

  /// The last start, as far as Azure tells: its view gives the time of the last change of any kind,
  /// and a start is one. Later than the start is the safe side: a fresh machine is left alone longer.
  /// Without a view it is the creation, which is missing only for machines older than the field
  /// (2021): old is what they are.
  private func launchedAt(_ view: AzureView?) -> Timestamp {
    let created = properties?.timeCreated.flatMap(Timestamp.init(azure:)) ?? Timestamp(seconds: 0)
    return max(created, view?.changedAt ?? created)
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
