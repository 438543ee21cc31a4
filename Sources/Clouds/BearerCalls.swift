import FleetModel
import Foundation
import Ports

/// How clouds of one bearer token are called: RunPod, Hugging Face, Replicate.
extension CloudCalls where Credential == Secret {
  init(
    bearer fetch: @escaping @Sendable () async throws(ActuateError) -> Issued<Secret>,
    transport: any HTTPTransport, time: any TimeSource, wallClock: any TimeSource,
    generator: some RandomNumberGenerator & Sendable, budgets: CallBudgets,
    fault: @escaping @Sendable (HTTPResponse) -> CloudFault?
  ) {
    self.init(
      transport: transport, credentials: CredentialCache(time: time, fetch: fetch), time: time,
      wallClock: wallClock, jitter: Jitter(generator), budgets: budgets,
      sign: { call, token in
        var request = call.request
        request.headers += [
          HTTPField("Authorization", "Bearer \(token.reveal())"),
          HTTPField("Accept", "application/json"),
        ]
        if !call.body.isEmpty {
          request.headers.append(HTTPField("Content-Type", "application/json"))
        }
        return request
      }, fault: fault)
  }

  /// One call and its answer, as a JSON document that `read` takes what is needed from.
  func json<Value: Sendable>(
    _ call: CloudCall, _ read: (ExactJSON) -> Value?
  ) async throws(ActuateError) -> Reply<Value> {
    try await repeating(call) { response in ExactJSON(response.body).flatMap(read) }
  }
}

extension String {
  /// As one part of a URL's path: all but the unreserved characters (RFC 3986 2.3) escaped.
  var asPathPart: String {
    addingPercentEncoding(withAllowedCharacters: .pathPart) ?? ""
  }

  /// Whether a URL's path may have it for a part: "..", taken literally, would lead elsewhere.
  var isPathPart: Bool { !isEmpty && self != "." && self != ".." && utf8.count <= 200 }

  /// A base URL as calls are added to it, without the slash at its end.
  var withoutSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}

extension CharacterSet {
  fileprivate static let pathPart = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
