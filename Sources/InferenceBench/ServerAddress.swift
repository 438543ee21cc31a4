/// Where requests go, read from what a person typed.
struct ServerAddress: Hashable, Sendable {
  var host: String
  var port: Int
  var path: String

  /// The value of the Host header.
  var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

  init(_ url: String, api: LoadPlan.API) throws(LoadError) {
    let lower = url.lowercased()
    guard !lower.hasPrefix("https://") else {
      throw .plan(
        "\(url): https is not offered for load; give the server's plain http address,"
          + " since TLS in between would be measured with it")
    }
    guard lower.hasPrefix("http://") else {
      throw .plan("\(url): an address starts with http://, as http://127.0.0.1:8000")
    }
    let rest = url.dropFirst("http://".count)
    guard !rest.contains(where: { $0 == "?" || $0 == "#" || $0 == "@" || $0.isWhitespace }),
      rest.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else { throw .plan("\(url): only http://host:port/path is understood") }
    let authority = rest.prefix { $0 != "/" }
    (host, port) = try Self.split(authority, of: url)
    var base = String(rest.dropFirst(authority.count))
    while base.hasSuffix("/") { base.removeLast() }
    if base.hasSuffix("/completions") {
      path = base
    } else {
      path = (base.isEmpty ? "/v1" : base) + api.path
    }
  }

  private static func split(
    _ authority: Substring, of url: String
  ) throws(LoadError) -> (String, Int) {
    var host = authority
    var port = "80"[...]
    if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
      host = authority[authority.index(after: authority.startIndex)..<close]
      let tail = authority[authority.index(after: close)...]
      guard tail.isEmpty || tail.hasPrefix(":") else { throw .plan("\(url): after ] comes :port") }
      if !tail.isEmpty { port = tail.dropFirst() }
    } else if let colon = authority.lastIndex(of: ":") {
      host = authority[..<colon]
      port = authority[authority.index(after: colon)...]
    }
    guard let number = UInt16(port), number > 0 else { throw .plan("\(url): the port is 1…65535") }
    guard !host.isEmpty else { throw .plan("\(url): there is no host") }
    return (String(host), Int(number))
  }
}
