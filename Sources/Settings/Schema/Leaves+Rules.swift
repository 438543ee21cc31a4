extension Leaf {
  /// A number above zero.
  static let positive = Leaf(
    what: "a number above 0 such as 4 or 2.5",
    schema: .object([
      ("type", .text("number")), ("exclusiveMinimum", .integer(0)),
      ("maximum", .integer(1_000_000)),
    ])
  ) { text, quoted in
    guard !quoted, let number = plainDecimal(text[...]), number > 0, number <= 1_000_000 else {
      return .refused("must be a number above 0, at most 1000000")
    }
    return .value(.number(number))
  }

  /// A share of a whole that is not nothing.
  static let positiveShare = share.refusing("must be above 0%") { $0 > 0 }

  /// A share of a month's money, which can be overspent: up to 200%.
  static let budgetShare = Leaf(
    what: "a share such as 80% or 1.1",
    schema: .object([
      (
        "anyOf",
        .list([
          .object([
            ("type", .text("number")), ("exclusiveMinimum", .integer(0)),
            ("maximum", .integer(2)),
          ]),
          pattern("^[0-9]+(\\.[0-9]+)?%$"),
        ])
      )
    ])
  ) { text, _ in
    let percent = text.last == "%"
    guard let number = plainDecimal(percent ? text.dropLast() : Substring(text)) else {
      return .refused("is not a share: write 80% or 1.1")
    }
    let share = percent ? number / 100 : number
    guard share > 0, share <= 2 else {
      let hint = !percent && number <= 200 && number > 2 ? "did you mean '\(text)%'?" : nil
      return .refused("must be above 0% and at most 200%", hint: hint)
    }
    return .value(.number(share))
  }

  /// The same leaf without some of its numbers. The JSON Schema stays the wider one.
  private func refusing(
    _ why: String, unless holds: @escaping @Sendable (Double) -> Bool
  ) -> Leaf {
    let inner = read
    return Leaf(what: what, schema: schema) { text, quoted in
      let answer = inner(text, quoted)
      guard case .value(.number(let number)) = answer, !holds(number) else { return answer }
      return .refused(why)
    }
  }

  /// Dollars a month or a day, as "$30000" or "$30000/month".
  static func money(per unit: String, example: String) -> Leaf {
    let written = "\(example)/\(unit)"
    return Leaf(
      what: "an amount such as \(written)",
      schema: pattern("^\\$[0-9]+(\\.[0-9]{1,9})?(/\(unit))?$")
    ) { text, _ in
      guard text.first == "$" else {
        return parsedDollars(text) != nil
          ? .refused("needs a unit: write $\(text)/\(unit)")
          : .refused("is not an amount: write \(written)")
      }
      let suffix = "/\(unit)"
      let amount = text.dropFirst().dropLast(text.hasSuffix(suffix) ? suffix.count : 0)
      guard let nanos = parsedDollars(amount) else {
        return .refused("is not an amount: write \(written), with at most nine decimals")
      }
      return .value(.nanoDollars(nanos))
    }
  }

  /// A price for a node, or for each of its GPUs.
  static let nodePrice = Leaf(
    what: "a price such as $24/h for a node, or $3/gpu-h",
    schema: pattern("^\\$[0-9]+(\\.[0-9]{1,9})?(/h|/gpu-h)$")
  ) { text, _ in
    let each = text.hasSuffix("/gpu-h")
    let dollars = text.dropLast(each ? 6 : text.hasSuffix("/h") ? 2 : 0)
    let amount = dollars.first == "$" ? dollars.dropFirst() : dollars
    guard let nanos = parsedDollars(amount) else {
      return .refused("is not a price: write $24/h for a node, or $3/gpu-h")
    }
    guard dollars.first == "$", dollars.count < text.count else {
      return .refused("needs a unit: write $\(amount)/h for a node, or $3/gpu-h")
    }
    return .value(each ? .nanoDollarsEach(nanos) : .nanoDollars(nanos))
  }

  /// A number of nodes or a share of the pool.
  static let nodesOrShare = Leaf(
    what: "a number of nodes or a share such as 10%",
    schema: .object([
      (
        "anyOf",
        .list([
          .object([("type", .text("integer")), ("minimum", .integer(0))]),
          pattern("^[0-9]+(\\.[0-9]+)?%$"),
        ])
      )
    ])
  ) { text, quoted in
    if text.last == "%" { return share.read(text, quoted) }
    guard let number = plainNumber(text), number <= mostNodes else {
      return .refused("must be a number of nodes or a share such as 10%")
    }
    return .value(.integer(number))
  }
}
