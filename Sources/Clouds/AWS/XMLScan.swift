/// Looks over an XML text before a parser sees it: whether it is of the plain kind AWS writes.
///
/// The parsers behind it are not to be trusted with anything else. Foundation's goes on after every
/// error, and ends the process over a name that is not UTF-8 and over a processing instruction
/// without words, `<?x?>`; XMLCoder builds and frees a tree by recursion, so that ten thousand
/// elements in one another, 70 kB, do the same. Plain is: a declaration or none; elements with ASCII
/// names that are closed in their order; attributes in quotes; comments and CDATA without "<"; no
/// control characters; no instructions and no document types.
struct XMLScan {
  private let bytes: [UInt8]
  private var at = 0
  /// The names of the elements around this place.
  private var open: [ArraySlice<UInt8>] = []

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether the text is plain, and no element that holds anything has more than `most - 1` around.
  static func isPlain(_ bytes: [UInt8], deepest most: Int) -> Bool {
    guard bytes.allSatisfy({ $0 >= 0x20 || isBlank($0) }) else { return false }
    var scan = XMLScan(bytes)
    guard scan.skipDeclaration() else { return false }
    while scan.skipText() {
      guard scan.skipMarkup(), scan.open.count <= most else { return false }
    }
    return scan.open.isEmpty
  }

  /// Moves to the next "<"; false when there is none.
  private mutating func skipText() -> Bool {
    while at < bytes.count, bytes[at] != UInt8(ascii: "<") { at += 1 }
    return at < bytes.count
  }

  /// `<?xml …?>`, which may stand at the very start only.
  private mutating func skipDeclaration() -> Bool {
    _ = take("\u{FEFF}")
    guard take("<?xml") else { return true }
    return skipBlanks() && skip(to: "?>")
  }

  private mutating func skipMarkup() -> Bool {
    if take("<!--") { return skip(to: "-->") }
    if take("<![CDATA[") { return skip(to: "]]>") }
    return take("</") ? skipClosing() : take("<") && skipOpening()
  }

  private mutating func skipClosing() -> Bool {
    guard let name = takeName(), open.popLast() == name else { return false }
    _ = skipBlanks()
    return take(">")
  }

  private mutating func skipOpening() -> Bool {
    guard let name = takeName() else { return false }
    var isApart = skipBlanks()
    while isApart, let first = peek, Self.beginsName(first) {
      guard skipAttribute() else { return false }
      isApart = skipBlanks()
    }
    if take("/>") { return true }
    open.append(name)
    return take(">")
  }

  private mutating func skipAttribute() -> Bool {
    guard takeName() != nil else { return false }
    _ = skipBlanks()
    guard take("=") else { return false }
    _ = skipBlanks()
    if take("\"") { return skip(to: "\"") }
    return take("'") && skip(to: "'")
  }

  /// Moves behind `end`; false when "<" comes before it, or nothing does.
  private mutating func skip(to end: String) -> Bool {
    while at < bytes.count {
      if take(end) { return true }
      guard bytes[at] != UInt8(ascii: "<") else { return false }
      at += 1
    }
    return false
  }

  private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func take(_ word: String) -> Bool {
    guard bytes[at...].starts(with: word.utf8) else { return false }
    at += word.utf8.count
    return true
  }

  /// Whether there was a blank at all.
  private mutating func skipBlanks() -> Bool {
    let start = at
    while let byte = peek, Self.isBlank(byte) { at += 1 }
    return at > start
  }

  private mutating func takeName() -> ArraySlice<UInt8>? {
    let start = at
    guard let first = peek, Self.beginsName(first) else { return nil }
    while let byte = peek, Self.beginsName(byte) || Self.goesOn(byte) { at += 1 }
    return bytes[start..<at]
  }

  private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

  private static func beginsName(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
  }

  private static func goesOn(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || "-.:".utf8.contains(byte)
  }
}
