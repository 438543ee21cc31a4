/// Walks one JSON text in place, no tree and no copies: structure is checked, numbers only roughly.
///
/// A token event is read some hundred thousand times a second here, and most of it is skipped.
struct JSONCursor {
  /// Deeper nesting is refused, so a hostile answer cannot use up the stack.
  static let deepest = 64

  private let bytes: ArraySlice<UInt8>
  private var at: Int
  private var depth = 0

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    at = bytes.startIndex
  }

  /// Visits each member of the object here; `body` must read or skip the value. A value of another
  /// kind is skipped and has no members.
  mutating func members(
    _ body: (inout JSONCursor, ArraySlice<UInt8>) throws(AnswerError) -> Void
  ) throws(AnswerError) {
    guard peek() == UInt8(ascii: "{") else { return try skip() }
    try enter()
    if take(UInt8(ascii: "}")) { return leave() }
    repeat {
      guard peek() == UInt8(ascii: "\"") else { throw .json }
      let key = try string()
      guard take(UInt8(ascii: ":")) else { throw .json }
      try body(&self, key)
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw .json }
    leave()
  }

  /// Visits each element of the array here; a value of another kind is skipped.
  mutating func elements(
    _ body: (inout JSONCursor) throws(AnswerError) -> Void
  ) throws(AnswerError) {
    guard peek() == UInt8(ascii: "[") else { return try skip() }
    try enter()
    if take(UInt8(ascii: "]")) { return leave() }
    repeat { try body(&self) } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw .json }
    leave()
  }

  mutating func skip() throws(AnswerError) {
    switch peek() {
    case UInt8(ascii: "{"): try members { cursor, _ throws(AnswerError) in try cursor.skip() }
    case UInt8(ascii: "["): try elements { cursor throws(AnswerError) in try cursor.skip() }
    case UInt8(ascii: "\""): _ = try string()
    default: _ = try scalar()
    }
  }

  /// Skips the value here and says whether it is a string with something in it.
  mutating func isText() throws(AnswerError) -> Bool {
    guard peek() == UInt8(ascii: "\"") else {
      try skip()
      return false
    }
    return try !string().isEmpty
  }

  /// Skips the value here and says whether it is anything but `null`.
  mutating func isPresent() throws(AnswerError) -> Bool {
    guard peek() == UInt8(ascii: "n") else {
      try skip()
      return true
    }
    _ = try scalar()
    return false
  }

  /// The whole number here, at least 0; nil when it is something else.
  mutating func count() throws(AnswerError) -> Int? {
    guard let first = peek(), isDigit(first) else {
      try skip()
      return nil
    }
    let digits = try scalar()
    guard digits.count <= 15, digits.allSatisfy(isDigit) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  /// Nothing but white space is left.
  mutating func end() throws(AnswerError) {
    guard peek() == nil else { throw .json }
  }

  /// The next byte that is not white space.
  private mutating func peek() -> UInt8? {
    while at < bytes.endIndex {
      switch bytes[at] {
      case 0x20, 0x09, 0x0a, 0x0d: at += 1
      default: return bytes[at]
      }
    }
    return nil
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    at += 1
    return true
  }

  private mutating func enter() throws(AnswerError) {
    guard depth < Self.deepest else { throw .json }
    depth += 1
    at += 1
  }

  private mutating func leave() { depth -= 1 }

  /// The bytes between the quotes, escapes as they stand.
  private mutating func string() throws(AnswerError) -> ArraySlice<UInt8> {
    let start = at + 1
    at = start
    while at < bytes.endIndex {
      switch bytes[at] {
      case UInt8(ascii: "\""):
        at += 1
        return bytes[start..<(at - 1)]
      case UInt8(ascii: "\\"): at += 2
      case 0..<0x20: throw .json
      default: at += 1
      }
    }
    throw .json
  }

  private mutating func scalar() throws(AnswerError) -> ArraySlice<UInt8> {
    let start = at
    while at < bytes.endIndex, isScalar(bytes[at]) { at += 1 }
    let word = bytes[start..<at]
    guard let first = word.first else { throw .json }
    if first == UInt8(ascii: "-") || isDigit(first) {
      guard let last = word.last, isDigit(last) else { throw .json }
      return word
    }
    guard words.contains(where: { $0.elementsEqual(word) }) else { throw .json }
    return word
  }
}

private let words = ["true", "false", "null"].map { Array($0.utf8) }

private func isDigit(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

private func isScalar(_ byte: UInt8) -> Bool {
  isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    || byte == UInt8(ascii: "E")
}
