import FleetModel
import Planner
import Ports

/// A setting of Azure Monitor that keeps a scale set's number.
struct AzureAutoscaleSetting: Decodable, Sendable, Hashable {
  var name: String?
  var properties: Properties?

  struct Properties: Decodable, Sendable, Hashable {
    var name: String?
    var enabled: Bool?
    var targetResourceUri: String?
  }
}

/// Which scale sets have an autoscale setting that is on.
struct AzureAutoscale: Sendable, Hashable {
  private var owners: [AzureName: String] = [:]
  private var isKnown = true

  init(_ settings: [AzureAutoscaleSetting]) {
    for setting in settings where setting.properties?.enabled == true {
      guard let target = setting.properties?.targetResourceUri,
        let name = AzureName(resourceID: target)
      else { continue }
      owners[name] = setting.name ?? setting.properties?.name ?? "without a name"
    }
  }

  private init() { isKnown = false }

  /// They may not be looked at.
  static let unknown = AzureAutoscale()

  /// A clause for `Workload.numberOwner`; nil: nobody but us.
  func numberOwner(of set: AzureName) -> String? {
    guard isKnown else {
      return "whether an autoscale setting sets it can not be seen; allow "
        + "Microsoft.Insights/autoscalesettings/read"
    }
    return owners[set].map { "the autoscale setting \($0) sets it" }
  }
}

extension AzureActuator {
  /// The settings of everything that is looked at; a setting may stand in another group than its set.
  func autoscale() async throws(ActuateError) -> AzureAutoscale {
    do throws(ActuateError) {
      return AzureAutoscale(
        try await calls.list(calls.requests.autoscaleSettings(), of: AzureAutoscaleSetting.self)
          .items)
    } catch {
      guard case .refused(let failure) = error else { throw error }
      if failure.kind == .auth { return .unknown }
      // A subscription that never used Azure Monitor has no settings.
      let isUnused = failure.kind == .notFound || failure.code == "MissingSubscriptionRegistration"
      guard isUnused else { throw error }
      return AzureAutoscale([])
    }
  }
}
