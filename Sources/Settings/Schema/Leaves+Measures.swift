extension Leaf {
  /// A share of a whole: "90%" or the fraction "0.9".
  static let share = Leaf(
    what: "a share such as 90% or 0.9",
    schema: .object([
      (
        "anyOf",
        .list([
          .object([
            ("type", .text("number")), ("minimum", .integer(0)), ("maximum", .integer(1)),
          ]),
          pattern("^[0-9]+(\\.[0-9]+)?%$"),
        ])
      )
    ])
  ) { text, _ in
    let percent = text.last == "%"
    guard let number = plainDecimal(percent ? text.dropLast() : Substring(text)) else {
      return .refused("is not a share: write 90% or 0.9")
    }
    let share = percent ? number / 100 : number
    guard share <= 1 else {
      let hint = percent ? nil : "did you mean '\(text)%'?"
      return .refused("must be from 0% to 100%", hint: hint)
    }
    return .value(.number(share))
  }

  /// A bare factor of at least one.
  static let factor = Leaf(
    what: "a factor such as 1.10",
    schema: .object([
      ("type", .text("number")), ("minimum", .integer(1)), ("maximum", .integer(100)),
    ])
  ) { text, _ in
    guard let number = plainDecimal(text[...]), (1...100).contains(number) else {
      return .refused("must be a factor from 1 to 100")
    }
    return .value(.number(number))
  }

  /// A number with one of the units, given with how many of the base unit each is.
  static func measure(_ units: [(name: String, size: Double)], example: String) -> Leaf {
    let names = units.map(\.name)
    let escaped = names.map { $0.replacing("/", with: "\\/") }.joined(separator: "|")
    return Leaf(what: example, schema: pattern("^[0-9]+(\\.[0-9]+)?(\(escaped))$")) { text, _ in
      let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      let unit = text.dropFirst(digits.count)
      guard let number = plainDecimal(digits) else {
        return .refused("is not a quantity: write \(example)")
      }
      guard !unit.isEmpty else { return .refused("needs a unit: write \(text)\(names[0])") }
      guard let size = units.first(where: { $0.name == unit })?.size else {
        return .refused("has an unknown unit '\(unit)': use \(names.joined(separator: ", "))")
      }
      return .value(.number(number * size))
    }
  }

  static let percent = measure([("%", 1)], example: "3%")
  static let watts = measure([("W", 1)], example: "5W")
  static let bytesPerSecond = measure(
    [("MB/s", 1_000_000), ("kB/s", 1000), ("GB/s", 1_000_000_000)], example: "5MB/s")
  static let mebibytes = measure([("MiB", 1), ("GiB", 1024)], example: "1024MiB")
  static let bytes = measure(
    [("MiB", 1_048_576), ("KiB", 1024), ("GiB", 1_073_741_824)], example: "8MiB")
}

/// Digits with at most one point and nothing else: no sign, exponent, infinity or NaN.
func plainDecimal(_ text: Substring) -> Double? {
  let parts = text.split(separator: ".", omittingEmptySubsequences: false)
  guard (1...2).contains(parts.count), text.count <= 20,
    parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } })
  else { return nil }
  return Double(text)
}
