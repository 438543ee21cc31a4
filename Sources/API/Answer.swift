import Hummingbird

/// Responses of the kinds this server gives.
enum Answer {
  static func text(
    _ text: String, status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8"
  ) -> Response {
    Response(
      status: status, headers: [.contentType: type],
      body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  static func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
    self.text(text, status: status, type: "text/html; charset=utf-8")
  }

  static func json(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
    self.text(text, status: status, type: "application/json")
  }
}

extension Request {
  /// The query has this name, with or without a value.
  func asksFor(_ name: String) -> Bool { value(of: name) != nil }

  /// The text after `name=` in the query, empty for a bare name; nil when it is not there.
  func value(of name: String) -> String? {
    for part in (uri.query ?? "").split(separator: "&") {
      let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if halves.first.map(String.init) == name {
        return halves.count == 2 ? String(halves[1]) : ""
      }
    }
    return nil
  }
}
