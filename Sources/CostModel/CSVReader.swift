/// Rows of comma-separated values (RFC 4180), one at a time.
///
/// Lines end with CRLF or LF; fields in double quotes may hold commas, line ends and doubled quotes.
/// A byte order mark is passed over, and so are empty lines. Bytes that are no UTF-8 become U+FFFD in
/// their field. How many fields a row has is for the caller to judge.
struct CSVReader {
  struct Row: Equatable {
    var fields: [String]
    /// Where it begins, from 1.
    var line: Int
  }

  /// Text that is not comma-separated values; what follows cannot be trusted.
  struct Fault: Error, Equatable, CustomStringConvertible {
    var line: Int
    var what: String
    var description: String { "line \(line): \(what)" }
  }

  private let bytes: [UInt8]
  private var position: Int
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let newline = UInt8(ascii: "\n")
  private static let carriage = UInt8(ascii: "\r")

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The next row; nil at the end of the text.
  mutating func next() throws(Fault) -> Row? {
    while takeLineEnd() {}
    guard position < bytes.count else { return nil }
    var row = Row(fields: [], line: line)
    repeat { row.fields.append(try field()) } while takeComma()
    guard takeLineEnd() || position == bytes.count else {
      throw Fault(line: line, what: "text after a closing quote")
    }
    return row
  }

  private mutating func field() throws(Fault) -> String {
    guard position < bytes.count, bytes[position] == Self.quote else { return try plainField() }
    return try quotedField()
  }

  private mutating func plainField() throws(Fault) -> String {
    let start = position
    while position < bytes.count, bytes[position] != Self.comma, !isLineEnd(at: position) {
      guard bytes[position] != Self.quote else {
        throw Fault(line: line, what: "a quote inside a field that does not begin with one")
      }
      position += 1
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func quotedField() throws(Fault) -> String {
    let opened = line
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == Self.quote {
        guard position < bytes.count, bytes[position] == Self.quote else {
          return String(decoding: content, as: UTF8.self)
        }
        position += 1
      }
      if byte == Self.newline { line += 1 }
      content.append(byte)
    }
    throw Fault(line: opened, what: "a quote that is never closed")
  }

  private mutating func takeComma() -> Bool {
    guard position < bytes.count, bytes[position] == Self.comma else { return false }
    position += 1
    return true
  }

  private func isLineEnd(at index: Int) -> Bool {
    bytes[index] == Self.newline
      || (bytes[index] == Self.carriage && index + 1 < bytes.count
        && bytes[index + 1] == Self.newline)
  }

  private mutating func takeLineEnd() -> Bool {
    guard position < bytes.count, isLineEnd(at: position) else { return false }
    position += bytes[position] == Self.carriage ? 2 : 1
    line += 1
    return true
  }
}
