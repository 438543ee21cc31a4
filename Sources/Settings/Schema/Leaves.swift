extension Leaf {
  /// Any text that is not empty.
  static func text(_ what: String) -> Leaf {
    Leaf(what: what, schema: .object([("type", .text("string")), ("minLength", .integer(1))])) {
      text, _ in text.isEmpty ? .refused("must not be empty") : .value(.text(text))
    }
  }

  /// One of a closed list of words.
  static func choice(_ words: [String]) -> Leaf {
    let list = words.joined(separator: ", ")
    let what = words.count == 1 ? "'\(list)'" : "one of \(list)"
    return Leaf(what: what, schema: .object([("enum", .list(words.map(JSON.text)))])) { text, _ in
      guard !words.contains(text) else { return .value(.text(text)) }
      let near = nearest(to: text, among: words).map { "did you mean '\($0)'?" }
      return .refused("must be \(what)", hint: near)
    }
  }

  /// `true` or `false`; not `yes`, `no`, `on`, `off`, which YAML 1.1 and 1.2 read differently.
  static let flag = Leaf(what: "true or false", schema: .object([("type", .text("boolean"))])) {
    text, quoted in
    guard !quoted, text == "true" || text == "false" else {
      return .refused("must be true or false")
    }
    return .value(.flag(text == "true"))
  }

  /// A whole number without sign, leading zero, exponent or separators: `0777` and `1e3` mean
  /// different numbers to different readers of YAML.
  static func count(_ range: ClosedRange<Int>) -> Leaf {
    let what =
      range.count == 1
      ? "\(range.lowerBound)"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    let schema = JSON.object([
      ("type", .text("integer")), ("minimum", .integer(range.lowerBound)),
      ("maximum", .integer(range.upperBound)),
    ])
    return Leaf(what: what, schema: schema) { text, quoted in
      guard !quoted, let number = plainNumber(text), range.contains(number) else {
        return .refused("must be \(what)")
      }
      return .value(.integer(number))
    }
  }

  /// A length of time with its unit, as "15s", "10m", "1h30m" or "500ms".
  static func duration(_ range: ClosedRange<Duration>) -> Leaf {
    let schema = pattern("^([0-9]+(ms|s|m|h|d))+$")
    return Leaf(what: "a duration such as 15s, 10m or 1h30m", schema: schema) { text, _ in
      if plainNumber(text) != nil { return .refused("needs a unit: write \(text)s or \(text)m") }
      guard let duration = parsedDuration(text) else {
        return .refused("is not a duration: write 15s, 10m or 1h30m (units ms, s, m, h, d)")
      }
      guard range.contains(duration) else {
        return .refused(
          "must be from \(writtenDuration(range.lowerBound)) to \(writtenDuration(range.upperBound))"
        )
      }
      return .value(.duration(duration))
    }
  }

  /// Dollars an hour, as "$1.861" or "$1.861/h"; exact to the nano-dollar.
  static let hourly = Leaf(
    what: "a price such as $1.861/h", schema: pattern("^\\$[0-9]+(\\.[0-9]{1,9})?(/h)?$")
  ) { text, _ in
    guard text.first == "$" else {
      return parsedDollars(text) != nil
        ? .refused("needs a unit: write $\(text)/h")
        : .refused("is not a price: write $1.861/h")
    }
    let amount = text.hasSuffix("/h") ? text.dropFirst().dropLast(2) : text.dropFirst()
    guard let nanos = parsedDollars(amount) else {
      return .refused("is not a price: write $1.861/h, with at most nine decimals")
    }
    return .value(.nanoDollars(nanos))
  }

  /// A number of nodes or a range of them: "4" or "0..6".
  static let nodes = Leaf(
    what: "a number of nodes or a range such as 0..6",
    schema: .object([
      (
        "anyOf",
        .list([
          .object([("type", .text("integer")), ("minimum", .integer(0))]),
          pattern("^[0-9]+\\.\\.[0-9]+$"),
        ])
      )
    ])
  ) { text, _ in
    if let number = plainNumber(text), number <= mostNodes { return .value(.range(number, number)) }
    let ends = text.split(separator: ".", omittingEmptySubsequences: false)
    guard ends.count == 3, ends[1].isEmpty, let low = plainNumber(String(ends[0])),
      let high = plainNumber(String(ends[2])), low <= mostNodes, high <= mostNodes
    else { return .refused("must be a number of nodes or a range such as 0..6") }
    guard low <= high else {
      return .refused("has its minimum above its maximum", hint: "did you mean '\(high)..\(low)'?")
    }
    return .value(.range(low, high))
  }

  /// "host:port"; an IPv6 address stands in brackets.
  static let hostPort = Leaf(
    what: "host:port", schema: pattern("^(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+):[0-9]{1,5}$")
  ) { text, _ in
    if let complaint = hostPortFault(text) { return .refused(complaint) }
    return .value(.text(text))
  }

  static func pattern(_ text: String) -> JSON {
    .object([("type", .text("string")), ("pattern", .text(text))])
  }

  /// The largest pool that can be asked for; beyond it is a slip of the keyboard.
  static let mostNodes = 100_000
}

/// Digits only, without a leading zero; nil for everything else.
func plainNumber(_ text: String) -> Int? {
  guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }),
    text == "0" || text.first != "0"
  else { return nil }
  return Int(text)
}

/// "1h30m" and the like: each unit once, the larger first; nil for everything else.
func parsedDuration(_ text: String) -> Duration? {
  let units: [(String, Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]
  var total: Int64 = 0
  var from = 0
  var rest = Substring(text)
  guard !rest.isEmpty else { return nil }
  while !rest.isEmpty {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    let letters = rest.dropFirst(digits.count).prefix { $0.isASCII && $0.isLetter }
    guard let number = Int64(digits),
      let unit = units.indices.first(where: { units[$0].0 == letters && $0 >= from })
    else { return nil }
    let (part, tooLong) = number.multipliedReportingOverflow(by: units[unit].1)
    let (sum, overflow) = total.addingReportingOverflow(part)
    guard !tooLong, !overflow else { return nil }
    total = sum
    from = unit + 1
    rest = rest.dropFirst(digits.count + letters.count)
  }
  return .milliseconds(total)
}

/// A duration as it would be written in the file.
func writtenDuration(_ duration: Duration) -> String {
  let (seconds, attoseconds) = duration.components
  let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
  for (name, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
  where milliseconds > 0 && milliseconds % Int64(size) == 0 {
    return "\(milliseconds / Int64(size))\(name)"
  }
  return "\(milliseconds)ms"
}
