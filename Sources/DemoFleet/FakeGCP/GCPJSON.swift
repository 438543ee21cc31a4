import Foundation

/// A JSON value, for what the fake Compute Engine reads and writes.
enum GCPJSON: Sendable, Hashable, Codable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral
{
  case null
  case bool(Bool)
  case int(Int)
  case number(Double)
  case string(String)
  case list([GCPJSON])
  case object([String: GCPJSON])

  init(stringLiteral value: String) { self = .string(value) }
  init(integerLiteral value: Int) { self = .int(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(arrayLiteral elements: GCPJSON...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, GCPJSON)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }

  init(from decoder: any Decoder) throws {
    let box = try decoder.singleValueContainer()
    if box.decodeNil() {
      self = .null
    } else if let value = try? box.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? box.decode(Int.self) {
      self = .int(value)
    } else if let value = try? box.decode(Double.self) {
      self = .number(value)
    } else if let value = try? box.decode(String.self) {
      self = .string(value)
    } else if let value = try? box.decode([GCPJSON].self) {
      self = .list(value)
    } else {
      self = .object(try box.decode([String: GCPJSON].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var box = encoder.singleValueContainer()
    switch self {
    case .null: try box.encodeNil()
    case .bool(let value): try box.encode(value)
    case .int(let value): try box.encode(value)
    case .number(let value): try box.encode(value)
    case .string(let value): try box.encode(value)
    case .list(let value): try box.encode(value)
    case .object(let value): try box.encode(value)
    }
  }

  init?(_ bytes: [UInt8]) {
    guard let value = try? JSONDecoder().decode(GCPJSON.self, from: Data(bytes)) else { return nil }
    self = value
  }

  var bytes: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return (try? encoder.encode(self)).map(Array.init) ?? []
  }

  subscript(name: String) -> GCPJSON? {
    guard case .object(let members) = self else { return nil }
    return members[name]
  }

  var text: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  var items: [GCPJSON] {
    guard case .list(let value) = self else { return [] }
    return value
  }

  /// A map of texts, such as labels.
  var texts: [String: String] {
    guard case .object(let members) = self else { return [:] }
    return members.compactMapValues(\.text)
  }

  static func texts(_ map: [String: String]) -> GCPJSON {
    .object(map.mapValues { .string($0) })
  }

  /// Without the members that are nil.
  static func filled(_ members: [String: GCPJSON?]) -> GCPJSON {
    .object(members.compactMapValues(\.self))
  }
}
