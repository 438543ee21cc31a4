import FleetModel
import Foundation
import Planner
import Ports

/// What an API server says, as values. Nothing here trusts the bytes: what is not the expected
/// document does not decode.
enum KubeDocument {
  static func decode<Value: Decodable>(_ type: Value.Type, from bytes: some DataProtocol) -> Value?
  {
    try? JSONDecoder().decode(type, from: Data(bytes))
  }

  /// What a Status says of a failure; nil for a success and for anything unreadable.
  static func fault(in reply: HTTPResponse) -> CloudFault? {
    guard !reply.isSuccess, let status = decode(KubeStatus.self, from: reply.body),
      status.status == "Failure" || status.reason != nil
    else { return nil }
    return CloudFault(
      kind: status.failureKind, code: status.code, message: status.message ?? "no message")
  }
}

/// The API's answer to a request that is not carried out.
struct KubeStatus: Decodable, Sendable {
  var status: String?
  var reason: String?
  var message: String?
  var details: Details?

  struct Details: Decodable, Sendable { var causes: [Cause]? }
  struct Cause: Decodable, Sendable { var reason: String? }

  /// Said of an eviction that a PodDisruptionBudget does not allow now.
  static let budget = "DisruptionBudget"

  var code: String {
    let isBudget = (details?.causes ?? []).contains { $0.reason == Self.budget }
    return isBudget ? Self.budget : reason.flatMap { $0.isEmpty ? nil : $0 } ?? "Failure"
  }

  /// nil: the HTTP status has to say.
  var failureKind: ActFailure.Kind? {
    let text = message ?? ""
    switch reason {
    case "Unauthorized": return .auth
    // Said by the quota admission, with the same reason as a missing permission.
    case "Forbidden": return text.contains("exceeded quota") ? .quota : .auth
    case "NotFound": return .notFound
    case "TooManyRequests": return .throttled
    case "MethodNotAllowed", "NotAcceptable", "UnsupportedMediaType": return .unsupported
    case "Conflict", "AlreadyExists", "Invalid", "BadRequest", "Expired", "Gone": return .invalid
    case "InternalError" where text.contains("more than one PodDisruptionBudget"): return .invalid
    default: return nil
    }
  }
}

struct KubeList<Item: Decodable & Sendable>: Decodable, Sendable {
  var metadata: Metadata
  /// Go writes an empty list as null.
  var items: [Item]?

  struct Metadata: Decodable, Sendable {
    var resourceVersion: String?
    var `continue`: String?
  }
}

struct KubeMetadata: Decodable, Sendable {
  var name: String
  var namespace: String?
  var uid: String?
  var resourceVersion: String?
  var generation: Int?
  var creationTimestamp: String?
  var deletionTimestamp: String?
  var labels: [String: String]?
  var annotations: [String: String]?
  var ownerReferences: [Owner]?
  var finalizers: [String]?

  struct Owner: Decodable, Sendable {
    var kind: String
    var name: String
    var uid: String?
    var controller: Bool?
  }

  /// Labels, and those annotations that are ours: a label may not hold "host:port".
  var tags: [String: String] {
    let ours = (annotations ?? [:]).filter { $0.key.hasPrefix("finops-") }
    return (labels ?? [:]).merging(ours) { _, annotation in annotation }
  }

  /// Has these labels, or is tagged so.
  func has(_ wanted: [String: String]) -> Bool {
    let tags = tags
    return wanted.allSatisfy { tags[$0.key] == $0.value }
  }
}

struct KubePod: Decodable, Sendable {
  var metadata: KubeMetadata
  var status: Status?

  struct Status: Decodable, Sendable { var phase: String? }

  /// Runs on this node because the node is there: not evicted, as kubectl drain has it.
  var belongsToNode: Bool {
    (metadata.ownerReferences ?? []).contains { $0.kind == "DaemonSet" || $0.kind == "Node" }
      || metadata.annotations?["kubernetes.io/config.mirror"] != nil
  }

  var isOver: Bool { status?.phase == "Succeeded" || status?.phase == "Failed" }
  var isEnding: Bool { metadata.deletionTimestamp != nil }
  /// Nobody would make it again.
  var isBare: Bool { !(metadata.ownerReferences ?? []).contains { $0.controller == true } }

  /// Its owner asked for it to be left where it is.
  var wantsToStay: Bool {
    let notes = metadata.annotations ?? [:]
    return notes["karpenter.sh/do-not-disrupt"] == "true"
      || notes["cluster-autoscaler.kubernetes.io/safe-to-evict"] == "false"
  }
}

struct KubeScale: Decodable, Sendable {
  var metadata: KubeMetadata
  var spec: Spec?

  /// Zero replicas are left out by some servers.
  struct Spec: Decodable, Sendable { var replicas: Int? }
}

struct KubeAutoscaler: Decodable, Sendable {
  var metadata: KubeMetadata
  var spec: Spec

  struct Spec: Decodable, Sendable { var scaleTargetRef: Reference }
  struct Reference: Decodable, Sendable {
    var kind: String
    var name: String
  }
}

/// "8", or 8 from a server that does not keep to it; suffixes are not for GPUs.
struct KubeCount: Decodable, Sendable, Hashable {
  /// nil when it is no whole number.
  var count: Int?

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Int.self) {
      count = number
    } else {
      // A fraction is a number without quotes too, `cpu: 0.5`.
      count = (try? container.decode(String.self)).flatMap { Int($0) }
    }
  }
}
