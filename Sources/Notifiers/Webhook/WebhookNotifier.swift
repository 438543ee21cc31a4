import FleetModel
public import Ports

/// Posts alerts to a URL, signed per Standard Webhooks.
///
/// The id and the bytes of a message are the same on every attempt; the timestamp, and with it the
/// signature, are the attempt's own, so that receivers can refuse what is old.
public struct WebhookNotifier: Notifier {
  public static let kind = "webhook"

  public let name: String
  private let url: String
  private let keys: SigningKeys
  private let hosts: PrivateHosts
  private let transport: any HTTPTransport
  /// Real time: receivers compare it with theirs, also when the controller's clock is scaled.
  private let time: any TimeSource

  /// ECOSYSTEM's figure for webhooks; receivers should answer before they work.
  static let limits = HTTPLimits(total: .seconds(15), decodedBytes: 64 << 10)

  public init(
    name: String, url: String, keys: SigningKeys, privateHosts: PrivateHosts = .none,
    transport: any HTTPTransport, realTime: any TimeSource
  ) {
    self.name = name
    self.url = url
    self.keys = keys
    self.hosts = privateHosts
    self.transport = transport
    self.time = realTime
  }

  public func deliver(_ message: OutboxMessage) async throws(DeliveryError) {
    guard hosts.allow(url) else {
      throw .rejected("\(name): the address is private; allow it with allow_private")
    }
    let now = time.now()
    let request = request(for: message, seconds: now.microseconds / 1_000_000)
    let response: HTTPResponse
    do throws(TransportError) {
      response = try await transport.send(request)
    } catch {
      throw .retry(after: nil, "\(name): \(Self.words(for: error))")
    }
    try judge(response, at: now)
  }

  /// What is sent; a function of the message and the attempt's time.
  func request(for message: OutboxMessage, seconds: Int64) -> HTTPRequest {
    let body = WebhookBody.bytes(of: message)
    // A dot would end the id early in what is signed.
    let id = message.id.replacing(".", with: "_")
    return HTTPRequest(
      method: "POST", url: url,
      headers: [
        HTTPField("content-type", "application/json"),
        HTTPField("user-agent", "finops"),
        HTTPField("webhook-id", id),
        HTTPField("webhook-timestamp", String(seconds)),
        HTTPField("webhook-signature", keys.signature(id: id, seconds: seconds, body: body)),
      ], body: body, limits: Self.limits, reach: hosts.reach)
  }

  private func judge(_ response: HTTPResponse, at now: Timestamp) throws(DeliveryError) {
    let words = "\(name): the receiver answered \(response.status)"
    switch response.status {
    case 200..<300: return
    case 408, 429, 500...:
      throw .retry(after: RetryAfter.wait(response.header("retry-after"), at: now), words)
    case 300..<400: throw .rejected(words + ": redirects are not followed; give the final URL")
    case 410: throw .gone(words)
    default: throw .rejected(words)
    }
  }

  private static func words(for error: TransportError) -> String {
    switch error {
    case .notSent(let why): "not sent: \(why)"
    case .timedOut(let limit): "no answer within \(limit.brief)"
    case .broken(let why): "the connection broke: \(why)"
    case .tooLarge(let limit): "the answer is longer than \(limit) bytes"
    case .tooLate(let lateness): "\(lateness)"
    case .cancelled: "cancelled"
    }
  }
}
