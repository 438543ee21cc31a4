/// Reads one JSON document from bytes, in one pass; never trusts them.
struct ExactJSONReader {
  private let bytes: [UInt8]
  private var at = 0
  private var depth = 0

  /// No answer of a cloud is nested deeper; a hostile one must not exhaust the stack.
  private static let deepest = 64

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The document; nil when the bytes are none, or something follows it.
  mutating func document() -> ExactJSON? {
    guard let value = value() else { return nil }
    skipSpace()
    return at == bytes.count ? value : nil
  }

  private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    at += 1
    return true
  }

  private mutating func value() -> ExactJSON? {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return nested { $0.object() }
    case UInt8(ascii: "["): return nested { $0.array() }
    case UInt8(ascii: "\""): return text().map { .string($0) }
    case UInt8(ascii: "t"): return word("true", .bool(true))
    case UInt8(ascii: "f"): return word("false", .bool(false))
    case UInt8(ascii: "n"): return word("null", .null)
    default: return number()
    }
  }

  private mutating func nested(_ read: (inout Self) -> ExactJSON?) -> ExactJSON? {
    guard depth < Self.deepest else { return nil }
    depth += 1
    defer { depth -= 1 }
    at += 1
    return read(&self)
  }

  private mutating func word(_ word: String, _ value: ExactJSON) -> ExactJSON? {
    guard bytes[at...].starts(with: word.utf8) else { return nil }
    at += word.utf8.count
    return value
  }

  private mutating func object() -> ExactJSON? {
    var members: [String: ExactJSON] = [:]
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipSpace()
      guard let name = text() else { return nil }
      skipSpace()
      guard take(UInt8(ascii: ":")), let value = value() else { return nil }
      members[name] = value
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { return nil }
    }
  }

  private mutating func array() -> ExactJSON? {
    var values: [ExactJSON] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(values) }
    while true {
      guard let value = value() else { return nil }
      values.append(value)
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array(values) }
      guard take(UInt8(ascii: ",")) else { return nil }
    }
  }

  private mutating func number() -> ExactJSON? {
    let start = at
    _ = take(UInt8(ascii: "-"))
    let whole = digits()
    guard whole > 0 else { return nil }
    if take(UInt8(ascii: ".")), digits() == 0 { return nil }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard digits() > 0 else { return nil }
    }
    return .number(String(decoding: bytes[start..<at], as: UTF8.self))
  }

  private mutating func digits() -> Int {
    let start = at
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { at += 1 }
    return at - start
  }

  private mutating func text() -> String? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    var out: [UInt8] = []
    while let byte = next {
      at += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: out, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard escaped(into: &out) else { return nil }
      case 0..<0x20: return nil
      default: out.append(byte)
      }
    }
    return nil
  }

  private mutating func escaped(into out: inout [UInt8]) -> Bool {
    guard let byte = next else { return false }
    at += 1
    switch byte {
    case UInt8(ascii: "n"): out.append(0x0A)
    case UInt8(ascii: "t"): out.append(0x09)
    case UInt8(ascii: "r"): out.append(0x0D)
    case UInt8(ascii: "b"): out.append(0x08)
    case UInt8(ascii: "f"): out.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
    case UInt8(ascii: "u"): return scalar(into: &out)
    default: return false
    }
    return true
  }

  /// `\u` and four hex digits, and the pair that stands for what lies above U+FFFF; half a pair becomes U+FFFD.
  private mutating func scalar(into out: inout [UInt8]) -> Bool {
    guard let high = hex() else { return false }
    var code = high
    if (0xD800...0xDBFF).contains(high), bytes[at...].starts(with: [0x5C, 0x75]) {
      at += 2
      guard let low = hex() else { return false }
      code =
        (0xDC00...0xDFFF).contains(low) ? 0x10000 + (high - 0xD800) << 10 + low - 0xDC00 : 0xFFFD
    }
    let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
    out += Array(String(Character(scalar)).utf8)
    return true
  }

  private mutating func hex() -> UInt32? {
    guard at + 4 <= bytes.count else { return nil }
    let text = String(decoding: bytes[at..<at + 4], as: UTF8.self)
    at += 4
    return text.allSatisfy(\.isHexDigit) ? UInt32(text, radix: 16) : nil
  }
}
