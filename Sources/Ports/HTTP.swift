public import FleetModel

/// Sends one request and gives back its whole answer.
///
/// Contract: any HTTP status is an answer, not an error. The body is decoded (gzip) and never
/// longer than `limits.decodedBytes`. Redirects are not followed. Nothing is retried here.
public protocol HTTPTransport: Sendable {
  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse

  /// Sends one request and hands the body of a success (2xx) over as it arrives; the answer comes
  /// when the body has ended, without it. Any other answer comes whole, as from `send`.
  ///
  /// - Parameter receive: gets the pieces in their order, one at a time, on a thread of the
  ///   transport that it must not hold up; a false from it ends the exchange as if the body had
  ///   ended. Nothing is kept between pieces, so `limits.decodedBytes` bounds only other answers.
  func stream(
    _ request: HTTPRequest, _ receive: @escaping @Sendable ([UInt8]) -> Bool
  ) async throws(TransportError) -> HTTPResponse
}

extension HTTPTransport {
  /// For transports that know only whole answers: all at the end, in one piece.
  public func stream(
    _ request: HTTPRequest, _ receive: @escaping @Sendable ([UInt8]) -> Bool
  ) async throws(TransportError) -> HTTPResponse {
    var reply = try await send(request)
    guard reply.isSuccess else { return reply }
    _ = receive(reply.body)
    reply.body = []
    return reply
  }
}

public struct HTTPRequest: Sendable, Hashable {
  public var method: String
  /// Absolute: http or https.
  public var url: String
  public var headers: [HTTPField]
  public var body: [UInt8]
  public var limits: HTTPLimits
  public var signing: HTTPSigning?
  /// Which addresses may be spoken to.
  public var reach: HTTPReach
  /// Whom to trust and who we are, where it is not the system's list and nobody; only for https.
  public var tls: HTTPTLS?
  /// Which HTTP is spoken.
  public var version: HTTPVersion = .http1
  /// Until when its first byte may leave: looked at after connecting, right before it does. nil: at
  /// any time, as for everything that only looks.
  public var permit: SendPermit?

  public init(
    method: String = "GET", url: String, headers: [HTTPField] = [], body: [UInt8] = [],
    limits: HTTPLimits = HTTPLimits(), signing: HTTPSigning? = nil, reach: HTTPReach = .any,
    tls: HTTPTLS? = nil
  ) {
    self.tls = tls
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.limits = limits
    self.signing = signing
    self.reach = reach
  }
}

public enum HTTPVersion: Sendable, Hashable {
  /// HTTP/1.1, which every API here speaks.
  case http1
  /// HTTP/2, for gRPC, which has no other: agreed on in the TLS handshake, and over plain TCP spoken
  /// from the first byte (RFC 9113, 3.3). Trailers come after the headers, in the same list.
  case http2
}

/// Which addresses a request may reach, held to the address that is connected to, not to the name.
public enum HTTPReach: Sendable, Hashable {
  case any
  /// Public addresses only: no loopback, link-local, private or reserved one, unless the URL's host
  /// is in the list, written as it stands there. For URLs that users may give us.
  case publicOnly(allow: [String])
}

public struct HTTPField: Sendable, Hashable {
  public var name: String
  public var value: String
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// Bounds of one exchange. All are on by default; a peer of ours ships with them off, and a 204 kB
/// answer once became 200 MB there.
public struct HTTPLimits: Sendable, Hashable {
  /// From the first byte sent to the last received.
  public var total: Duration
  public var connect: Duration
  /// Of the decoded body, counted as it arrives.
  public var decodedBytes: Int
  /// For streams: the longest silence, in whole seconds, noticed up to five seconds late; nil: as for other exchanges, where a peer
  /// of less than 100 bytes a second over some seconds is given up.
  public var idle: Duration?

  public init(
    total: Duration = .seconds(10), connect: Duration = .seconds(3),
    decodedBytes: Int = 8 << 20, idle: Duration? = nil
  ) {
    self.idle = idle
    self.total = total
    self.connect = connect
    self.decodedBytes = decodedBytes
  }
}

/// How the transport proves who we are.
public enum HTTPSigning: Sendable, Hashable {
  /// AWS Signature Version 4, made by libcurl; only for POST to "/" (DECISIONS 9).
  case awsSigV4(service: String, region: Region, credentials: AWSCredentials)
}

/// A text that must not be shown: no description, no coding.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  private let text: String
  public init(_ text: String) { self.text = text }
  /// The text itself; for the one place that sends it.
  public func reveal() -> String { text }
  public var description: String { "«secret»" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

public struct AWSCredentials: Sendable, Hashable {
  public var accessKeyID: String
  public var secretAccessKey: Secret
  public var sessionToken: Secret?
  public init(accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
  }
}

public struct HTTPResponse: Sendable, Hashable {
  public var status: Int
  public var headers: [HTTPField]
  public var body: [UInt8]

  public init(status: Int, headers: [HTTPField] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// A status of 200 to 299.
  public var isSuccess: Bool { (200...299).contains(status) }

  /// The first value of a header, its name compared without case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// Why there is no answer, sorted by what is known of the effect.
public enum TransportError: Error, Sendable, Hashable {
  /// Nothing reached the other side: refused, no such host, TLS failed, URL not allowed.
  case notSent(String)
  /// Nothing of the request reached the other side: its permit had ended when it was about to leave.
  case tooLate(Lateness)
  /// The time limit passed; the other side may have acted.
  case timedOut(after: Duration)
  /// The connection broke after sending; the other side may have acted.
  case broken(String)
  /// The body passed its decoded limit; what came is thrown away.
  case tooLarge(limit: Int)
  case cancelled
}
