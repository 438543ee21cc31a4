import Foundation
import Planner
import Ports

/// What Azure's errors mean: `{"error": {"code", "message", "details"}}`, in an answer or in the
/// state of an operation, sorted by what to do about them.
enum AzureFault {
  /// None there now: elsewhere, or later.
  static let capacity: Set<String> = [
    "AllocationFailed", "ZonalAllocationFailed", "SkuNotAvailable",
    "OverconstrainedAllocationRequest", "OverconstrainedZonalAllocationRequest",
    "AllocationTimeout", "SpotAllocationFailed",
  ]

  /// A limit of the subscription: never by retrying.
  static let quota: Set<String> = [
    "QuotaExceeded", "ResourceQuotaExceeded", "PublicIPCountLimitReached",
  ]

  /// Not now, and nothing was done: slower, or another change of the same thing is under way.
  static let later: Set<String> = [
    "TooManyRequests", "SubscriptionRequestsThrottled", "ResourceRequestsThrottled",
    "AnotherOperationInProgress", "OperationPreempted", "RetryableError",
    "RetryableErrorDueToAnotherOperation", "ServerBusy", "ServiceUnavailable",
    "InUseRetryable", "ResourceGroupBusy",
  ]

  /// A person has to look at credentials or permissions.
  static let auth: Set<String> = [
    "AuthenticationFailed", "InvalidAuthenticationToken", "ExpiredAuthenticationToken",
    "InvalidAuthenticationTokenTenant", "AuthorizationFailed", "LinkedAuthorizationFailed",
    "AuthenticationFailedInvalidHeader",
  ]

  /// The resource, or the one it belongs to, is gone; a missing resource group or subscription is a
  /// wrong request.
  static let gone: Set<String> = ["ResourceNotFound", "ParentResourceNotFound", "NotFound"]

  /// Broken there; what it did is not known.
  static let broken: Set<String> = [
    "InternalServerError", "InternalExecutionError", "InternalOperationError", "GatewayTimeout",
    "BadGateway",
  ]

  /// What an answer that is no success says; nil when it is one, or says nothing readable.
  static func read(_ reply: HTTPResponse) -> CloudFault? {
    guard !(200...299).contains(reply.status) else { return nil }
    guard
      let body = try? JSONDecoder().decode(AzureErrorBody.self, from: Data(reply.body)),
      body.error.code != nil
    else {
      // Somebody else's page: that it was not found says nothing of the machine.
      return reply.status == 404
        ? CloudFault(kind: .invalid, code: "HTTP 404", message: "the answer is not Azure's") : nil
    }
    var fault = sorted(body.error)
    // OperationNotAllowed is also what too many requests are called.
    if reply.status == 429 { fault.kind = .throttled }
    if reply.status == 412 { fault.code = preconditionFailed }
    // A group, a subscription or a path that is not there: a wrong request, not a machine gone.
    if reply.status == 404, fault.kind == nil { fault.kind = .invalid }
    return fault
  }

  /// There is one of this name already.
  static let preconditionFailed = "PreconditionFailed"

  /// The first code that can be sorted: an error's own, else one of its details.
  static func sorted(_ content: AzureErrorBody.Content) -> CloudFault {
    let own = sorted(code: content.code ?? "", message: content.message ?? "")
    guard own.kind == nil else { return own }
    let details = (content.details ?? []).map { detail in
      sorted(code: detail.code ?? "", message: detail.message ?? "")
    }
    return details.first { $0.kind != nil } ?? own
  }

  static func sorted(code: String, message: String) -> CloudFault {
    CloudFault(kind: kind(code: code, message: message), code: code, message: message)
  }

  /// Where a failure belongs; nil when the code says nothing and the status has to.
  static func kind(code: String, message: String) -> ActFailure.Kind? {
    if later.contains(code) { return .throttled }
    if capacity.contains(code) { return .capacity }
    if quota.contains(code) { return .quota }
    if auth.contains(code) { return .auth }
    if gone.contains(code) { return .notFound }
    if broken.contains(code) { return .unknown }
    // One code for a full quota and for anything else that is not allowed now.
    if code == "OperationNotAllowed" || code == "Conflict" {
      return message.lowercased().contains("quota") ? .quota : .invalid
    }
    // A policy of the organisation, not a missing permission.
    return code == "RequestDisallowedByPolicy" ? .invalid : nil
  }
}
