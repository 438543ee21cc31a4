import Ports

/// Which hosts of private networks a webhook may reach.
///
/// Judged by the URL's host as it is written, and by the transport once more on the address that a
/// name leads to. Without it a settings file could aim signed requests at a cloud's metadata
/// address.
public enum PrivateHosts: Sendable, Hashable {
  case none
  case all
  /// Hosts in lower case.
  case only([String])

  /// What the transport is told.
  var reach: HTTPReach {
    switch self {
    case .none: .publicOnly(allow: [])
    case .all: .any
    case .only(let names): .publicOnly(allow: names)
    }
  }

  func allow(_ url: String) -> Bool {
    guard let host = Self.host(of: url) else { return false }
    guard Self.isPrivate(host) else { return true }
    return switch self {
    case .none: false
    case .all: true
    case .only(let hosts): hosts.contains(host)
    }
  }

  /// The host of an http or https URL, in lower case; nil when there is none or a user name hides
  /// it.
  static func host(of url: String) -> String? {
    guard let scheme = ["https://", "http://"].first(where: url.hasPrefix) else { return nil }
    let authority = url.dropFirst(scheme.count).prefix { !"/?#\\".contains($0) }
    guard !authority.isEmpty, !authority.contains("@") else { return nil }
    if authority.first == "[" {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      return authority[...end].lowercased()
    }
    let host = authority.prefix { $0 != ":" }.lowercased()
    return host.isEmpty ? nil : host
  }

  static func isPrivate(_ host: String) -> Bool {
    if host == "localhost" || host.hasSuffix(".localhost") || host.hasSuffix(".internal") {
      return true
    }
    if host.first == "[" {
      return host == "[::1]" || host == "[::]" || host.hasPrefix("[f")
        || host.hasPrefix("[::ffff:")
    }
    // One number or hexadecimal, as "2130706433", "0x7f.1": addresses in disguise.
    if host.split(separator: ".").allSatisfy({ $0.first?.isNumber == true }),
      !isDottedQuad(host)
    {
      return true
    }
    return isPrivateQuad(host)
  }

  private static func isDottedQuad(_ host: String) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        UInt8(part) != nil && (part == "0" || part.first != "0")
      }
  }

  /// RFC 6890's private, loopback, link-local and shared ranges.
  private static func isPrivateQuad(_ host: String) -> Bool {
    let parts = host.split(separator: ".").map { Int($0) }
    guard parts.count == 4, let first = parts[0], let second = parts[1] else { return false }
    return switch (first, second) {
    case (0, _), (10, _), (127, _), (169, 254), (192, 168), (172, 16...31), (100, 64...127): true
    default: false
    }
  }
}
