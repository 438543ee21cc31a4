import Foundation

/// A JSON value, as a fake cloud reads and writes it.
enum FakeAppsJSON: Sendable, Hashable, Codable {
  case null
  case truth(Bool)
  case number(Double)
  case text(String)
  case list([FakeAppsJSON])
  case object([String: FakeAppsJSON])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() { self = .null; return }
    if let truth = try? value.decode(Bool.self) { self = .truth(truth); return }
    if let number = try? value.decode(Double.self) { self = .number(number); return }
    if let text = try? value.decode(String.self) { self = .text(text); return }
    if let list = try? value.decode([FakeAppsJSON].self) { self = .list(list); return }
    self = .object(try value.decode([String: FakeAppsJSON].self))
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .null: try value.encodeNil()
    case .truth(let truth): try value.encode(truth)
    case .number(let number):
      // botocore reads an integer member as int(): 2.0 would be refused there.
      if let whole = Int64(exactly: number) {
        try value.encode(whole)
      } else {
        try value.encode(number)
      }
    case .text(let text): try value.encode(text)
    case .list(let list): try value.encode(list)
    case .object(let fields): try value.encode(fields)
    }
  }

  /// nil when the bytes are no JSON.
  init?(bytes: [UInt8]) {
    guard let value = try? JSONDecoder().decode(FakeAppsJSON.self, from: Data(bytes)) else {
      return nil
    }
    self = value
  }

  var bytes: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { Array($0) } ?? []
  }

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var number: Double? { if case .number(let number) = self { number } else { nil } }
  var list: [FakeAppsJSON]? { if case .list(let list) = self { list } else { nil } }
  var fields: [String: FakeAppsJSON]? { if case .object(let fields) = self { fields } else { nil } }
}

extension FakeAppsJSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral value: String) { self = .text(value) }
  init(integerLiteral value: Int) { self = .number(Double(value)) }
  init(booleanLiteral value: Bool) { self = .truth(value) }
  init(arrayLiteral elements: FakeAppsJSON...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, FakeAppsJSON)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
}

/// What an API refuses, in its own words.
struct FakeRefusal: Error, Sendable {
  var code: String
  var message: String
  var status = 400

  static func validation(_ message: String) -> FakeRefusal {
    FakeRefusal(code: "ValidationException", message: message)
  }
}

/// The members of a request. Every one has to be taken by someone: what is left over is refused.
struct FakeFields: Sendable {
  private var left: [String: FakeAppsJSON]

  init(_ value: FakeAppsJSON) throws(FakeRefusal) {
    guard let fields = value.fields else {
      throw FakeRefusal(code: "SerializationException", message: "Start of structure expected")
    }
    left = fields
  }

  mutating func take(_ name: String) -> FakeAppsJSON? { left.removeValue(forKey: name) }

  mutating func text(_ name: String) throws(FakeRefusal) -> String? {
    guard let value = take(name) else { return nil }
    guard let text = value.text else { throw Self.wrongType(name, "string") }
    return text
  }

  mutating func number(_ name: String) throws(FakeRefusal) -> Int? {
    guard let value = take(name) else { return nil }
    guard let number = value.number, let whole = Int(exactly: number) else {
      throw Self.wrongType(name, "integer")
    }
    return whole
  }

  mutating func list(_ name: String) throws(FakeRefusal) -> [FakeAppsJSON]? {
    guard let value = take(name) else { return nil }
    guard let list = value.list else { throw Self.wrongType(name, "list") }
    return list
  }

  mutating func needed(_ name: String) throws(FakeRefusal) -> String {
    guard let text = try text(name) else {
      throw .validation(
        "1 validation error detected: Value at '\(name)' failed to satisfy constraint: "
          + "Member must not be null")
    }
    return text
  }

  /// Throws for the first member that nobody asked for.
  func end() throws(FakeRefusal) {
    guard let name = left.keys.min() else { return }
    throw FakeRefusal(code: "SerializationException", message: "Unknown member \(name)")
  }

  private static func wrongType(_ name: String, _ type: String) -> FakeRefusal {
    FakeRefusal(code: "SerializationException", message: "\(name) is not a \(type)")
  }
}

/// A part of a list and where the next one begins.
struct FakePage<Item> {
  var items: [Item]
  var next: FakeAppsJSON?

  /// `token` is an offset as this type wrote it; another one is refused with `code`.
  init(
    of all: [Item], size: Int, after token: String?, refusing code: String = "ValidationException"
  ) throws(FakeRefusal) {
    let start = try token.map { token throws(FakeRefusal) in
      guard token.hasPrefix("from-"), let start = Int(token.dropFirst(5)), start >= 0 else {
        throw FakeRefusal(code: code, message: "The token '\(token)' is invalid")
      }
      return start
    }
    let begin = min(start ?? 0, all.count)
    let end = min(begin + size, all.count)
    items = Array(all[begin..<end])
    next = end < all.count ? .text("from-\(end)") : nil
  }
}
