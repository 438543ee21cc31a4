public import CostModel
public import FleetModel
import Planner
public import Ports

/// Modal has no price list that can be read with certainty, and says so.
///
/// Its API does have rates, under names and in units that are documented nowhere. A price guessed
/// from a name is worse than none; the embedded table has the published ones.
public struct ModalPrices: PriceSource {
  public let cloud: CloudName

  public init(cloud: CloudName) { self.cloud = cloud }

  public func prices(
    of types: Set<InstanceType>, in regions: [Region]
  ) async throws(ActuateError) -> [Price] {
    throw .refused(
      ActFailure(
        kind: .unsupported, code: "NoPriceList",
        message: "Modal documents neither names nor units of the rates in its API; "
          + "the embedded table or your own prices are used"))
  }
}
