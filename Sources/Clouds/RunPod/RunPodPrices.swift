public import CostModel
public import FleetModel
import Planner
public import Ports

/// RunPod's catalogue as a price list. It states US dollars an hour of one GPU; here it is that times
/// the number in the type ("NVIDIA H100 80GB HBM3 x8").
///
/// Regions are "secure" and "community" for pods, and "serverless" for workers, whose types are the
/// pools ("ADA_24").
public struct RunPodPrices: PriceSource {
  public let cloud: CloudName
  private let actuator: RunPodActuator
  private let time: any TimeSource

  /// - Parameter actuator: whose account is asked, within its limits.
  public init(_ actuator: RunPodActuator, time: any TimeSource) {
    cloud = actuator.cloud
    self.actuator = actuator
    self.time = time
  }

  public func prices(
    of types: Set<InstanceType>, in regions: [Region]
  ) async throws(ActuateError) -> [Price] {
    let call = actuator.requests.listGpuTypes()
    let offers = try await actuator.json(call, RunPodOffer.list).value
    let asOf = String(time.now().description.prefix(10))
    let wanted = types.map { RunPodType($0) }
    var found: [Price] = []
    for offer in offers where regions.isEmpty || regions.contains(offer.region) {
      let counts = types.isEmpty ? [1] : wanted.filter { $0.gpu == offer.name }.map { $0.count }
      found += counts.compactMap { offer.price(of: $0, cloud: cloud, asOf: asOf) }
    }
    return found.sorted { left, right in
      left.type == right.type
        ? (left.region ?? "") < (right.region ?? "") : left.type < right.type
    }
  }
}

/// One GPU, or a pool of them, in one tier.
struct RunPodOffer: Sendable, Hashable {
  var name: String
  var region: Region
  var each: Money

  /// Every tier a GPU is offered in; a pool's rate once, however many GPUs it has.
  static func list(_ json: ExactJSON) -> [RunPodOffer]? {
    guard let gpus = json["gpus"].array else { return nil }
    var pools: [String: Money] = [:]
    var offers: [RunPodOffer] = []
    for gpu in gpus {
      guard let id = gpu["id"].string else { return nil }
      for tier in ["secure", "community"] where gpu[tier].bool != false {
        guard let each = gpu["price"][tier].money, each > .zero else { continue }
        offers.append(RunPodOffer(name: id, region: Region(tier), each: each))
      }
      guard let pool = gpu["pool"].string, let each = gpu["price"]["serverless"].money,
        each > .zero
      else { continue }
      pools[pool] = max(each, pools[pool] ?? .zero)
    }
    return offers
      + pools.map { RunPodOffer(name: $0.key, region: "serverless", each: $0.value) }
  }

  /// nil when the product is too large to be an amount.
  func price(of count: Int, cloud: CloudName, asOf: String) -> Price? {
    let (nanos, overflow) = each.nanos.multipliedReportingOverflow(by: Int64(count))
    guard !overflow else { return nil }
    return Price(
      cloud: cloud, type: RunPodType(gpu: name, count: count).type, region: region,
      hourly: HourlyRate(perHour: Money(nanos: nanos)), source: "RunPod catalogue", asOf: asOf)
  }
}
