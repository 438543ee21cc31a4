import Foundation

/// One method of the API that the fake has: its name, how it is asked, and what a query may hold.
struct GCPRoute: Sendable {
  var operation: String
  var method: String
  /// Below "projects/PROJECT/"; parts in capitals stand for any name.
  var path: [String]
  var query: Set<String>

  init(_ operation: String, _ method: String, _ path: String, _ query: String = "") {
    self.operation = operation
    self.method = method
    self.path = path.split(separator: "/").map(String.init)
    self.query = Set(query.split(separator: " ").map(String.init))
  }

  /// The names at the places in capitals; nil when the path is another.
  func match(_ parts: [String]) -> [String: String]? {
    guard parts.count == path.count else { return nil }
    var names: [String: String] = [:]
    for (part, wanted) in zip(parts, path) {
      if wanted == wanted.uppercased() {
        names[wanted] = part
      } else if part != wanted {
        return nil
      }
    }
    return names
  }

  /// Every method takes these (the discovery document's `parameters`).
  static let common: Set = [
    "$.xgafv", "access_token", "alt", "callback", "fields", "key", "oauth_token", "prettyPrint",
    "quotaUser", "uploadType", "upload_protocol", "userIp",
  ]

  private static let list = "filter maxResults orderBy pageToken"
  private static let aggregated = list + " includeAllScopes serviceProjectNumber"
  private static let instance = "zones/ZONE/instances/NAME"

  static let all: [GCPRoute] =
    [
      GCPRoute("instances.aggregatedList", "GET", "aggregated/instances", aggregated),
      GCPRoute("instances.list", "GET", "zones/ZONE/instances", list),
      GCPRoute(
        "instances.insert", "POST", "zones/ZONE/instances",
        "requestId sourceInstanceTemplate sourceMachineImage"),
      GCPRoute("instances.get", "GET", instance),
      GCPRoute("instances.delete", "DELETE", instance, "requestId noGracefulShutdown"),
      GCPRoute("instances.start", "POST", instance + "/start", "requestId"),
      GCPRoute(
        "instances.stop", "POST", instance + "/stop",
        "requestId noGracefulShutdown discardLocalSsd"),
      GCPRoute("instances.suspend", "POST", instance + "/suspend", "requestId discardLocalSsd"),
      GCPRoute("instances.resume", "POST", instance + "/resume", "requestId"),
      GCPRoute("zoneOperations.get", "GET", "zones/ZONE/operations/NAME"),
      GCPRoute("zoneOperations.wait", "POST", "zones/ZONE/operations/NAME/wait"),
      GCPRoute("zoneOperations.list", "GET", "zones/ZONE/operations", list),
      GCPRoute("regionOperations.get", "GET", "regions/REGION/operations/NAME"),
      GCPRoute("regionOperations.wait", "POST", "regions/REGION/operations/NAME/wait"),
      GCPRoute("machineTypes.get", "GET", "zones/ZONE/machineTypes/NAME"),
      GCPRoute("machineTypes.list", "GET", "zones/ZONE/machineTypes", list),
      GCPRoute("acceleratorTypes.get", "GET", "zones/ZONE/acceleratorTypes/NAME"),
      GCPRoute("acceleratorTypes.list", "GET", "zones/ZONE/acceleratorTypes", list),
      GCPRoute("zones.list", "GET", "zones", list),
      GCPRoute("zones.get", "GET", "zones/ZONE"),
      GCPRoute("instanceTemplates.get", "GET", "global/instanceTemplates/NAME"),
      GCPRoute(
        "instanceGroupManagers.aggregatedList", "GET", "aggregated/instanceGroupManagers",
        aggregated),
    ] + groups("instanceGroupManagers", "zones/ZONE")
    + groups("regionInstanceGroupManagers", "regions/REGION")

  private static func groups(_ kind: String, _ scope: String) -> [GCPRoute] {
    let path = scope + "/instanceGroupManagers"
    return [
      GCPRoute("\(kind).list", "GET", path, list),
      GCPRoute("\(kind).get", "GET", path + "/NAME"),
      GCPRoute("\(kind).resize", "POST", path + "/NAME/resize", "requestId size"),
      GCPRoute(
        "\(kind).deleteInstances", "POST", path + "/NAME/deleteInstances",
        "requestId noGracefulShutdown"),
      GCPRoute("\(kind).listManagedInstances", "POST", path + "/NAME/listManagedInstances", list),
    ]
  }
}

/// A request, taken apart.
struct GCPAsked: Sendable {
  var operation: String
  var names: [String: String]
  var query: [String: String]
  var body: GCPJSON?
  /// Everything it asks for, to tell one request from another.
  var fingerprint: String

  var zone: String? { names["ZONE"] }
  var name: String { names["NAME"] ?? "" }

  /// The place in its path, "zones/us-central1-a".
  var scope: String {
    if let region = names["REGION"] { return "regions/\(region)" }
    return "zones/\(zone ?? "")"
  }

  static func query(_ text: String) -> [(String, String)] {
    text.split(separator: "&").map { pair in
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let words = halves.map {
        $0.replacing("+", with: " ").removingPercentEncoding ?? String($0)
      }
      return (words[0], words.count > 1 ? words[1] : "")
    }
  }
}

/// Why the fake refuses, as Google says it.
struct GCPRefusal: Error, Sendable {
  var status: Int
  /// "notFound", "alreadyExists".
  var reason: String
  var message: String

  init(_ status: Int, _ reason: String, _ message: String) {
    self.status = status
    self.reason = reason
    self.message = message
  }

  static func notFound(_ resource: String) -> GCPRefusal {
    GCPRefusal(404, "notFound", "The resource '\(resource)' was not found")
  }

  static func invalid(_ message: String) -> GCPRefusal { GCPRefusal(400, "invalid", message) }

  /// The canonical code beside an HTTP status (google.rpc.Code).
  private var rpc: String {
    switch status {
    case 401: "UNAUTHENTICATED"
    case 403: "PERMISSION_DENIED"
    case 404: "NOT_FOUND"
    case 409: "ALREADY_EXISTS"
    case 429: "RESOURCE_EXHAUSTED"
    case 503: "UNAVAILABLE"
    case 500: "INTERNAL"
    default: "INVALID_ARGUMENT"
    }
  }

  /// The token endpoints have an envelope of their own (RFC 6749 5.2).
  private var isOfTokens: Bool { ["invalid_grant", "unsupported_grant_type"].contains(reason) }

  var answer: Answer {
    let type = "application/json; charset=UTF-8"
    if isOfTokens {
      let body: GCPJSON = ["error": .string(reason), "error_description": .string(message)]
      return Answer(status: status, contentType: type, body: body.bytes)
    }
    let one: GCPJSON = [
      "domain": "global", "reason": .string(reason), "message": .string(message),
    ]
    let body: GCPJSON = [
      "error": [
        "code": .int(status), "message": .string(message), "errors": [one],
        "status": .string(rpc),
      ]
    ]
    return Answer(status: status, contentType: type, body: body.bytes)
  }
}
