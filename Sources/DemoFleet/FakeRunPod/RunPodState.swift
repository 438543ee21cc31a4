import FleetModel
import Foundation

/// The state of the fake cloud; every answer is a function of it, the request and the moment.
struct RunPodState: Sendable {
  var keys: Set<String>
  let lag: FakeRunPod.Lag
  let perMinute: Int
  var pods: [String: RunPodPodState] = [:]
  /// Everything that was ever made, in order.
  var made: [(id: String, name: String)] = []
  var endpoints: [String: RunPodEndpointState] = [:]
  var soldOut: Set<String> = []
  var hasBalance = true
  /// Workers an account may have over all endpoints.
  var workerLimit = 30
  private var counter = 0
  private var window: (minute: Int64, calls: Int) = (0, 0)

  init(keys: Set<String>, lag: FakeRunPod.Lag, perMinute: Int) {
    self.keys = keys
    self.lag = lag
    self.perMinute = perMinute
  }

  struct Refusal: Error {
    var status: Int
    var detail: String
    var errors: [String] = []
  }

  mutating func nextID(_ kind: String) -> String {
    counter += 1
    return "\(kind)\(String(counter, radix: 36))demo"
  }

  /// problem+json, for faults too: a fault's code is its title.
  static func refusal(_ code: String, _ status: Int, _ message: String) -> Answer {
    var body: PlainJSON = [
      "title": .string(code), "status": .int(status), "detail": .string(message),
    ]
    if status == 422 { body["errors"] = [.string(message)] }
    var answer = Answer(
      status: status, contentType: "application/problem+json", body: body.bytes)
    if status == 429 { answer.headers = [("Retry-After", "5")] }
    return answer
  }

  mutating func answer(_ asked: LoopbackServer.Asked, at now: Timestamp) -> Answer {
    let word = asked.headers["authorization"] ?? ""
    guard word.hasPrefix("Bearer "), keys.contains(String(word.dropFirst(7))) else {
      return Self.refusal("Unauthorized", 401, word.isEmpty ? "missing bearer token" : "invalid")
    }
    settle(at: now)
    // The data plane has limits of its own.
    if let route = RunPodRoute(asked), route.operation == "queueHealth" {
      return health(route.id)
    }
    let left = spend(at: now)
    var answer =
      left < 0 ? Self.refusal("Too Many Requests", 429, "rate limited") : served(asked, now)
    let resets = 60 - Int(now.microseconds / 1_000_000 % 60)
    answer.headers += [
      ("RateLimit", "\"minute\";r=\(max(0, left));t=\(resets)"),
      ("RateLimit-Policy", "\"minute\";q=\(perMinute);w=60"),
    ]
    if left < 0 { answer.headers[0] = ("Retry-After", String(resets)) }
    return answer
  }

  private mutating func spend(at now: Timestamp) -> Int {
    let minute = now.microseconds / 60_000_000
    window = window.minute == minute ? (minute, window.calls + 1) : (minute, 1)
    return perMinute - window.calls
  }

  private mutating func settle(at now: Timestamp) {
    pods = pods.mapValues { $0.settled(at: now) }.filter { entry in
      guard let end = entry.value.terminatedAt else { return true }
      return now.duration(since: end) < lag.afterlife
    }
  }

  private mutating func served(_ asked: LoopbackServer.Asked, _ now: Timestamp) -> Answer {
    do throws(Refusal) {
      guard let route = RunPodRoute(asked) else {
        let isMethod = RunPodRoute.knows(asked.path)
        throw Refusal(
          status: isMethod ? 405 : 404, detail: isMethod ? "method not allowed" : "not found")
      }
      try Self.check(asked.query, route.queryNames)
      guard let body = try carryOut(route, asked, at: now) else {
        return Answer(status: 204, contentType: "application/json", body: [])
      }
      let status = route.operation == "createPod" ? 201 : 200
      return Answer(status: status, contentType: "application/json", body: body.bytes)
    } catch {
      var answer = Self.refusal(Self.title(error.status), error.status, error.detail)
      if !error.errors.isEmpty {
        var body = PlainJSON(answer.body) ?? [:]
        body["errors"] = .array(error.errors.map { .string($0) })
        answer.body = body.bytes
      }
      return answer
    }
  }

  private static func title(_ status: Int) -> String {
    switch status {
    case 400: "Bad Request"
    case 402: "Payment Required"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 409: "Conflict"
    default: "Unprocessable Entity"
    }
  }

  private static func check(_ query: String, _ names: Set<String>) throws(Refusal) {
    for pair in query.split(separator: "&") {
      let name = String(pair.prefix { $0 != "=" })
      guard names.contains(name) else {
        throw Refusal(
          status: 422, detail: "Request validation failed.",
          errors: ["query: parameter '\(name)' is not known"])
      }
    }
  }

  private mutating func carryOut(
    _ route: RunPodRoute, _ asked: LoopbackServer.Asked, at now: Timestamp
  ) throws(Refusal) -> PlainJSON? {
    switch route.operation {
    case "listPods":
      let seen = pods.values.filter { $0.visibleAt <= now && $0.terminatedAt == nil }
      return ["pods": .array(seen.sorted { $0.id < $1.id }.map(\.body))]
    case "createPod": return try createPod(asked.body, at: now)
    case "getPod": return try pod(route.id, at: now).body
    case "podAction": return try act(route.id, asked.body, at: now)
    case "deletePod":
      try terminate(route.id, at: now)
      return nil
    case "listEndpoints":
      return [
        "endpoints": .array(endpoints.sorted { $0.key < $1.key }.map { $0.value.body })
      ]
    case "getEndpoint": return try endpoint(route.id).body
    case "updateEndpoint": return try updateEndpoint(route.id, asked.body, at: now)
    case "listEndpointWorkers": return try endpoint(route.id).workersBody(at: now)
    case "listGpuTypes": return Self.catalogue
    case "listPodBilling": return bill("podId", pods.keys.sorted(), at: now)
    default: return bill("serverlessId", endpoints.keys.sorted(), at: now)
    }
  }

  func endpoint(_ id: String) throws(Refusal) -> RunPodEndpointState {
    guard let endpoint = endpoints[id] else {
      throw Refusal(status: 404, detail: "endpoint not found")
    }
    return endpoint
  }

  private func health(_ id: String) -> Answer {
    guard let endpoint = endpoints[id], endpoint.isQueue else {
      return Answer(status: 404, contentType: "application/json", body: Array("{}".utf8))
    }
    return Answer(contentType: "application/json", body: endpoint.healthBody.bytes)
  }
}
