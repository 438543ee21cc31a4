import FleetModel
import Ports

/// What is refused before a byte is sent.
enum RequestCheck {
  /// Past this libcurl 7.88 announces the body with "Expect", which its signature gets wrong.
  static let maximumSignedBody = 1_000_000

  /// The reason a request is not sent; nil when it may be.
  static func fault(in request: HTTPRequest, _ authority: Authority) -> String? {
    guard isToken(request.method) else { return "the method “\(request.method)” is no word" }
    for field in request.headers {
      guard isToken(field.name) else { return "the header name “\(field.name)” is no word" }
      guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
        return "the header \(field.name) has a control character"
      }
    }
    guard request.limits.total > .zero, request.limits.connect > .zero,
      request.limits.decodedBytes >= 0
    else { return "a limit is not positive" }
    if let tls = request.tls, let fault = tlsFault(tls, authority) { return fault }
    return request.signing.flatMap { signingFault(in: request, authority, $0) }
  }

  private static func tlsFault(_ tls: HTTPTLS, _ authority: Authority) -> String? {
    guard authority.isHTTPS else { return "a plain http URL has no certificates" }
    guard let name = tls.serverName else { return nil }
    let isName =
      !name.isEmpty
      && name.utf8.allSatisfy {
        ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2d || $0 == 0x2e
      }
    return isName ? nil : "“\(name)” is no server name"
  }

  /// libcurl 7.88.1 signs rightly what AWS needs here, a POST to "/", and wrongly: paths, queries,
  /// empty headers, headers of which one begins with another's whole name, and bodies that are not
  /// given whole (CLOUDS 1.3; fixed one by one from curl 8.3.0 to 8.21.0).
  private static func signingFault(
    in request: HTTPRequest, _ authority: Authority, _ signing: HTTPSigning
  ) -> String? {
    guard request.method == "POST", authority.path == "/" else {
      return "only POST to / is signed, not \(request.method) \(authority.path)"
    }
    guard request.body.count <= maximumSignedBody else {
      return "a signed body has at most \(maximumSignedBody) bytes"
    }
    let names = request.headers.map { $0.name.lowercased() }.sorted()
    let ours = ["authorization", "expect", "host", "x-amz-date", "x-amz-security-token"]
    if let taken = names.first(where: { ours.contains($0) }) {
      return "the header \(taken) is the signer's own"
    }
    for (name, next) in zip(names, names.dropFirst()) where next.hasPrefix(name) {
      return "the headers \(name) and \(next) cannot be signed together"
    }
    if let empty = request.headers.first(where: { $0.value.isEmpty }) {
      return "the empty header \(empty.name) cannot be signed"
    }
    guard case .awsSigV4(let service, let region, let credentials) = signing else { return nil }
    guard isScope(service), isScope(region.rawValue) else {
      return "“\(region)”, “\(service)” are no region and service"
    }
    return credentials.accessKeyID.isEmpty ? "there is no access key" : nil
  }

  private static func isScope(_ word: String) -> Bool {
    !word.isEmpty
      && word.utf8.allSatisfy { $0 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2d }
  }

  /// RFC 9110, section 5.6.2.
  private static func isToken(_ word: String) -> Bool {
    !word.isEmpty
      && word.utf8.allSatisfy { byte in
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "!#$%&'*+-.^_`|~".utf8.contains(byte)
      }
  }
}
