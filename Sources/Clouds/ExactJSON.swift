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
    return Money(jsonNumber: text)
  }
}

extension Money {
  /// Reads a JSON number of dollars exactly, its exponent included.
  init?(jsonNumber text: String) {
    let halves = text.split(whereSeparator: { $0 == "e" || $0 == "E" })
    guard let mantissa = halves.first, halves.count <= 2,
      let exponent = halves.count == 2 ? Int(halves[1]) : 0, abs(exponent) <= 40
    else { return nil }
    let negative = mantissa.first == "-"
    let parts = mantissa.drop { $0 == "-" }.split(
      separator: ".", omittingEmptySubsequences: false)
    guard let whole = parts.first, parts.count <= 2 else { return nil }
    let fraction = parts.count == 2 ? parts[1] : ""
    let digits = (whole + fraction).drop { $0 == "0" }
    guard digits.count <= 36, let amount = digits.isEmpty ? 0 : Int128(digits) else { return nil }
    // digits × 10^(9 + exponent − fraction) nano-dollars.
    let shift = 9 + exponent - fraction.count
    guard let nanos = Self.shifted(amount, by: shift), let fits = Int64(exactly: nanos)
    else { return nil }
    self.init(nanos: negative ? -fits : fits)
  }

  private static func shifted(_ amount: Int128, by places: Int) -> Int128? {
    guard amount != 0 else { return 0 }
    guard places < 0 else {
      return (0..<places).reduce(Optional(amount)) { value, _ in
        guard let (product, overflow) = value?.multipliedReportingOverflow(by: 10), !overflow
        else { return nil }
        return product
      }
    }
    guard places >= -37 else { return 0 }
    let divisor = (0..<(-places)).reduce(Int128(1)) { power, _ in power * 10 }
    let (quotient, remainder) = amount.quotientAndRemainder(dividingBy: divisor)
    return quotient + (remainder * 2 >= divisor ? 1 : 0)
  }
}
