import FleetModel
import Foundation

/// The state of one project: a value; every answer is a function of it, the request and the moment.
struct FakeProject: Sendable {
  let id: String
  /// What metadata paths say instead of the id.
  let number = "112233445566"
  var zones: [String]
  var lag: FakeGCP.Lag
  var instances: [UInt64: FakeGCPInstance] = [:]
  var groups: [String: FakeGCPGroup] = [:]
  var templates: [String: FakeGCPTemplate] = [:]
  var operations: [String: FakeGCPOperation] = [:]
  /// requestId to the request that came with it; kept for ever.
  var requests: [String: (fingerprint: String, operation: String)] = [:]
  var soldOut: Set<FakeGCP.Offer> = []
  var overQuota: Set<String> = []
  var silent: Set<String> = []
  var made: UInt64 = 0
  /// Machines made since this was last emptied, for the demo to give them a place on the network.
  var launched: [UInt64] = []

  init(id: String, zones: [String], lag: FakeGCP.Lag) {
    self.id = id
    self.zones = zones
    self.lag = lag
  }

  static let root = "https://www.googleapis.com/compute/v1/"

  /// A resource's whole URL.
  func link(_ path: String) -> String { "\(Self.root)projects/\(id)/\(path)" }

  /// Numbers look like Google's and never come twice.
  mutating func next() -> UInt64 {
    made += 1
    var generator = SeededGenerator(seed: made)
    return generator.next() >> 2 | 1 << 61
  }

  /// The machine of this name or number, while it exists.
  func find(_ asked: GCPAsked, at now: Timestamp) throws(GCPRefusal) -> FakeGCPInstance {
    let zone = asked.zone ?? ""
    let found = instances.values.first {
      $0.zone == zone && $0.exists(at: now)
        && ($0.name == asked.name || "\($0.number)" == asked.name)
    }
    guard let found else {
      throw .notFound("projects/\(id)/zones/\(zone)/instances/\(asked.name)")
    }
    return found
  }

  func group(_ asked: GCPAsked) throws(GCPRefusal) -> FakeGCPGroup {
    let path = "\(asked.scope)/instanceGroupManagers/\(asked.name)"
    guard let group = groups[path] else { throw .notFound("projects/\(id)/\(path)") }
    return group
  }

  /// Whether a type can be had there.
  func sells(_ type: String, in zone: String) -> Bool {
    !soldOut.contains { $0.type.rawValue == type && ($0.zone ?? zone) == zone }
  }

  static func region(of zone: String) -> String {
    zone.split(separator: "-").dropLast().joined(separator: "-")
  }

  mutating func answer(_ asked: GCPAsked, at now: Timestamp) throws(GCPRefusal) -> GCPJSON {
    try check(asked)
    keepGroups(at: now)
    defer { keepGroups(at: now) }
    switch asked.operation {
    case "instances.insert", "instances.delete", "instances.start", "instances.stop",
      "instances.suspend", "instances.resume", "instanceGroupManagers.resize",
      "regionInstanceGroupManagers.resize", "instanceGroupManagers.deleteInstances",
      "regionInstanceGroupManagers.deleteInstances":
      return try once(asked, at: now)
    default: return try look(asked, at: now)
    }
  }

  /// Zones there are none of are not found; a list's numbers have bounds.
  private func check(_ asked: GCPAsked) throws(GCPRefusal) {
    if let zone = asked.zone, !zones.contains(zone) {
      throw GCPRefusal(
        400, "invalid", "Invalid value for field 'zone': '\(zone)'. Unknown zone.")
    }
    guard let most = asked.query["maxResults"] else { return }
    guard let number = Int(most), (0...500).contains(number) else {
      throw .invalid("Invalid value for field 'maxResults': '\(most)'. Must be between 0 and 500")
    }
  }

  /// The same requestId again is answered with the same operation, and does nothing.
  private mutating func once(_ asked: GCPAsked, at now: Timestamp) throws(GCPRefusal) -> GCPJSON {
    guard let request = asked.query["requestId"] else { return try change(asked, at: now) }
    guard UUID(uuidString: request) != nil, request.contains(where: { $0 != "0" && $0 != "-" })
    else {
      throw .invalid("Invalid value for field 'requestId': '\(request)'. Must be a valid UUID.")
    }
    if let known = requests[request], let operation = operations[known.operation] {
      guard known.fingerprint == asked.fingerprint else {
        throw .invalid("The request ID '\(request)' was used for a different request.")
      }
      return describe(operation, at: now)
    }
    let answer = try change(asked, at: now)
    if let name = answer["name"]?.text { requests[request] = (asked.fingerprint, name) }
    return answer
  }

  private mutating func change(_ asked: GCPAsked, at now: Timestamp) throws(GCPRefusal) -> GCPJSON {
    switch asked.operation {
    case "instances.insert": try insert(asked, at: now)
    case "instances.delete": try delete(asked, at: now)
    case "instances.start": try start(asked, from: "TERMINATED", at: now)
    case "instances.resume": try start(asked, from: "SUSPENDED", at: now)
    case "instances.stop": try halt(asked, in: "TERMINATED", at: now)
    case "instances.suspend": try halt(asked, in: "SUSPENDED", at: now)
    case let name where name.hasSuffix("resize"): try resize(asked, at: now)
    default: try deleteInstances(asked, at: now)
    }
  }

  /// Writes down a change that ends after `lag`.
  mutating func begin(
    _ kind: String, _ target: String, _ number: UInt64, in scope: String, at now: Timestamp,
    lasting lag: Duration, error: GCPJSON? = nil, status: Int = 200
  ) -> GCPJSON {
    let id = next()
    let operation = FakeGCPOperation(
      name: "operation-\(now.microseconds / 1000)-\(String(id, radix: 16))", number: id, kind: kind,
      scope: scope, target: target, targetNumber: number, at: now,
      startAt: now.advanced(by: min(lag / 4, .seconds(1))), doneAt: now.advanced(by: lag),
      error: error, status: status)
    operations[operation.name] = operation
    return describe(operation, at: now)
  }
}
