import Foundation

/// Which paths and methods there are, with the names of their operations.
struct ARMRoute: Sendable {
  var method: String
  var pattern: [String]
  var operation: String
  /// What may stand in the query beside api-version.
  var query: Set<String>
  var version: String?

  private static let compute = "2026-04-01"
  private static let provider = "subscriptions/{subscription}/providers/microsoft.compute"
  private static let group =
    "subscriptions/{subscription}/resourcegroups/{group}/providers/microsoft.compute"
  private static let machine = group + "/virtualmachines/{name}"
  private static let set = group + "/virtualmachinescalesets/{name}"

  private init(
    _ method: String, _ pattern: String, _ operation: String, _ query: Set<String> = [],
    version: String? = compute
  ) {
    self.method = method
    self.pattern = pattern.split(separator: "/").map(String.init)
    self.operation = operation
    self.query = query
    self.version = version
  }

  static let all: [ARMRoute] = [
    ARMRoute(
      "GET", provider + "/virtualmachines", "VirtualMachines_ListAll",
      ["statusOnly", "$skiptoken"]),
    ARMRoute("GET", group + "/virtualmachines", "VirtualMachines_List", ["$skiptoken"]),
    ARMRoute("GET", machine, "VirtualMachines_Get", ["$expand"]),
    ARMRoute("PUT", machine, "VirtualMachines_CreateOrUpdate"),
    ARMRoute("PATCH", machine, "VirtualMachines_Update"),
    ARMRoute("DELETE", machine, "VirtualMachines_Delete", ["forceDeletion"]),
    ARMRoute("GET", machine + "/instanceview", "VirtualMachines_InstanceView"),
    ARMRoute("POST", machine + "/start", "VirtualMachines_Start"),
    ARMRoute("POST", machine + "/deallocate", "VirtualMachines_Deallocate", ["hibernate"]),
    ARMRoute("POST", machine + "/poweroff", "VirtualMachines_PowerOff", ["skipShutdown"]),
    ARMRoute("POST", machine + "/simulateeviction", "VirtualMachines_SimulateEviction"),
    ARMRoute(
      "GET", provider + "/virtualmachinescalesets", "VirtualMachineScaleSets_ListAll",
      ["$skiptoken"]),
    ARMRoute(
      "GET", group + "/virtualmachinescalesets", "VirtualMachineScaleSets_List", ["$skiptoken"]),
    ARMRoute("GET", set, "VirtualMachineScaleSets_Get", ["$expand"]),
    ARMRoute("PATCH", set, "VirtualMachineScaleSets_Update"),
    ARMRoute("POST", set + "/delete", "VirtualMachineScaleSets_DeleteInstances"),
    ARMRoute(
      "GET", set + "/virtualmachines", "VirtualMachineScaleSetVMs_List",
      ["$expand", "$skiptoken"]),
    ARMRoute(
      "GET", set + "/virtualmachines/{instance}", "VirtualMachineScaleSetVMs_Get", ["$expand"]),
    ARMRoute(
      "POST", set + "/virtualmachines/{instance}/start", "VirtualMachineScaleSetVMs_Start"),
    ARMRoute(
      "POST", set + "/virtualmachines/{instance}/deallocate",
      "VirtualMachineScaleSetVMs_Deallocate"),
    ARMRoute(
      "GET", provider + "/skus", "ResourceSkus_List",
      ["$filter", "includeExtendedLocations", "$skiptoken"], version: "2021-07-01"),
    ARMRoute(
      "GET", "subscriptions/{subscription}/providers/microsoft.insights/autoscalesettings",
      "AutoscaleSettings_ListBySubscription", ["$skiptoken"], version: "2022-10-01"),
    ARMRoute(
      "GET", provider + "/locations/{location}/operations/{id}", "Operations_Get", ["monitor"]),
    ARMRoute(
      "GET", "metadata/identity/oauth2/token", "ManagedIdentity_GetToken",
      ["resource", "client_id"], version: "2018-02-01"),
    ARMRoute(
      "GET", "metadata/scheduledevents", "ScheduledEvents_Get", version: "2020-07-01"),
    ARMRoute(
      "POST", "metadata/scheduledevents", "ScheduledEvents_Start", version: "2020-07-01"),
    ARMRoute(
      "GET", "api/retail/prices", "RetailPrices_List", ["$filter", "currencyCode", "$skip"],
      version: nil),
    ARMRoute("POST", "{tenant}/oauth2/v2.0/token", "OAuth2_Token", version: nil),
  ]

  /// The names in the path, when this is the path; the vendor compares without case.
  func names(in parts: [String]) -> [String: String]? {
    guard parts.count == pattern.count else { return nil }
    var names: [String: String] = [:]
    for (expected, part) in zip(pattern, parts) {
      if expected.hasPrefix("{") {
        names[String(expected.dropFirst().dropLast())] = part
      } else if expected != part.lowercased() {
        return nil
      }
    }
    return names
  }

  static func parts(of path: String) -> [String] {
    path.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
  }

  /// The route a request takes; nil when there is none.
  static func of(_ method: String, _ path: String) -> (ARMRoute, [String: String])? {
    let parts = parts(of: path)
    for route in all where route.method == method {
      if let names = route.names(in: parts) { return (route, names) }
    }
    return nil
  }

  /// Whether there is such a path for another method.
  static func isKnown(_ path: String) -> Bool {
    let parts = parts(of: path)
    return all.contains { $0.names(in: parts) != nil }
  }

  /// The query taken apart.
  static func query(_ text: String) -> [String: String] {
    let pairs = text.split(separator: "&").map { pair -> (String, String) in
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      func plain(_ part: Substring) -> String {
        part.replacing("+", with: " ").removingPercentEncoding ?? String(part)
      }
      return (plain(halves[0]), halves.count > 1 ? plain(halves[1]) : "")
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }
}
