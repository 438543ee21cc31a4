import FleetModel

/// The state of the fake cloud; every answer is a function of it, the request and the moment.
struct HuggingFaceState: Sendable {
  var tokens: Set<String>
  let lag: FakeHuggingFace.Lag
  /// Where it listens, for the URLs in its answers.
  var base = ""
  var endpoints: [String: HuggingFaceEndpointState] = [:]
  var hardware = Hardware.all
  /// Fields of an update's `compute.scaling` that are taken and dropped.
  var dropped: Set<String> = []

  init(tokens: Set<String>, lag: FakeHuggingFace.Lag) {
    self.tokens = tokens
    self.lag = lag
  }

  struct Refusal: Error {
    var status: Int
    var message: String
  }

  /// The operation a request asks for; "" for one the API has not.
  static func action(_ asked: LoopbackServer.Asked) -> String {
    let parts = asked.path.split(separator: "/").map(String.init)
    guard parts.first == "v2" else { return parts.first == "up" ? "request" : "" }
    switch (asked.method, parts.dropFirst().first ?? "", parts.count) {
    case ("GET", "provider", 3): return "listHardware"
    case ("GET", "endpoint", 3): return "listEndpoints"
    case ("POST", "endpoint", 3): return "createEndpoint"
    case ("GET", "endpoint", 4): return "getEndpoint"
    case ("PUT", "endpoint", 4): return "updateEndpoint"
    case ("DELETE", "endpoint", 4): return "deleteEndpoint"
    case ("POST", "endpoint", 5): return verbs[parts[4]] ?? ""
    default: return ""
    }
  }

  private static let verbs = [
    "pause": "pauseEndpoint", "resume": "resumeEndpoint", "scale-to-zero": "scaleEndpointToZero",
  ]

  /// A fault's code is its sentence here, as the API knows no codes.
  static func refusal(_ code: String, _ status: Int, _ message: String) -> Answer {
    var answer = json(["error": .string("\(code): \(message)")], status)
    if status == 429 { answer.headers = [("Retry-After", "1")] }
    return answer
  }

  static func json(_ body: PlainJSON, _ status: Int = 200) -> Answer {
    Answer(status: status, contentType: "application/json", body: body.bytes)
  }

  mutating func answer(
    _ asked: LoopbackServer.Asked, _ action: String, at now: Timestamp
  ) -> Answer {
    endpoints = endpoints.mapValues { $0.settled(at: now) }
    if action == "request" { return request(asked.path, at: now) }
    do throws(Refusal) {
      try admit(asked)
      let parts = asked.path.split(separator: "/").map(String.init)
      guard !action.isEmpty else { throw Refusal(status: 404, message: "Not Found") }
      let body = try carryOut(action, parts, asked.body, at: now)
      return Self.json(body, action == "createEndpoint" ? 201 : 200)
    } catch {
      return Self.json(["error": .string(error.message)], error.status)
    }
  }

  private func admit(_ asked: LoopbackServer.Asked) throws(Refusal) {
    let word = asked.headers["authorization"] ?? ""
    guard word.hasPrefix("Bearer "), tokens.contains(String(word.dropFirst(7))) else {
      throw Refusal(status: 401, message: "Invalid credentials in Authorization header")
    }
  }

  private mutating func carryOut(
    _ action: String, _ parts: [String], _ bytes: [UInt8], at now: Timestamp
  ) throws(Refusal) -> PlainJSON {
    let namespace = parts[2]
    switch action {
    case "listHardware": return hardwareList()
    case "listEndpoints":
      let ours = endpoints.filter { $0.value.namespace == namespace }.sorted { $0.key < $1.key }
      return ["items": .array(ours.map { render($0.value) })]
    case "createEndpoint": return try create(in: namespace, bytes, at: now)
    default: break
    }
    let key = "\(namespace)/\(parts[3])"
    guard endpoints[key] != nil else {
      throw Refusal(status: 404, message: "Endpoint \(parts[3]) not found")
    }
    switch action {
    case "updateEndpoint": try update(key, bytes, at: now)
    case "pauseEndpoint": pause(key, at: now)
    case "resumeEndpoint": try resume(key, at: now)
    case "scaleEndpointToZero": try scaleToZero(key, at: now)
    case "deleteEndpoint":
      endpoints[key] = nil
      return [:]
    default: break
    }
    return endpoints[key].map { render($0) } ?? .null
  }

  func render(_ endpoint: HuggingFaceEndpointState) -> PlainJSON {
    let kind = hardware[endpoint.hardware] ?? Hardware.unknown
    return endpoint.body(kind, url: "\(base)/up/\(endpoint.namespace)/\(endpoint.name)")
  }

  /// A request to an endpoint itself: one that sleeps wakes, and says 503 meanwhile.
  private mutating func request(_ path: String, at now: Timestamp) -> Answer {
    let parts = path.split(separator: "/").map(String.init)
    let key = parts.count > 2 ? "\(parts[1])/\(parts[2])" : ""
    guard var endpoint = endpoints[key] else { return Self.json(["error": "Not Found"], 404) }
    switch endpoint.state {
    case "running", "updating": return Self.json(["status": "ok"])
    case "scaledToZero":
      endpoint.target = max(1, endpoint.minReplica)
      endpoint.turn(to: "initializing", then: "running", after: lag.start, at: now)
      endpoints[key] = endpoint
      return Self.json(["error": "503 Service Unavailable"], 503)
    case "paused": return Self.json(["error": "Endpoint is paused"], 400)
    default: return Self.json(["error": "503 Service Unavailable"], 503)
    }
  }
}
