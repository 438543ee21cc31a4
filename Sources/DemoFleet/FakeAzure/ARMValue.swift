import Foundation

/// A JSON value as the fake Resource Manager reads and writes it.
enum ARMValue: Sendable, Hashable, Decodable {
  case null
  case bool(Bool)
  case int(Int)
  /// A number as its digits, so that a price is written as it was set.
  case digits(String)
  case text(String)
  case list([ARMValue])
  case object([String: ARMValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .int(value)
    } else if let value = try? container.decode(Double.self) {
      self = .digits("\(value)")
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([ARMValue].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: ARMValue].self))
    }
  }

  /// nil for what is not JSON.
  init?(json bytes: [UInt8]) {
    guard let value = try? JSONDecoder().decode(ARMValue.self, from: Data(bytes)) else {
      return nil
    }
    self = value
  }

  subscript(path: String...) -> ARMValue? {
    var value = self
    for name in path {
      guard case .object(let members) = value, let next = members[name] else { return nil }
      value = next
    }
    return value
  }

  var string: String? { if case .text(let text) = self { text } else { nil } }
  var number: Int? { if case .int(let number) = self { number } else { nil } }
  var items: [ARMValue] { if case .list(let items) = self { items } else { [] } }
  var members: [String: ARMValue] { if case .object(let members) = self { members } else { [:] } }

  /// Texts by name, for tags.
  var texts: [String: String] { members.compactMapValues(\.string) }

  /// The bytes, names sorted.
  var json: [UInt8] { Array(written.utf8) }

  private var written: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .int(let value): "\(value)"
    case .digits(let value): value
    case .text(let value): Self.quoted(value)
    case .list(let items): "[" + items.map(\.written).joined(separator: ",") + "]"
    case .object(let members):
      "{"
        + members.sorted { $0.key < $1.key }.map { Self.quoted($0.key) + ":" + $0.value.written }
        .joined(separator: ",") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\u{0}"..."\u{1F}":
        "\\u" + String(repeating: "0", count: scalar.value < 16 ? 3 : 2)
          + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    return "\"" + scalars.joined() + "\""
  }
}

extension ARMValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
  init(stringLiteral value: String) { self = .text(value) }
  init(integerLiteral value: Int) { self = .int(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(arrayLiteral elements: ARMValue...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, ARMValue)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
  init(_ texts: [String: String]) { self = .object(texts.mapValues { .text($0) }) }
}
