import FleetModel

/// The state of the fake cloud; every answer is a function of it, the request and the moment.
struct ReplicateState: Sendable {
  var tokens: Set<String>
  let pageSize: Int
  var base = ""
  var pageBase: String?
  var deployments: [String: Deployment] = [:]
  var soldOut: Set<String> = []
  /// More instances than that are not given to an account (support raises it).
  static let mostInstances = 20

  init(tokens: Set<String>, pageSize: Int) {
    self.tokens = tokens
    self.pageSize = pageSize
  }

  struct Deployment: Sendable {
    var owner: String
    var name: String
    var model: String
    var version: String
    var hardware: String
    var least: Int
    var most: Int
    var release = 1
    var releasedAt: Timestamp

    /// As the API writes it.
    var body: PlainJSON {
      [
        "owner": .string(owner), "name": .string(name),
        "current_release": [
          "number": .int(release), "model": .string(model), "version": .string(version),
          "created_at": .string(releasedAt.description),
          "created_by": [
            "type": "organization", "username": .string(owner), "name": .string(owner),
            "avatar_url": "https://example.com/a.png", "github_url": "https://github.com/acme",
          ],
          "configuration": [
            "hardware": .string(hardware), "min_instances": .int(least),
            "max_instances": .int(most),
          ],
        ],
      ]
    }
  }

  struct Refusal: Error {
    var status: Int
    var detail: String
  }

  /// The operation a request asks for; "" for one the API has not.
  static func action(_ asked: LoopbackServer.Asked) -> String {
    let parts = asked.path.split(separator: "/").map(String.init)
    guard parts.first == "v1", parts.count > 1 else { return "" }
    switch (asked.method, parts[1], parts.count) {
    case ("GET", "hardware", 2): return "listHardware"
    case ("GET", "deployments", 2): return "listDeployments"
    case ("POST", "deployments", 2): return "createDeployment"
    case ("GET", "deployments", 4): return "getDeployment"
    case ("PATCH", "deployments", 4): return "updateDeployment"
    case ("DELETE", "deployments", 4): return "deleteDeployment"
    default: return ""
    }
  }

  /// problem+json; a fault's code is its title.
  static func refusal(_ code: String, _ status: Int, _ message: String) -> Answer {
    let body: PlainJSON = [
      "title": .string(code), "status": .int(status), "detail": .string(message),
    ]
    var answer = Answer(
      status: status, contentType: "application/problem+json", body: body.bytes)
    if status == 429 { answer.headers = [("Retry-After", "3")] }
    return answer
  }

  mutating func answer(
    _ asked: LoopbackServer.Asked, _ action: String, at now: Timestamp
  ) -> Answer {
    let word = asked.headers["authorization"] ?? ""
    guard word.hasPrefix("Bearer "), tokens.contains(String(word.dropFirst(7))) else {
      return Self.refusal(
        "Unauthenticated", 401, "You did not pass a valid authentication token")
    }
    do throws(Refusal) {
      guard let body = try carryOut(action, asked, at: now) else {
        return Answer(status: 204, contentType: "application/json", body: [])
      }
      let status = action == "createDeployment" ? 201 : 200
      return Answer(status: status, contentType: "application/json", body: body.bytes)
    } catch {
      return Self.refusal(error.status == 404 ? "Not Found" : "Invalid", error.status, error.detail)
    }
  }

  private mutating func carryOut(
    _ action: String, _ asked: LoopbackServer.Asked, at now: Timestamp
  ) throws(Refusal) -> PlainJSON? {
    switch action {
    case "": throw Refusal(status: 404, detail: "The requested resource could not be found.")
    case "listHardware": return Self.hardwareList
    case "listDeployments": return try page(asked.query)
    case "createDeployment": return try create(asked.body, at: now)
    default: break
    }
    let key = asked.path.split(separator: "/").suffix(2).joined(separator: "/")
    guard let deployment = deployments[key] else {
      throw Refusal(status: 404, detail: "The requested resource could not be found.")
    }
    switch action {
    case "updateDeployment": return try update(deployment, asked.body, at: now)
    case "deleteDeployment":
      deployments[key] = nil
      return nil
    default: return deployment.body
    }
  }

  /// The cursor is the place in the list, as a whole URL.
  private func page(_ query: String) throws(Refusal) -> PlainJSON {
    var start = 0
    if !query.isEmpty {
      guard query.hasPrefix("cursor="), let place = Int(query.dropFirst(7)), place >= 0 else {
        throw Refusal(status: 400, detail: "Invalid cursor")
      }
      start = place
    }
    let all = deployments.sorted { $0.key < $1.key }.map(\.value)
    let end = start + pageSize
    func url(_ place: Int) -> PlainJSON {
      .string("\(pageBase ?? base)/v1/deployments?cursor=\(place)")
    }
    return [
      "next": end < all.count ? url(end) : .null,
      "previous": start > 0 ? url(max(0, start - pageSize)) : .null,
      "results": .array(all.dropFirst(start).prefix(pageSize).map(\.body)),
    ]
  }

  static let hardware = [
    "cpu": "CPU", "gpu-t4": "Nvidia T4 GPU", "gpu-l40s": "Nvidia L40S GPU",
    "gpu-a100-large": "Nvidia A100 (80GB) GPU", "gpu-h100": "Nvidia H100 GPU",
  ]

  private static let hardwareList: PlainJSON = .array(
    hardware.sorted { $0.key < $1.key }.map { sku, name in
      ["sku": .string(sku), "name": .string(name)]
    })
}
