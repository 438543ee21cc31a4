/// Says what a body is that is plainly no exposition.
enum ForeignBody {
  /// "HTML, begins with “…”", or nil when the body may be metrics.
  static func name(of body: [UInt8]) -> String? {
    if body.starts(with: [0x1f, 0x8b]) { return "gzip that nobody announced" }
    guard let first = body.first(where: { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }) else {
      return body.isEmpty ? "an empty body" : "a body of blanks"
    }
    switch first {
    case UInt8(ascii: "<"): return "HTML or XML, begins with \(opening(body))"
    case UInt8(ascii: "{"), UInt8(ascii: "["): return "JSON, begins with \(opening(body))"
    case 0x7f..., ..<0x20: return "binary, begins with byte 0x\(String(first, radix: 16))"
    default: return nil
    }
  }

  /// The first 40 characters, harmless in a terminal and in a log.
  private static func opening(_ body: [UInt8]) -> String {
    let shown = body.prefix(40).map { byte in
      (0x20...0x7e).contains(byte) ? Character(UnicodeScalar(byte)) : "·"
    }
    return "“\(String(shown))”"
  }
}
