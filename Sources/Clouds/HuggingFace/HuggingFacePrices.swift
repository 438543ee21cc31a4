public import CostModel
public import FleetModel
import Planner
public import Ports

/// Hugging Face's hardware list as a price list: US dollars an hour of one replica.
///
/// A region is "VENDOR-REGION" ("aws-us-east-1"), a type "INSTANCETYPE-SIZE" ("nvidia-l4-x1").
public struct HuggingFacePrices: PriceSource {
  public let cloud: CloudName
  private let actuator: HuggingFaceActuator
  private let time: any TimeSource

  /// - Parameter actuator: whose account is asked; its first namespace's list is read, since prices
  ///   are the same for all.
  public init(_ actuator: HuggingFaceActuator, time: any TimeSource) {
    cloud = actuator.cloud
    self.actuator = actuator
    self.time = time
  }

  public func prices(
    of types: Set<InstanceType>, in regions: [Region]
  ) async throws(ActuateError) -> [Price] {
    guard let namespace = actuator.namespaces.first else {
      throw CloudVerdict.wrong("NoNamespace", "prices are listed for a namespace; none is set")
    }
    let call = actuator.requests.listHardware(for: namespace)
    let asOf = String(time.now().description.prefix(10))
    let list = try await actuator.calls.json(call, HuggingFaceHardware.list).value
    return list.compactMap { hardware -> Price? in
      guard let hourly = hardware.hourly, hourly > .zero,
        types.isEmpty ? hardware.accelerator == "gpu" : types.contains(hardware.key.type),
        regions.isEmpty || regions.contains(hardware.key.place)
      else { return nil }
      return Price(
        cloud: cloud, type: hardware.key.type, region: hardware.key.place,
        hourly: HourlyRate(perHour: hourly), source: "Hugging Face hardware list", asOf: asOf)
    }
  }
}
