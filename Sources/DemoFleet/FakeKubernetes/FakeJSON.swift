import Foundation

/// A JSON document as a value, for an API whose objects are kept as they were sent.
indirect enum FakeJSON: Sendable, Hashable {
  case null
  case bool(Bool)
  case number(Int64)
  case decimal(Double)
  case text(String)
  case list([FakeJSON])
  case object([String: FakeJSON])

  init?(_ bytes: [UInt8]) {
    guard let value = try? JSONDecoder().decode(FakeJSON.self, from: Data(bytes)) else {
      return nil
    }
    self = value
  }

  /// Keys in their order, so that the same document has the same bytes.
  var bytes: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { Array($0) } ?? []
  }

  subscript(_ path: String...) -> FakeJSON? {
    get { at(path[...]) }
    set { put(newValue, at: path[...]) }
  }

  private func at(_ path: ArraySlice<String>) -> FakeJSON? {
    guard let key = path.first else { return self }
    guard case .object(let members) = self else { return nil }
    return members[key]?.at(path.dropFirst())
  }

  private mutating func put(_ value: FakeJSON?, at path: ArraySlice<String>) {
    guard let key = path.first else { return }
    var members = object ?? [:]
    if path.count == 1 {
      members[key] = value
    } else {
      var inner = members[key] ?? .object([:])
      inner.put(value, at: path.dropFirst())
      members[key] = inner
    }
    self = .object(members)
  }

  var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  var number: Int? {
    switch self {
    case .number(let number): Int(number)
    case .text(let text): Int(text)
    default: nil
    }
  }

  var bool: Bool? {
    guard case .bool(let bool) = self else { return nil }
    return bool
  }

  var list: [FakeJSON] {
    guard case .list(let items) = self else { return [] }
    return items
  }

  var object: [String: FakeJSON]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  /// The members that are texts.
  var texts: [String: String] { (object ?? [:]).compactMapValues(\.text) }

  static func texts(_ texts: [String: String]) -> FakeJSON {
    .object(texts.mapValues { .text($0) })
  }
}

extension FakeJSON: Codable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .number(value)
    } else if let value = try? container.decode(Double.self) {
      self = .decimal(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([FakeJSON].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: FakeJSON].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .decimal(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}

extension FakeJSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral value: String) { self = .text(value) }
  init(integerLiteral value: Int64) { self = .number(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(arrayLiteral elements: FakeJSON...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, FakeJSON)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { first, _ in first }))
  }
}
