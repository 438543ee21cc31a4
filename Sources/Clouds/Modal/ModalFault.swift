import FleetModel
import Planner
import Ports

/// What an answer that is no success says.
enum ModalFault {
  static func read(_ reply: HTTPResponse) -> CloudFault? {
    guard let status = GRPC.status(reply) else { return withoutStatus(reply) }
    guard status != .ok else { return nil }
    let wait = retryAfter(reply)
    let words = GRPC.words(reply)
    return CloudFault(
      kind: kind(status, words: words.lowercased(), saysWhen: wait != nil), code: status.name,
      message: words.isEmpty ? "Modal gave no words with it" : words, retryAfter: wait)
  }

  /// Something on the way speaks, or the answer was cut before its trailers.
  private static func withoutStatus(_ reply: HTTPResponse) -> CloudFault? {
    switch reply.status {
    case 200...299:
      return CloudFault(
        kind: .unknown, code: "NoStatus",
        message: "the answer has no grpc-status: it was cut, or is not Modal's")
    // A page that is not there is not a function that is not there.
    case 404, 410:
      return CloudFault(
        kind: .unsupported, code: "HTTP \(reply.status)",
        message: "there is no gRPC service at this endpoint")
    default: return nil
    }
  }

  /// Whether a change was made is certain only where the status itself rules it out.
  private static func kind(
    _ status: GRPC.Status, words: String, saysWhen: Bool
  ) -> ActFailure.Kind {
    switch status {
    case .unauthenticated, .permissionDenied: return .auth
    case .notFound: return .notFound
    case .resourceExhausted: return saysWhen || !isQuota(words) ? .throttled : .quota
    case .invalidArgument, .outOfRange, .alreadyExists, .failedPrecondition: return .invalid
    // The contract has changed.
    case .unimplemented: return .unsupported
    case .ok, .cancelled, .unknown, .deadlineExceeded, .aborted, .internal, .unavailable,
      .dataLoss:
      return .unknown
    }
  }

  /// One status for "too fast" and "too much".
  private static func isQuota(_ words: String) -> Bool {
    guard !words.contains("rate limit") else { return false }
    return ["quota", "budget", "spend", "container limit", "gpu limit", "plan"].contains {
      words.contains($0)
    }
  }

  /// RPCRetryPolicy.retry_after_secs, a float; at most an hour is believed.
  private static func retryAfter(_ reply: HTTPResponse) -> Duration? {
    let policy = GRPC.details(reply).first { $0.type.hasSuffix("RPCRetryPolicy") }
    guard let seconds = policy?.value.float(1), seconds >= 0, seconds <= 3600 else { return nil }
    return .milliseconds(Int64((seconds * 1000).rounded(.up)))
  }
}
