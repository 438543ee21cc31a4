/// Whom a URL speaks to.
struct Authority: Sendable, Hashable {
  var isHTTPS: Bool
  /// Lower case, an IPv6 address in its brackets.
  var host: String
  var port: String

  /// "host:port": what is counted as one host.
  var key: String { "\(host):\(port)" }

  var path: Substring

  /// Nil for anything but http and https, and for a URL with a user in it, with blanks, control or
  /// non-ASCII bytes: those are where two parsers of one URL come to disagree.
  init?(url: String) {
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x5c }) else { return nil }
    let lower = url.lowercased()
    guard lower.hasPrefix("http://") || lower.hasPrefix("https://") else { return nil }
    isHTTPS = lower.hasPrefix("https://")
    let rest = url.dropFirst(isHTTPS ? 8 : 7)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    path = rest[authority.endIndex...]
    guard !authority.isEmpty, !authority.contains("@") else { return nil }
    let afterHost = authority.lastIndex(of: "]").map { authority.index(after: $0) }
    let colon = authority[(afterHost ?? authority.startIndex)...].firstIndex(of: ":")
    host = authority[..<(colon ?? authority.endIndex)].lowercased()
    port =
      colon.map { String(authority[authority.index(after: $0)...]) } ?? (isHTTPS ? "443" : "80")
    guard !host.isEmpty, port.utf8.allSatisfy({ $0 &- 0x30 < 10 }), let number = Int(port),
      (1...65_535).contains(number)
    else { return nil }
  }

  /// The same URL with another host in it, for the name in a certificate; nil without a name.
  func url(named name: String?) -> String? {
    name.map { "\(isHTTPS ? "https" : "http")://\($0):\(port)\(path)" }
  }

  /// A host that is a number is not looked up.
  var isNumeric: Bool {
    host.hasPrefix("[") || host.utf8.allSatisfy { $0 &- 0x30 < 10 || $0 == 0x2e }
  }
}
