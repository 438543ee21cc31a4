import Crypto
import FleetModel
import Foundation
import Ports

/// AWS Signature Version 4 of a POST to "/", at a moment of our choice.
///
/// libcurl signs everything while the clock is right (DECISIONS 9); given a moment, 7.88.1 would
/// send the header X-Amz-Date twice, which no service would verify (curl#11738).
struct AWSSignature {
  let service: String
  let region: Region
  let credentials: AWSCredentials
  let moment: Timestamp

  /// The same request with proof of who asks, to be sent as it is; nil where it is no POST to "/".
  func signed(_ request: HTTPRequest) -> HTTPRequest? {
    guard request.method == "POST", let url = URL(string: request.url), url.path() == "/",
      url.query() == nil, let host = Self.host(of: url)
    else { return nil }
    var request = request
    request.signing = nil
    request.headers.append(HTTPField("X-Amz-Date", stamp))
    if let token = credentials.sessionToken {
      request.headers.append(HTTPField("X-Amz-Security-Token", token.reveal()))
    }
    let lines = (request.headers + [HTTPField("Host", host)])
      .map { ($0.name.lowercased(), $0.value.trimmingCharacters(in: .whitespaces)) }
      .sorted { $0.0 < $1.0 }
    request.headers.append(
      HTTPField(
        "Authorization", authorization(of: lines, Self.hex(SHA256.hash(data: request.body)))))
    return request
  }

  private func authorization(of lines: [(name: String, value: String)], _ body: String) -> String {
    let names = lines.map(\.name).joined(separator: ";")
    let headers = lines.map { "\($0.name):\($0.value)\n" }.joined()
    let canonical = "POST\n/\n\n\(headers)\n\(names)\n\(body)"
    let scope = "\(stamp.prefix(8))/\(region)/\(service)/aws4_request"
    let text =
      "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n"
      + Self.hex(SHA256.hash(data: Array(canonical.utf8)))
    let signature = Self.hex(Self.code(text, key(for: scope)))
    return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), "
      + "SignedHeaders=\(names), Signature=\(signature)"
  }

  /// Derived for the day, the region and the service, one after the other.
  private func key(for scope: String) -> SymmetricKey {
    let secret = Array("AWS4\(credentials.secretAccessKey.reveal())".utf8)
    return scope.split(separator: "/").reduce(SymmetricKey(data: secret)) { key, part in
      SymmetricKey(data: Self.code(String(part), key))
    }
  }

  private static func code(_ text: String, _ key: SymmetricKey) -> HMAC<SHA256>.MAC {
    HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
  }

  /// "20150830T123600Z".
  private var stamp: String { moment.description.filter { $0 != "-" && $0 != ":" } }

  /// As libcurl sends it: without the scheme's own port.
  private static func host(of url: URL) -> String? {
    guard let name = url.host() else { return nil }
    let own = url.scheme == "https" ? 443 : 80
    return url.port.flatMap { $0 == own ? nil : "\(name):\($0)" } ?? name
  }

  private static func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
