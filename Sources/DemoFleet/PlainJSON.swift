import Foundation

/// A JSON value, for fakes that read and write JSON.
enum PlainJSON: Sendable, Hashable, Codable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case array([PlainJSON])
  case object([String: PlainJSON])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let int = try? value.decode(Int.self) {
      self = .int(int)
    } else if let double = try? value.decode(Double.self) {
      self = .double(double)
    } else if let text = try? value.decode(String.self) {
      self = .string(text)
    } else if let values = try? value.decode([PlainJSON].self) {
      self = .array(values)
    } else {
      self = .object(try value.decode([String: PlainJSON].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .null: try value.encodeNil()
    case .bool(let bool): try value.encode(bool)
    case .int(let int): try value.encode(int)
    case .double(let double): try value.encode(double)
    case .string(let text): try value.encode(text)
    case .array(let values): try value.encode(values)
    case .object(let members): try value.encode(members)
    }
  }

  /// nil when the bytes are no JSON.
  init?(_ bytes: [UInt8]) {
    guard let value = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else { return nil }
    self = value
  }

  /// The bytes, names in order.
  var bytes: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { Array($0) } ?? []
  }

  /// The member of that name; null where there is none.
  subscript(name: String) -> PlainJSON {
    get { object?[name] ?? .null }
    set {
      var members = object ?? [:]
      members[name] = newValue
      self = .object(members)
    }
  }

  var object: [String: PlainJSON]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  var array: [PlainJSON]? {
    guard case .array(let values) = self else { return nil }
    return values
  }

  var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  var int: Int? {
    guard case .int(let int) = self else { return nil }
    return int
  }

  /// A number of either kind.
  var number: Double? {
    switch self {
    case .int(let int): Double(int)
    case .double(let double): double
    default: nil
    }
  }
}

extension PlainJSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral value: String) { self = .string(value) }
  init(integerLiteral value: Int) { self = .int(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(arrayLiteral elements: PlainJSON...) { self = .array(elements) }
  init(dictionaryLiteral elements: (String, PlainJSON)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
}
