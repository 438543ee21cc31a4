/// How deep the elements of an XML text are nested, read without building any of them.
///
/// XMLCoder builds and frees a tree by recursion: some ten thousand elements in one another, 70 kB,
/// end the process. AWS's answers are a dozen deep.
struct XMLDepth {
  private let bytes: [UInt8]
  private var at = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether no element that holds anything has more than `most - 1` around it. Never true for a deeper text, well
  /// formed or not; a text that is not well formed may be called deeper than it is.
  static func isWithin(_ most: Int, _ bytes: [UInt8]) -> Bool {
    var scan = XMLDepth(bytes)
    var depth = 0
    while let tag = scan.next() {
      switch tag {
      case .opening: depth += 1
      case .closing: depth = max(0, depth - 1)
      case .empty, .other: break
      }
      guard depth <= most else { return false }
    }
    return true
  }

  private enum Tag { case opening, closing, empty, other }

  /// The next thing that begins with "<"; nil at the end.
  private mutating func next() -> Tag? {
    while at < bytes.count, bytes[at] != UInt8(ascii: "<") { at += 1 }
    guard at < bytes.count else { return nil }
    if skip("<!--", to: "-->") || skip("<![CDATA[", to: "]]>") || skip("<?", to: "?>") {
      return .other
    }
    at += 1
    guard at < bytes.count else { return .opening }
    if bytes[at] == UInt8(ascii: "/") { return .closing }
    return skipTag() ? .empty : .opening
  }

  /// Moves behind the tag's ">", over quoted values; whether "/" stood before it.
  private mutating func skipTag() -> Bool {
    var quote: UInt8?
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: ">") {
        return bytes[at - 2] == UInt8(ascii: "/")
      }
    }
    return false
  }

  /// Moves behind `end` when `start` is here; to the end of the text when there is no `end`.
  private mutating func skip(_ start: String, to end: String) -> Bool {
    guard isHere(start) else { return false }
    at += start.utf8.count
    while at < bytes.count, !isHere(end) { at += 1 }
    at = min(bytes.count, at + end.utf8.count)
    return true
  }

  private func isHere(_ word: String) -> Bool {
    bytes[at...].starts(with: word.utf8)
  }
}
