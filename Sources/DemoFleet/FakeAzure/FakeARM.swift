import FleetModel
import Foundation

/// The state of the fake subscription, and what every request of it needs.
struct FakeARM: Sendable {
  var subscription: String
  var tenant: String
  var lag: FakeAzure.Lag
  /// Where it listens; addresses it gives are whole.
  var endpoint = ""
  var groups: Set<String> = []
  /// By lower-case "group/name".
  var machines: [String: FakeMachine] = [:]
  var scaleSets: [String: FakeScaleSet] = [:]
  var autoscale: [FakeAutoscale] = []
  var operations: [String: Operation] = [:]
  var soldOut: Set<InstanceType> = []
  var quotaFull: Set<InstanceType> = []
  var forbidden: Set<String> = []
  /// Requests that are still answered before 429; nil: all.
  var allowance: Int?
  var tokens: [String: Timestamp] = [:]
  var tokenLifetime = Duration.hours(1)
  var clients: [String: String] = [:]
  var assertions: Set<String> = []
  var hasIdentity = true
  var prices: [FakeAzure.Meter] = []
  var events: [FakeAzure.ScheduledEvent] = []
  var incarnation = 1
  var pageSize = 50
  var announcement = FakeAzure.Announcement.operation
  /// How often each machine was made, by node.
  var made: [String: Int] = [:]
  var count = 0

  /// Something that ends after its answer.
  struct Operation: Sendable {
    var began: Timestamp
    var ends: Timestamp
    var fault: (code: String, message: String)?
    var name: String
    /// "group/name" of what it changes.
    var key: String
  }

  struct Refusal: Error, Sendable {
    var code: String
    var message: String
    var status = 400
    var headers: [(String, String)] = []

    init(
      _ code: String, _ message: String, status: Int = 400, headers: [(String, String)] = []
    ) {
      self.code = code
      self.message = message
      self.status = status
      self.headers = headers
    }
  }

  /// One request, understood.
  struct Request: Sendable {
    var operation: String
    var names: [String: String]
    var query: [String: String]
    var headers: [String: String]
    var body: ARMValue
    var now: Timestamp

    func name(_ key: String) -> String { names[key] ?? "" }
    /// "group/name", lower-case.
    var key: String { (name("group") + "/" + name("name")).lowercased() }
  }

  /// What is answered, without the headers every answer has.
  struct Reply: Sendable {
    var status = 200
    var body: ARMValue?
    var headers: [(String, String)] = []
  }

  mutating func next(_ prefix: String) -> String {
    count += 1
    return "\(prefix)-\(count)"
  }

  // MARK: Checks

  func checkVersion(_ route: ARMRoute, _ query: [String: String]) throws(Refusal) {
    guard let version = route.version else { return }
    guard let asked = query["api-version"], !asked.isEmpty else {
      throw Refusal(
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.")
    }
    guard asked == version else {
      throw Refusal(
        "InvalidApiVersionParameter",
        "The api-version '\(asked)' is invalid. The supported versions are '\(version)'.")
    }
  }

  func checkQuery(_ route: ARMRoute, _ query: [String: String]) throws(Refusal) {
    let unknown = query.keys.filter { $0 != "api-version" && !route.query.contains($0) }.min()
    guard let unknown else { return }
    throw Refusal("InvalidParameter", "The query parameter '\(unknown)' is not known here.")
  }

  mutating func admit(_ request: Request) throws(Refusal) {
    guard let header = request.headers["authorization"], header.hasPrefix("Bearer ") else {
      throw Refusal(
        "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.",
        status: 401, headers: [("WWW-Authenticate", "Bearer")])
    }
    guard let end = tokens[String(header.dropFirst(7))] else {
      throw Refusal("InvalidAuthenticationToken", "The access token is invalid.", status: 401)
    }
    guard request.now < end else {
      throw Refusal(
        "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than now.",
        status: 401)
    }
    guard !forbidden.contains(request.operation) else {
      throw Refusal(
        "AuthorizationFailed",
        "The client does not have authorization to perform action '\(request.operation)'.",
        status: 403)
    }
    if let left = allowance {
      guard left > 0 else {
        throw Refusal(
          "OperationNotAllowed",
          "The server rejected the request because too many requests have "
            + "been received for this subscription.", status: 429, headers: [("Retry-After", "7")])
      }
      allowance = left - 1
    }
    try checkPlace(request)
  }

  private func checkPlace(_ request: Request) throws(Refusal) {
    guard request.name("subscription").lowercased() == subscription.lowercased() else {
      throw Refusal(
        "SubscriptionNotFound",
        "The subscription '\(request.name("subscription"))' could not be "
          + "found.", status: 404)
    }
    guard let group = request.names["group"], !groups.contains(group.lowercased()) else { return }
    throw Refusal(
      "ResourceGroupNotFound", "Resource group '\(group)' could not be found.", status: 404)
  }

  static func notFound(_ type: String, _ request: Request) -> Refusal {
    Refusal(
      "ResourceNotFound",
      "The Resource 'Microsoft.Compute/\(type)/\(request.name("name"))' under resource group "
        + "'\(request.name("group"))' was not found.", status: 404)
  }

  static func shaped(_ request: Request, _ shape: ARMShape) throws(Refusal) {
    if let complaint = shape.complaint(request.body) {
      throw Refusal("InvalidRequestContent", complaint)
    }
  }

  // MARK: Pages and operations

  /// A page of a list, with the whole address of the next.
  func page(_ items: [ARMValue], _ request: Request, path: String) throws(Refusal) -> Reply {
    let start = Int(request.query["$skiptoken"] ?? "0") ?? -1
    guard (0...items.count).contains(start) else {
      throw Refusal("InvalidParameter", "The skip token is not one of ours.")
    }
    var members: [String: ARMValue] = [
      "value": .list(Array(items.dropFirst(start).prefix(pageSize)))
    ]
    if start + pageSize < items.count {
      var query = request.query
      query["$skiptoken"] = "\(start + pageSize)"
      let text = query.sorted { $0.key < $1.key }
        .map { "\(Self.escaped($0.key))=\(Self.escaped($0.value))" }.joined(separator: "&")
      members["nextLink"] = .text(endpoint + path + "?" + text)
    }
    return Reply(body: .object(members))
  }

  private static let unreserved = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~$")

  static func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
  }

  /// The answer to a change that goes on: where to ask how it ends.
  mutating func begin(
    _ request: Request, status: Int, body: ARMValue? = nil, ends: Timestamp,
    fault: (code: String, message: String)? = nil
  ) -> Reply {
    let id = next("op")
    operations[id] = Operation(
      began: request.now, ends: ends, fault: fault, name: request.operation,
      key: request.key)
    let url =
      "\(endpoint)/subscriptions/\(subscription)/providers/Microsoft.Compute/locations/eastus"
      + "/operations/\(id)?api-version=2026-04-01"
    var headers: [(String, String)] = []
    if announcement == .operation { headers.append(("Azure-AsyncOperation", url)) }
    if status == 202 || announcement == .location {
      headers.append(("Location", url + "&monitor=true"))
    }
    if let pause = lag.retryAfter { headers.append(("Retry-After", "\(pause.components.seconds)")) }
    return Reply(status: status, body: body, headers: headers)
  }

  func operation(_ request: Request) throws(Refusal) -> Reply {
    guard let operation = operations[request.name("id")] else {
      throw Refusal("NotFound", "The entity was not found.", status: 404)
    }
    let isOver = operation.ends <= request.now
    let pause = lag.retryAfter.map { [("Retry-After", "\($0.components.seconds)")] } ?? []
    if request.query["monitor"] != nil {
      guard isOver else { return Reply(status: 202, headers: pause) }
      if let fault = operation.fault { throw Refusal(fault.code, fault.message, status: 409) }
      return Reply(
        status: operation.name.hasSuffix("Delete") ? 204 : 200,
        body: changed(by: operation, at: request.now))
    }
    var members: [String: ARMValue] = [
      "name": .text(request.name("id")),
      "startTime": .text(FakeMachine.azureTime(operation.began)), "status": "InProgress",
    ]
    if isOver {
      members["endTime"] = .text(FakeMachine.azureTime(operation.ends))
      members["status"] = operation.fault == nil ? "Succeeded" : "Failed"
    }
    if isOver, let fault = operation.fault {
      members["error"] = ["code": .text(fault.code), "message": .text(fault.message)]
    }
    return Reply(body: .object(members), headers: isOver ? [] : pause)
  }

  /// The resource as it is after a PUT or PATCH of it; nil after other operations.
  private func changed(by operation: Operation, at now: Timestamp) -> ARMValue? {
    switch operation.name {
    case "VirtualMachines_CreateOrUpdate":
      machines[operation.key]?.described(at: now, withView: false)
    case "VirtualMachineScaleSets_Update": scaleSets[operation.key]?.described(at: now)
    default: nil
    }
  }
}
