import FleetModel
import Foundation
import Planner
import Ports

/// The calls of Azure's Compute API (api-version 2026-04-01; SKUs 2021-07-01) as values; their
/// operations are named as in its specification.
struct AzureRequests: Sendable, Hashable {
  static let version = "2026-04-01"
  static let skusVersion = "2021-07-01"
  static let insightsVersion = "2022-10-01"
  /// Retry-After says when to look again; see `AzureCalls`.
  static let poll = "Operations_Get"

  /// Without a slash at its end, "https://management.azure.com".
  var endpoint: String
  var subscription: String

  // MARK: Looking

  /// All machines, their descriptions without their power states.
  func machines(in group: String?) -> CloudCall {
    guard let group else {
      return look("VirtualMachines_ListAll", provider + "/virtualMachines")
    }
    return look("VirtualMachines_List", compute(group) + "/virtualMachines")
  }

  /// The power states of all machines of the subscription, in one list.
  func machineStates() -> CloudCall {
    look("VirtualMachines_ListAll", provider + "/virtualMachines", [("statusOnly", "true")])
  }

  func machine(_ name: AzureName) -> CloudCall {
    look("VirtualMachines_Get", path(of: name), [("$expand", "instanceView")])
  }

  func machineState(_ name: AzureName) -> CloudCall {
    look("VirtualMachines_InstanceView", path(of: name) + "/instanceView")
  }

  func scaleSets(in group: String?) -> CloudCall {
    guard let group else {
      return look("VirtualMachineScaleSets_ListAll", provider + "/virtualMachineScaleSets")
    }
    return look("VirtualMachineScaleSets_List", compute(group) + "/virtualMachineScaleSets")
  }

  func scaleSet(_ name: AzureName) -> CloudCall {
    look("VirtualMachineScaleSets_Get", path(ofSet: name))
  }

  func members(of name: AzureName) -> CloudCall {
    look(
      "VirtualMachineScaleSetVMs_List", path(ofSet: name) + "/virtualMachines",
      [("$expand", "instanceView")])
  }

  func member(_ instance: String, of name: AzureName) -> CloudCall {
    look(
      "VirtualMachineScaleSetVMs_Get", path(ofSet: name) + "/virtualMachines/" + instance,
      [("$expand", "instanceView")])
  }

  func skus(in region: Region) -> CloudCall {
    look(
      "ResourceSkus_List", provider + "/skus", [("$filter", "location eq '\(region)'")],
      version: Self.skusVersion)
  }

  /// Of the whole subscription: Azure Monitor's own provider.
  func autoscaleSettings() -> CloudCall {
    look(
      "AutoscaleSettings_ListBySubscription",
      "/subscriptions/\(subscription)/providers/Microsoft.Insights/autoscalesettings",
      version: Self.insightsVersion)
  }

  /// A page after the first, or an operation to be asked about: an address the cloud gave.
  func follow(_ url: String, as operation: String) -> CloudCall {
    CloudCall(operation, url: url, headers: Self.accept)
  }

  // MARK: Changing

  func start(_ name: AzureName) -> CloudCall {
    act("VirtualMachines_Start", "POST", path(of: name) + "/start")
  }

  /// Never powerOff: a machine that is off but allocated is billed as if it ran.
  func deallocate(_ name: AzureName) -> CloudCall {
    act("VirtualMachines_Deallocate", "POST", path(of: name) + "/deallocate")
  }

  func delete(_ name: AzureName) -> CloudCall {
    act("VirtualMachines_Delete", "DELETE", path(of: name))
  }

  /// Makes a machine, or is refused with 412 when there is one of that name: a second PUT without
  /// the header would change the first one's tags.
  func make(_ name: AzureName, _ body: AzureMachineBody) -> CloudCall {
    var call = act("VirtualMachines_CreateOrUpdate", "PUT", path(of: name), body: Self.json(body))
    call.headers.append(HTTPField("If-None-Match", "*"))
    call.effect = .make
    return call
  }

  func startMember(_ instance: String, of name: AzureName) -> CloudCall {
    act(
      "VirtualMachineScaleSetVMs_Start", "POST",
      path(ofSet: name) + "/virtualMachines/\(instance)/start")
  }

  /// The set shrinks by exactly this instance.
  func deleteMember(_ instance: String, of name: AzureName) -> CloudCall {
    act(
      "VirtualMachineScaleSets_DeleteInstances", "POST", path(ofSet: name) + "/delete",
      body: Self.json(["instanceIds": [instance]]))
  }

  func scale(_ name: AzureName, to count: Int) -> CloudCall {
    act(
      "VirtualMachineScaleSets_Update", "PATCH", path(ofSet: name),
      body: Self.json(["sku": ["capacity": count]]))
  }
}

extension AzureRequests {
  private static let accept = [HTTPField("Accept", "application/json")]

  private var provider: String { "/subscriptions/\(subscription)/providers/Microsoft.Compute" }

  private func compute(_ group: String) -> String {
    "/subscriptions/\(subscription)/resourceGroups/\(Self.escaped(group))"
      + "/providers/Microsoft.Compute"
  }

  private func path(of name: AzureName) -> String {
    compute(name.group) + "/virtualMachines/" + Self.escaped(name.name)
  }

  private func path(ofSet name: AzureName) -> String {
    compute(name.group) + "/virtualMachineScaleSets/" + Self.escaped(name.name)
  }

  private func look(
    _ operation: String, _ path: String, _ query: [(String, String)] = [],
    version: String = Self.version
  ) -> CloudCall {
    CloudCall(operation, url: url(path, query, version), headers: Self.accept)
  }

  private func act(
    _ operation: String, _ method: String, _ path: String, body: [UInt8] = []
  ) -> CloudCall {
    let type = body.isEmpty ? [] : [HTTPField("Content-Type", "application/json")]
    return CloudCall(
      operation, method, url: url(path, [], Self.version), headers: Self.accept + type,
      body: body, effect: .change)
  }

  private func url(_ path: String, _ query: [(String, String)], _ version: String) -> String {
    let all = [("api-version", version)] + query
    let text = all.map { "\(Self.escaped($0.0))=\(Self.escaped($0.1))" }.joined(separator: "&")
    return endpoint + path + "?" + text
  }

  static func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
  }

  /// RFC 3986 unreserved, and the dollar that begins OData's own names.
  private static let unreserved = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~$")

  private static func json(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map { Array($0) } ?? []
  }
}
