/// A JSON value to be sent: the same value gives the same bytes, its names sorted.
enum AWSJSON: Sendable, Hashable {
  case text(String)
  case number(Int64)
  /// Finite.
  case decimal(Double)
  case truth(Bool)
  case list([AWSJSON])
  case object([String: AWSJSON])

  /// The document on the wire.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(into: &bytes)
    return bytes
  }

  /// The document for people: two spaces a level, one item a line.
  var indented: String { text(at: 0) }

  private func text(at depth: Int) -> String {
    let parts: (open: String, items: [String], close: String)
    switch self {
    case .list(let items): parts = ("[", items.map { $0.text(at: depth + 1) }, "]")
    case .object(let fields):
      let lines = fields.sorted { $0.key < $1.key }.map { field in
        String(decoding: AWSJSON.text(field.key).bytes, as: UTF8.self) + ": "
          + field.value.text(at: depth + 1)
      }
      parts = ("{", lines, "}")
    default: return String(decoding: bytes, as: UTF8.self)
    }
    guard !parts.items.isEmpty else { return parts.open + parts.close }
    let margin = "\n" + String(repeating: "  ", count: depth)
    let inside = parts.items.map { margin + "  " + $0 }.joined(separator: ",")
    return parts.open + inside + margin + parts.close
  }

  private func write(into bytes: inout [UInt8]) {
    switch self {
    case .text(let text): Self.quote(text, into: &bytes)
    case .number(let number): bytes += Array(String(number).utf8)
    case .decimal(let number): bytes += Array("\(number)".utf8)
    case .truth(let truth): bytes += Array((truth ? "true" : "false").utf8)
    case .list(let items):
      Self.wrap("[", items, "]", into: &bytes) { item, bytes in item.write(into: &bytes) }
    case .object(let fields):
      let sorted = fields.sorted { $0.key < $1.key }
      Self.wrap("{", sorted, "}", into: &bytes) { field, bytes in
        Self.quote(field.key, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        field.value.write(into: &bytes)
      }
    }
  }

  private static func wrap<Item>(
    _ open: Unicode.Scalar, _ items: [Item], _ close: Unicode.Scalar, into bytes: inout [UInt8],
    _ write: (Item, inout [UInt8]) -> Void
  ) {
    bytes.append(UInt8(ascii: open))
    for (index, item) in items.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      write(item, &bytes)
    }
    bytes.append(UInt8(ascii: close))
  }

  private static func quote(_ text: String, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        bytes += Array(("\\u00" + (digits.count < 2 ? "0" : "") + digits).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension AWSJSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  init(stringLiteral value: String) { self = .text(value) }
  init(integerLiteral value: Int64) { self = .number(value) }
  init(floatLiteral value: Double) { self = .decimal(value) }
  init(booleanLiteral value: Bool) { self = .truth(value) }
  init(arrayLiteral elements: AWSJSON...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, AWSJSON)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
}
