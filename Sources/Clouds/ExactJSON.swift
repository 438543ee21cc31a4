import CostModel
import FleetModel

/// A JSON document (RFC 8259) whose numbers keep the digits they were written with, so that an
/// amount of money never passes through binary floating point.
enum ExactJSON: Sendable, Hashable {
  case null
  case bool(Bool)
  /// As it was written, "1.10", "4e-05".
  case number(String)
  case string(String)
  case array([ExactJSON])
  /// A name that is given twice has its last value.
  case object([String: ExactJSON])

  /// nil when the bytes are no JSON document, or one nested deeper than 64.
  init?(_ bytes: [UInt8]) {
    var reader = ExactJSONReader(bytes)
    guard let value = reader.document() else { return nil }
    self = value
  }

  /// The member of that name; null where there is none, or this is no object.
  subscript(name: String) -> ExactJSON {
    guard case .object(let members) = self else { return .null }
    return members[name] ?? .null
  }

  var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// A whole number; nil for anything with a fraction or an exponent.
  var int: Int? {
    guard case .number(let text) = self else { return nil }
    return Int(text)
  }

  var double: Double? {
    guard case .number(let text) = self else { return nil }
    return Double(text)
  }

  var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  var array: [ExactJSON]? {
    guard case .array(let values) = self else { return nil }
    return values
  }

  var object: [String: ExactJSON]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  /// An amount in US dollars, rounded half away from zero to whole nano-dollars; nil when it is no
  /// number or too large.
  var money: Money? {
    guard case .number(let text) = self else { return nil }
    return PriceText(text)?.money
  }
}
