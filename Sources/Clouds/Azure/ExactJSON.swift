import FleetModel

/// JSON whose numbers stay the digits they were sent as: a price must not pass through a Double.
indirect enum ExactJSON: Sendable, Hashable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case list([ExactJSON])
  case object([String: ExactJSON])

  /// nil for anything that is not one JSON value, or is nested deeper than 64.
  init?(_ bytes: [UInt8]) {
    var reader = Reader(bytes: bytes[...])
    guard let value = reader.value(depth: 0) else { return nil }
    reader.skipSpace()
    guard reader.bytes.isEmpty else { return nil }
    self = value
  }

  /// A member of an object.
  subscript(name: String) -> ExactJSON? {
    guard case .object(let members) = self else { return nil }
    return members[name]
  }

  var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The number as dollars, to the nano-dollar; digits beyond are rounded half up. nil for what is
  /// no number, negative, or too large.
  var money: Money? {
    guard case .number(let text) = self else { return nil }
    return Self.money(text)
  }

  private static func money(_ text: String) -> Money? {
    let halves = text.lowercased().split(separator: "e", omittingEmptySubsequences: false)
    guard let mantissa = halves.first, mantissa.first != "-",
      let exponent = halves.count == 2 ? Int(halves[1]) : 0, abs(exponent) <= 40
    else { return nil }
    let parts = mantissa.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? String(parts[1]) : ""
    // The digits as one number, and how many of them stand behind the point in nano-dollars.
    let digits = String(parts[0]) + fraction
    let shift = 9 + exponent - fraction.count
    guard shift <= 40 else { return nil }
    if shift >= 0 {
      return Int64(digits + String(repeating: "0", count: shift)).map { Money(nanos: $0) }
    }
    let padded = String(repeating: "0", count: max(0, 1 - shift - digits.count)) + digits
    guard let whole = Int64(padded.dropLast(-shift)), let next = padded.suffix(-shift).first else {
      return nil
    }
    return Money(nanos: whole + (next >= "5" ? 1 : 0))
  }

  private struct Reader {
    var bytes: ArraySlice<UInt8>

    mutating func skipSpace() {
      bytes = bytes.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    }

    private mutating func take(_ byte: Character) -> Bool {
      skipSpace()
      guard bytes.first == byte.asciiValue else { return false }
      bytes.removeFirst()
      return true
    }

    private mutating func take(word: String) -> Bool {
      guard bytes.starts(with: word.utf8) else { return false }
      bytes = bytes.dropFirst(word.utf8.count)
      return true
    }

    mutating func value(depth: Int) -> ExactJSON? {
      skipSpace()
      guard depth < 64, let first = bytes.first else { return nil }
      switch Character(Unicode.Scalar(first)) {
      case "{": return object(depth)
      case "[": return list(depth)
      case "\"": return string().map { .string($0) }
      case "t": return take(word: "true") ? .bool(true) : nil
      case "f": return take(word: "false") ? .bool(false) : nil
      case "n": return take(word: "null") ? .null : nil
      default: return number()
      }
    }

    private mutating func object(_ depth: Int) -> ExactJSON? {
      guard take("{") else { return nil }
      var members: [String: ExactJSON] = [:]
      if take("}") { return .object(members) }
      while true {
        skipSpace()
        guard let name = string(), take(":"), let value = value(depth: depth + 1) else {
          return nil
        }
        members[name] = value
        if take("}") { return .object(members) }
        guard take(",") else { return nil }
      }
    }

    private mutating func list(_ depth: Int) -> ExactJSON? {
      guard take("[") else { return nil }
      var items: [ExactJSON] = []
      if take("]") { return .list(items) }
      while true {
        guard let item = value(depth: depth + 1) else { return nil }
        items.append(item)
        if take("]") { return .list(items) }
        guard take(",") else { return nil }
      }
    }

    private mutating func number() -> ExactJSON? {
      let digits = bytes.prefix { byte in
        (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
      }
      bytes = bytes.dropFirst(digits.count)
      let text = String(decoding: digits, as: UTF8.self)
      let form = #/-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?/#
      return text.wholeMatch(of: form) == nil ? nil : .number(text)
    }

    private mutating func string() -> String? {
      guard bytes.first == 0x22 else { return nil }
      bytes.removeFirst()
      var text: [UInt8] = []
      while let byte = bytes.popFirst() {
        switch byte {
        case 0x22: return String(validating: text, as: UTF8.self)
        case 0x5C:
          guard let escaped = escape() else { return nil }
          text += Array(String(escaped).utf8)
        case 0x00...0x1F: return nil
        default: text.append(byte)
        }
      }
      return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
      guard let byte = bytes.popFirst() else { return nil }
      switch Character(Unicode.Scalar(byte)) {
      case "n": return "\n"
      case "t": return "\t"
      case "r": return "\r"
      case "b": return "\u{8}"
      case "f": return "\u{C}"
      case "u": return unicode()
      case "\"": return "\""
      case "\\": return "\\"
      case "/": return "/"
      default: return nil
      }
    }

    private mutating func unit() -> UInt32? {
      let digits = bytes.prefix(4)
      bytes = bytes.dropFirst(4)
      return digits.count == 4 ? UInt32(String(decoding: digits, as: UTF8.self), radix: 16) : nil
    }

    /// Two halves make one scalar (RFC 8259 7).
    private mutating func unicode() -> Unicode.Scalar? {
      guard let high = unit() else { return nil }
      guard (0xD800...0xDBFF).contains(high) else { return Unicode.Scalar(high) }
      guard take(word: "\\u"), let low = unit(), (0xDC00...0xDFFF).contains(low) else { return nil }
      return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    }
  }
}
