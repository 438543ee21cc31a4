import FleetModel
import Planner
import Ports

/// One request to a cloud's API as a value: the same value gives the same bytes.
struct CloudCall: Sendable, Hashable {
  /// The operation as the vendor names it, "compute.instances.insert"; logs and permissions use it.
  var operation: String
  var method: String
  /// Absolute, its query included.
  var url: String
  var headers: [HTTPField]
  var body: [UInt8]
  var effect: Effect
  var limits: HTTPLimits

  enum Effect: Sendable, Hashable {
    /// Only looks; may be repeated.
    case look
    /// Changes something that is there; sent once, its failures are the caller's.
    case change
    /// Makes something new; sent once.
    case make
    /// Takes back what the same act has just done; sent once, however old the look before the act.
    case undo
  }

  init(
    _ operation: String, _ method: String = "GET", url: String, headers: [HTTPField] = [],
    body: [UInt8] = [], effect: Effect = .look, limits: HTTPLimits = CloudCall.limits
  ) {
    self.operation = operation
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.effect = effect
    self.limits = limits
  }

  var mutates: Bool { effect != .look }

  /// Until when it may leave, as part of an act that has `permit`; nil: it only looks.
  func permit(under permit: SendPermit) -> SendPermit? {
    switch effect {
    case .look: nil
    case .change, .make: permit
    case .undo: permit.forUndoing
    }
  }

  /// A page of 1000 machines is about 8 MB of XML or JSON.
  static let limits = HTTPLimits(
    total: .seconds(30), connect: .seconds(3), decodedBytes: 32 << 20)

  /// As it stands, without proof of who asks.
  var request: HTTPRequest {
    HTTPRequest(method: method, url: url, headers: headers, body: body, limits: limits)
  }
}

/// What an answer that is no success says, in the cloud's own words.
struct CloudFault: Sendable, Hashable {
  /// Where it belongs; nil when its words do not say and the status has to.
  var kind: ActFailure.Kind?
  var code: String
  var message: String
  /// How long the answer asks to wait; nil: it is looked for in its Retry-After.
  var retryAfter: Duration?

  init(
    kind: ActFailure.Kind?, code: String, message: String, retryAfter: Duration? = nil
  ) {
    self.kind = kind
    self.code = code
    self.message = message
    self.retryAfter = retryAfter
  }
}
