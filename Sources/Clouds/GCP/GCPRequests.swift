import FleetModel
import Foundation
import Planner
import Ports

/// The Compute Engine API of one project, as calls. Paths, names and fields are those of the
/// discovery document, compute v1.
struct GCPRequests: Sendable {
  /// Without a slash at its end, "https://compute.googleapis.com/compute/v1".
  let base: String
  let project: String

  static let endpoint = "https://compute.googleapis.com"
  /// The most a list gives at once.
  static let pageSize = 500

  init(endpoint: String?, project: String) {
    var root = endpoint ?? Self.endpoint
    while root.hasSuffix("/") { root.removeLast() }
    base = root + "/compute/v1"
    self.project = project
  }

  /// A path below the project, with its query in the order given.
  func url(_ path: String, _ query: [(String, String)] = []) -> String {
    let pairs = query.map { "\($0.0)=\(GCPBody.escape($0.1))" }.joined(separator: "&")
    return "\(base)/projects/\(project)/\(path)" + (pairs.isEmpty ? "" : "?" + pairs)
  }

  /// Machines that carry all of these tags; of all zones, or of one.
  func instances(
    tags: [String: String], in zone: String?, after token: String?
  ) -> CloudCall {
    let query = page(filter: Self.filter(tags), after: token)
    guard let zone else {
      return CloudCall("compute.instances.aggregatedList", url: url("aggregated/instances", query))
    }
    return CloudCall("compute.instances.list", url: url("zones/\(zone)/instances", query))
  }

  func instance(_ name: String, in zone: String) -> CloudCall {
    CloudCall("compute.instances.get", url: url("zones/\(zone)/instances/\(name)"))
  }

  func machineType(_ type: String, in zone: String) -> CloudCall {
    CloudCall("compute.machineTypes.get", url: url("zones/\(zone)/machineTypes/\(type)"))
  }

  /// start, stop or resume.
  func change(_ verb: String, _ node: GCPNode, token: String) -> CloudCall {
    change(verb, node, request(token))
  }

  /// A machine with local SSD is not stopped by a request that does not say what becomes of it: it
  /// is lost. A machine without any is not asked about it.
  func stop(_ node: GCPNode, discardingLocalDisks: Bool, token: String) -> CloudCall {
    change(
      "stop", node,
      (discardingLocalDisks ? [("discardLocalSsd", "true")] : []) + request(token))
  }

  private func change(
    _ verb: String, _ node: GCPNode, _ query: [(String, String)]
  ) -> CloudCall {
    let path = "zones/\(node.zone)/instances/\(node.number)/\(verb)"
    return CloudCall("compute.instances.\(verb)", "POST", url: url(path, query), effect: .change)
  }

  func delete(_ node: GCPNode, token: String) -> CloudCall {
    let path = "zones/\(node.zone)/instances/\(node.number)"
    return CloudCall(
      "compute.instances.delete", "DELETE", url: url(path, request(token)), effect: .change)
  }

  func insert(_ body: GCPInsert, in zone: String, token: String) -> CloudCall {
    CloudCall(
      "compute.instances.insert", "POST",
      url: url("zones/\(zone)/instances", request(token)),
      headers: [GCPBody.json], body: GCPBody.bytes(body), effect: .make)
  }

  /// nil for an operation of no zone and no region: none of ours is one.
  func operation(_ name: String, in scope: GCPScope) -> CloudCall {
    let kind = if case .zone = scope { "zoneOperations" } else { "regionOperations" }
    return CloudCall("compute.\(kind).get", url: url("\(scope.path)/operations/\(name)"))
  }
}

extension GCPRequests {
  func groups(after token: String?) -> CloudCall {
    CloudCall(
      "compute.instanceGroupManagers.aggregatedList",
      url: url("aggregated/instanceGroupManagers", page(filter: nil, after: token)))
  }

  func group(_ group: GCPGroup) -> CloudCall {
    CloudCall("compute.\(Self.kind(group)).get", url: url(Self.path(group)))
  }

  func template(_ name: String) -> CloudCall {
    CloudCall("compute.instanceTemplates.get", url: url("global/instanceTemplates/\(name)"))
  }

  /// An absolute number: asked twice it is the same.
  func resize(_ group: GCPGroup, to size: Int, token: String) -> CloudCall {
    let query = [("size", String(size))] + request(token)
    return CloudCall(
      "compute.\(Self.kind(group)).resize", "POST",
      url: url(Self.path(group) + "/resize", query), effect: .change)
  }

  /// Takes this machine out of its group, and the group's number down by one.
  func deleteMember(
    _ name: String, in zone: String, of group: GCPGroup, token: String
  ) -> CloudCall {
    let victims = ["instances": ["zones/\(zone)/instances/\(name)"]]
    return CloudCall(
      "compute.\(Self.kind(group)).deleteInstances", "POST",
      url: url(Self.path(group) + "/deleteInstances", request(token)),
      headers: [GCPBody.json], body: GCPBody.bytes(victims), effect: .change)
  }

  private static func kind(_ group: GCPGroup) -> String {
    if case .zone = group.scope { return "instanceGroupManagers" }
    return "regionInstanceGroupManagers"
  }

  private static func path(_ group: GCPGroup) -> String {
    "\(group.scope.path)/instanceGroupManagers/\(group.name)"
  }

  private func page(filter: String?, after token: String?) -> [(String, String)] {
    (filter.map { [("filter", $0)] } ?? []) + [("maxResults", String(Self.pageSize))]
      + (token.map { [("pageToken", $0)] } ?? [])
  }

  private func request(_ token: String) -> [(String, String)] {
    [("requestId", GCPName.requestID(token: token))]
  }

  /// AIP-160: several conditions stand in brackets.
  private static func filter(_ tags: [String: String]) -> String {
    let conditions = tags.sorted { $0.key < $1.key }.map {
      "labels.\($0.key)=\"\(GCPName.label($0.value))\""
    }
    return conditions.count == 1
      ? conditions[0] : conditions.map { "(\($0))" }.joined(separator: " ")
  }
}

/// JSON and URLs the way Google reads them.
enum GCPBody {
  static let json = HTTPField("Content-Type", "application/json")

  /// The same value gives the same bytes.
  static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  static func bytes(_ value: some Encodable) -> [UInt8] {
    (try? encoder.encode(value)).map(Array.init) ?? []
  }

  private static let unreserved = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

  static func escape(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
  }

  /// A form, in the order given.
  static func form(_ fields: [(String, String)]) -> [UInt8] {
    Array(fields.map { "\(escape($0.0))=\(escape($0.1))" }.joined(separator: "&").utf8)
  }
}
