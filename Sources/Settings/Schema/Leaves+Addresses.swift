import FleetModel

/// Nano-dollars of a plain decimal; nil when it is none or negative.
func parsedDollars(_ text: some StringProtocol) -> Int64? {
  guard let money = Money(decimal: text), money.nanos >= 0, text.first != "-" else { return nil }
  return money.nanos
}

/// What is wrong with a "host:port", as the rest of a sentence; nil when it is right.
func hostPortFault(_ text: String) -> String? {
  if text.contains("://") { return "must be host:port, without http://" }
  guard let colon = text.lastIndex(of: ":") else { return "needs a port: write \(text):9400" }
  let host = text[..<colon]
  let port = String(text[text.index(after: colon)...])
  guard let number = plainNumber(port), (1...65_535).contains(number) else {
    return "needs a port from 1 to 65535 after the colon"
  }
  if host.first == "[" {
    let inner = host.dropFirst().dropLast()
    guard host.last == "]", !inner.isEmpty,
      inner.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." })
    else { return "has an IPv6 address that is not closed: write [::1]:9400" }
    return nil
  }
  if host.contains(":") { return "has an IPv6 address without brackets: write [::1]:9400" }
  guard isHostName(host) else { return "has no host name before the colon: write gpu01:9400" }
  return nil
}

/// Letters, digits, hyphens, dots and underscores, not empty, at most 253 (RFC 1035's limit).
func isHostName(_ host: some StringProtocol) -> Bool {
  !host.isEmpty && host.count <= 253
    && host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
}

/// A web address in its parts, as far as the settings need them.
struct WebAddress {
  var scheme: String
  var host: String

  /// nil when the text is not http(s)://host[:port][/…], or carries a user name.
  init?(_ text: String) {
    let scheme = text.hasPrefix("https://") ? "https" : "http"
    guard text.hasPrefix(scheme + "://"), text.unicodeScalars.allSatisfy({ $0.value > 0x20 })
    else { return nil }
    let authority = text.dropFirst(scheme.count + 3).prefix { !"/?#".contains($0) }
    guard !authority.isEmpty, !authority.contains("@") else { return nil }
    let hasPort = authority.last != "]" && authority.contains(":")
    if hasPort, hostPortFault(String(authority)) != nil { return nil }
    let host =
      hasPort
      ? authority.prefix(upTo: authority.lastIndex(of: ":") ?? authority.endIndex)
      : authority
    guard host.first == "[" || isHostName(host) else { return nil }
    self.scheme = scheme
    self.host = host.lowercased()
  }

  /// The name says by itself that it is on this machine or its network. Names that only resolve
  /// there are found out when the alert is sent.
  var isPrivate: Bool {
    if host == "localhost" || host.hasSuffix(".localhost") || host.hasSuffix(".internal") {
      return true
    }
    if host.first == "[" {
      return host == "[::1]" || host == "[::]" || host.hasPrefix("[f") || host.hasPrefix("[::ffff:")
    }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 4, let first = parts[0], let second = parts[1] else { return false }
    return switch (first, second) {
    case (0, _), (10, _), (127, _), (169, 254), (192, 168), (172, 16...31), (100, 64...127): true
    default: false
    }
  }
}

extension Leaf {
  /// A web address: http or https, without a user name in it.
  static let webAddress = Leaf(
    what: "a web address such as https://example.com/hook", schema: pattern("^https?://[^\\s@]+$")
  ) { text, _ in
    guard WebAddress(text) != nil else {
      return .refused("is not a web address: write https://example.com/hook")
    }
    return .value(.text(text))
  }

  /// A lower-case name of a fleet, pool or channel. Names become tags, keys and metric labels, and
  /// the strictest of those allows letters, digits and hyphens, at most 63.
  static let name = Leaf(
    what: "a name of lower-case letters, digits and hyphens",
    schema: pattern("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
  ) { text, _ in
    let plain = text.utf8.allSatisfy {
      (97...122).contains($0) || (48...57).contains($0) || $0 == 45
    }
    guard !text.isEmpty, plain, text.first != "-", text.last != "-", text.utf8.count <= 63 else {
      return .refused("must be lower-case letters, digits and hyphens, at most 63")
    }
    return .value(.text(text))
  }
}
