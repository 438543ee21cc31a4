/// A JSON document whose keys keep the order they were given in.
public indirect enum JSONValue: Sendable, Hashable {
  case object([Member])
  case array([JSONValue])
  case string(String)
  case integer(Int64)
  /// A number with a fixed count of decimals: `digits` ÷ 10^`places`, exact.
  case decimal(digits: Int64, places: Int)
  case bool(Bool)
  case null

  /// One name and its value.
  public struct Member: Sendable, Hashable {
    public var name: String
    public var value: JSONValue
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// The document with two spaces a level, one member a line, and a last line break.
  public var text: String {
    var text = ""
    write(to: &text, level: 0)
    return text + "\n"
  }

  private func write(to text: inout String, level: Int) {
    switch self {
    case .object(let members):
      Self.write(members, "{", "}", to: &text, level: level) { member, text in
        Self.write(member.name, to: &text)
        text += ": "
        member.value.write(to: &text, level: level + 1)
      }
    case .array(let values):
      Self.write(values, "[", "]", to: &text, level: level) { value, text in
        value.write(to: &text, level: level + 1)
      }
    case .string(let string): Self.write(string, to: &text)
    case .integer(let number): text += String(number)
    case .decimal(let digits, let places): text += Self.decimal(digits, places)
    case .bool(let bool): text += bool ? "true" : "false"
    case .null: text += "null"
    }
  }

  private static func write<Item>(
    _ items: [Item], _ open: String, _ close: String, to text: inout String, level: Int,
    _ item: (Item, inout String) -> Void
  ) {
    guard !items.isEmpty else {
      text += open + close
      return
    }
    text += open
    for (index, value) in items.enumerated() {
      text += index == 0 ? "\n" : ",\n"
      text += String(repeating: "  ", count: level + 1)
      item(value, &text)
    }
    text += "\n" + String(repeating: "  ", count: level) + close
  }

  static func decimal(_ digits: Int64, _ places: Int) -> String {
    let text = String(digits.magnitude)
    let padded = String(repeating: "0", count: max(0, places + 1 - text.count)) + text
    let sign = digits < 0 ? "-" : ""
    guard places > 0 else { return sign + padded }
    return "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
  }

  /// RFC 8259 section 7. Beyond what it demands, DEL, the line separators and the marks HTML would
  /// read are escaped too: such a document is safe in a terminal and inside a page.
  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "<", ">", "&":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
