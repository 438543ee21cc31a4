public import CostModel
public import FleetModel
import Planner
public import Ports

/// Replicate has no API for prices: a price file has to give them, and this says so.
public struct ReplicatePrices: PriceSource {
  public let cloud: CloudName

  public init(cloud: CloudName) { self.cloud = cloud }

  /// Why a list can not be had.
  public static let reason =
    "Replicate's API names its hardware and not what it costs; put the prices of replicate.com/pricing "
    + "into `prices` in finops.yaml, or import a price file"

  /// Always refused, with the reason; an empty list would look like hardware that costs nothing.
  public func prices(
    of types: Set<InstanceType>, in regions: [Region]
  ) async throws(ActuateError) -> [Price] {
    throw .refused(
      ActFailure(kind: .unsupported, code: "NoPriceAPI", message: Self.reason))
  }
}
