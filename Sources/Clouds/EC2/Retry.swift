import FleetModel
import Planner
import Ports

/// What an answer means for the caller. The codes are those of botocore's retry table and of the
/// EC2 API reference's list of error codes, sorted by what to do about them.
enum EC2Verdict {
  /// Slower: nothing was done. 509 and 429 come without a code.
  static let throttling: Set<String> = [
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
    "RequestThrottledException", "RequestLimitExceeded", "BandwidthLimitExceeded",
    "TooManyRequestsException", "ProvisionedThroughputExceededException", "EC2ThrottledException",
    "SlowDown", "PriorRequestNotComplete", "TransactionInProgressException",
    "ResourceCountExceeded",
  ]

  /// Broken there, and said so before anything was done.
  static let unavailable: Set<String> = ["Unavailable", "ServiceUnavailable"]

  /// None there now: never again in place, but elsewhere or later.
  static let capacity: Set<String> = [
    "InsufficientInstanceCapacity", "InsufficientHostCapacity", "InsufficientCapacity",
    "InsufficientReservedInstanceCapacity", "InsufficientFreeAddressesInSubnet",
    "InsufficientAddressCapacity", "UnfulfillableCapacity", "SpotMaxPriceTooLow",
    "ReservationCapacityExceeded", "CapacityReservationNotAvailable",
  ]

  /// A limit of the account: never by retrying.
  static let quota: Set<String> = [
    "VcpuLimitExceeded", "InstanceLimitExceeded", "MaxSpotInstanceCountExceeded",
    "InstanceCreditSpecificationLimitExceeded", "VolumeLimitExceeded", "AddressLimitExceeded",
    "MaxIOPSLimitExceeded", "MaxScheduledInstanceCapacityExceeded", "TagLimitExceeded",
    "NetworkInterfaceLimitExceeded", "PendingVolumeLimitExceeded",
  ]

  /// A person has to look at credentials or permissions.
  static let auth: Set<String> = [
    "AuthFailure", "UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "Blocked",
    "OptInRequired", "PendingVerification", "InvalidClientTokenId", "SignatureDoesNotMatch",
    "UnrecognizedClientException", "ExpiredToken", "ExpiredTokenException", "RequestExpired",
    "IncompleteSignature", "MissingAuthenticationToken", "InvalidAccessKeyId",
    "UnrecognizedClient",
  ]

  static let unsupported: Set<String> = [
    "Unsupported", "UnsupportedOperation", "UnsupportedHibernationConfiguration",
    "UnsupportedInstanceAttribute", "InvalidAction", "InvalidInstanceType.NotSupported",
  ]

  /// Where a failure belongs; nil when the code says nothing and the status has to.
  static func kind(ofCode code: String) -> ActFailure.Kind? {
    if throttling.contains(code) || unavailable.contains(code) { return .throttled }
    if capacity.contains(code) { return .capacity }
    if quota.contains(code) { return .quota }
    if auth.contains(code) { return .auth }
    if unsupported.contains(code) { return .unsupported }
    // Only this one says that a node is gone; InvalidAMIID.NotFound is a wrong request.
    return code == "InvalidInstanceID.NotFound" ? .notFound : nil
  }

  /// The body of a success; every other answer is thrown as what the caller should do.
  ///
  /// Capacity codes come with status 500, so the code is asked before the status. A 5xx without
  /// a code that clears it may have taken effect: for a call that changes something that is
  /// unknown, for one that only looks it is a reason to look again.
  static func body(of reply: HTTPResponse, mutating: Bool) throws(ActuateError) -> [UInt8] {
    guard reply.status != 200 else { return reply.body }
    let fault = EC2Document.fault(in: reply.body)
    let code = fault?.code ?? "HTTP \(reply.status)"
    let message = fault?.message ?? excerpt(reply.body)
    let after = retryAfter(reply)
    let kind = fault.flatMap { Self.kind(ofCode: $0.code) } ?? Self.kind(ofStatus: reply.status)
    let failure = ActFailure(kind: kind ?? .invalid, code: code, message: message)
    switch kind {
    case .throttled: throw .retryLater(after: after, failure)
    case .unknown:
      if mutating { throw .outcomeUnknown("\(code): \(message)") }
      throw .retryLater(after: after, failure)
    default: throw .refused(failure)
    }
  }

  private static func kind(ofStatus status: Int) -> ActFailure.Kind? {
    switch status {
    case 401, 403: .auth
    case 429, 509: .throttled
    case 408, 500...599: .unknown
    // A 2xx or 3xx that is not 200 is not EC2 speaking.
    case 100...299: .unknown
    default: nil
    }
  }

  /// The failure of an exchange that brought no answer.
  static func error(_ lost: TransportError, mutating: Bool) -> ActuateError {
    let (text, maySent): (String, Bool) =
      switch lost {
      case .notSent(let why): (why, false)
      case .timedOut(let limit): ("no answer within \(limit.brief)", true)
      case .broken(let why): ("the connection broke: \(why)", true)
      case .tooLarge(let limit): ("the answer is larger than \(limit) bytes", true)
      case .cancelled: ("cancelled while waiting for the answer", true)
      }
    if mutating, maySent { return .outcomeUnknown(text) }
    return .retryLater(
      after: nil, ActFailure(kind: .unknown, code: "NoAnswer", message: text))
  }

  /// A success that can not be read: cut short, or not what was asked.
  static func unreadable(_ action: String, mutating: Bool) -> ActuateError {
    let text = "the answer to \(action) is not the XML it should be"
    if mutating { return .outcomeUnknown(text) }
    return .retryLater(
      after: nil, ActFailure(kind: .unknown, code: "UnreadableAnswer", message: text))
  }

  /// Whole seconds only; the date form is never sent by AWS.
  private static func retryAfter(_ reply: HTTPResponse) -> Duration? {
    guard let text = reply.header("Retry-After"), let seconds = Int64(text),
      (0...3600).contains(seconds)
    else { return nil }
    return .seconds(seconds)
  }

  /// The start of a body that is not an envelope, for a person to recognise it by.
  private static func excerpt(_ body: [UInt8]) -> String {
    let text = String(decoding: body.prefix(200), as: UTF8.self)
    let words = text.split { $0.isWhitespace }.joined(separator: " ")
    return words.isEmpty ? "empty body" : "not an EC2 error: \(words)"
  }
}
