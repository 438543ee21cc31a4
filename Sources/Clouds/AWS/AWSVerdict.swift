import Planner
import Ports

/// What AWS's error codes mean for the caller. They are those of botocore's retry table, of the EC2
/// API reference's list and of the services' own definitions, sorted by what to do about them.
enum AWSVerdict {
  /// Slower: nothing was done. 509 and 429 come without a code.
  static let throttling: Set<String> = [
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
    "RequestThrottledException", "RequestLimitExceeded", "BandwidthLimitExceeded",
    "TooManyRequestsException", "ProvisionedThroughputExceededException", "EC2ThrottledException",
    "SlowDown", "PriorRequestNotComplete", "TransactionInProgressException",
    "ResourceCountExceeded", "ResourceContention", "ScalingActivityInProgress",
    "ConcurrentUpdateException",
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
    "NetworkInterfaceLimitExceeded", "PendingVolumeLimitExceeded", "ResourceLimitExceeded",
    "LimitExceededException",
  ]

  /// A person has to look at credentials or permissions.
  static let auth: Set<String> = [
    "AuthFailure", "UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "Blocked",
    "OptInRequired", "PendingVerification", "InvalidClientTokenId", "SignatureDoesNotMatch",
    "UnrecognizedClientException", "ExpiredToken", "ExpiredTokenException", "RequestExpired",
    "IncompleteSignature", "MissingAuthenticationToken", "InvalidAccessKeyId",
    "UnrecognizedClient",
  ]

  /// Only these say that the thing is gone; InvalidAMIID.NotFound is a wrong request.
  static let notFound: Set<String> = [
    "InvalidInstanceID.NotFound", "ResourceNotFound", "ResourceNotFoundException",
    "ObjectNotFoundException", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue",
  ]

  static let unsupported: Set<String> = [
    "Unsupported", "UnsupportedOperation", "UnsupportedHibernationConfiguration",
    "UnsupportedInstanceAttribute", "InvalidAction", "OperationNotPermitted",
    "InvalidInstanceType.NotSupported",
  ]

  /// Where a failure belongs; nil when the code says nothing and the status has to.
  static func kind(ofCode code: String) -> ActFailure.Kind? {
    if throttling.contains(code) || unavailable.contains(code) { return .throttled }
    if capacity.contains(code) { return .capacity }
    if quota.contains(code) { return .quota }
    if auth.contains(code) { return .auth }
    if unsupported.contains(code) { return .unsupported }
    return notFound.contains(code) ? .notFound : nil
  }

  /// What an answer that is no success says; nil when it is one.
  ///
  /// A page without AWS's envelope says nothing of the thing that was asked for: its 404 is the
  /// address's fault.
  static func fault(of reply: HTTPResponse, _ kinds: AWSCalls.Kinds) -> CloudFault? {
    guard !(200...299).contains(reply.status) else { return nil }
    if let (code, message) = AWSDocument.fault(in: reply) {
      return CloudFault(
        kind: kinds(code, message) ?? kind(ofCode: code), code: code, message: message)
    }
    guard reply.status == 404 || reply.status == 410 else { return nil }
    return CloudFault(
      kind: .invalid, code: "HTTP \(reply.status)", message: "no answer of AWS's own")
  }
}
