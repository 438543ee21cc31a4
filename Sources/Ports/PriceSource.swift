public import CostModel
public import FleetModel

/// A cloud's own price list.
///
/// Contract: every price names its source and the day it was read; a list is whole for what was
/// asked or throws. A price in another currency or unit than dollars an hour is an error, never
/// converted by guess.
public protocol PriceSource: Sendable {
  var cloud: CloudName { get }
  /// The prices of these machine types, in these regions; of every GPU type for an empty set.
  func prices(
    of types: Set<InstanceType>, in regions: [Region]
  ) async throws(ActuateError) -> [Price]
}
