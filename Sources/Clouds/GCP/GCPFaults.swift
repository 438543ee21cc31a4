import FleetModel
import Foundation
import Planner
import Ports

/// What Google's refusals mean: the envelope of an answer, and the errors inside an operation.
enum GCPFaults {
  /// Where an error belongs; nil when its reason says nothing and the status has to. Reasons are
  /// those of the API's error pages; the upper case ones come in operations.
  static func kind(_ reason: String) -> ActFailure.Kind? {
    if reason.hasPrefix("ZONE_RESOURCE_POOL_EXHAUSTED") { return .capacity }
    switch reason {
    case "RESOURCE_POOL_EXHAUSTED", "REGION_RESOURCE_POOL_EXHAUSTED", "stockout", "STOCKOUT",
      "resource_availability", "RESERVATION_CAPACITY_EXCEEDED", "INSUFFICIENT_RESERVATION_CAPACITY":
      return .capacity
    case "quotaExceeded", "QUOTA_EXCEEDED", "limitExceeded", "LIMIT_EXCEEDED": return .quota
    case "rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED",
      "concurrentLimitExceeded",
      "resourceNotReady", "RESOURCE_NOT_READY", "RESOURCE_OPERATION_RATE_EXCEEDED":
      return .throttled
    case "authError", "required", "forbidden", "insufficientPermissions", "accessNotConfigured",
      "PERMISSIONS_ERROR", "PERMISSION_DENIED", "SERVICE_DISABLED", "billingNotEnabled":
      return .auth
    case "notFound", "RESOURCE_NOT_FOUND": return .notFound
    case "UNSUPPORTED_OPERATION", "unsupportedOperation": return .unsupported
    default: return nil
    }
  }

  /// What an answer that is no success says.
  static func fault(_ reply: HTTPResponse) -> CloudFault? {
    guard !(200...299).contains(reply.status), let error = envelope(reply.body) else { return nil }
    let code = error.errors?.first?.reason ?? error.detail ?? error.status ?? "HTTP \(reply.status)"
    return CloudFault(kind: kind(code), code: code, message: error.message ?? "")
  }

  static func envelope(_ body: [UInt8]) -> Envelope.Body? {
    try? JSONDecoder().decode(Envelope.self, from: Data(body)).error
  }

  struct Envelope: Decodable {
    var error: Body
    struct Body: Decodable {
      var message: String?
      var status: String?
      var errors: [Item]?
      var details: [Detail]?
      var detail: String? { details?.lazy.compactMap(\.reason).first }
    }
    struct Item: Decodable { var reason: String? }
    struct Detail: Decodable { var reason: String? }
  }
}

/// A change under way. HTTP 200 is no success: its error comes inside, later.
struct GCPOperation: Decodable, Sendable {
  var name: String
  var status: String
  var targetId: String?
  var zone: String?
  var region: String?
  var error: Errors?

  struct Errors: Decodable, Sendable { var errors: [Item]? }
  struct Item: Decodable, Sendable {
    var code: String?
    var message: String?
    var errorDetails: [Detail]?
  }
  struct Detail: Decodable, Sendable {
    var errorInfo: Facts?
    struct Facts: Decodable, Sendable {
      var reason: String?
      var metadatas: [String: String]?
    }
  }

  var isDone: Bool { status == "DONE" }

  /// Why it did not happen; nil when it did, or still may.
  var failure: ActFailure? {
    guard isDone, let error else { return nil }
    let first = error.errors?.first
    let code = first?.code ?? "OPERATION_FAILED"
    return ActFailure(
      kind: GCPFaults.kind(code) ?? .invalid, code: code, message: message(first))
  }

  /// With the zones that have room, where Google names them: the next choice can be made from it.
  private func message(_ item: Item?) -> String {
    let text = item?.message ?? "the operation ended with an error that says nothing"
    let facts = item?.errorDetails?.lazy.compactMap(\.errorInfo?.metadatas).first
    guard let zones = facts?["zonesAvailable"], !zones.isEmpty else { return text }
    return text + " zonesAvailable: \(zones)"
  }
}
