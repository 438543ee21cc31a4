extension Duration {
  /// Whole microseconds; a part of a microsecond is cut.
  public var microseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }

  /// Seconds with their fraction, for rates and for people; not for money.
  public var inSeconds: Double { Double(microseconds) / 1_000_000 }

  public static func minutes(_ minutes: Int64) -> Duration { .seconds(minutes * 60) }
  public static func hours(_ hours: Int64) -> Duration { .seconds(hours * 3600) }
  public static func days(_ days: Int64) -> Duration { .hours(days * 24) }

  /// The two largest units, as "2d 3h", "14m 5s" or "0s"; for people.
  public var brief: String {
    let total = components.seconds
    let sign = total < 0 ? "-" : ""
    let units: [(String, Int64)] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]
    var left = Int64(total.magnitude)
    var words: [String] = []
    for (name, size) in units {
      let count = left / size
      left %= size
      if count > 0 || (name == "s" && words.isEmpty) { words.append("\(count)\(name)") }
      if words.count == 2 { break }
    }
    return sign + words.joined(separator: " ")
  }
}

extension Duration {
  /// Reads "250ms", "30s", "15m", "6h", "7d" or "1h30m"; nil for anything else.
  ///
  /// A unit is required: a bare 30 has been taken for minutes by one and seconds by another.
  public init?(words: some StringProtocol) {
    var total: Int64 = 0
    var number = ""
    var rest = Substring(words)
    guard !rest.isEmpty else { return nil }
    while let character = rest.first {
      if character.isASCII, character.isNumber {
        number.append(character)
        rest.removeFirst()
        continue
      }
      guard let count = Int64(number), let (unit, length) = Self.unit(rest) else { return nil }
      let (part, tooLong) = count.multipliedReportingOverflow(by: unit)
      let (sum, overflow) = total.addingReportingOverflow(part)
      guard !tooLong, !overflow else { return nil }
      total = sum
      number = ""
      rest = rest.dropFirst(length)
    }
    guard number.isEmpty else { return nil }
    self = .microseconds(total)
  }

  private static func unit(_ text: Substring) -> (microseconds: Int64, length: Int)? {
    if text.hasPrefix("ms") { return (1000, 2) }
    switch text.first {
    case "s": return (1_000_000, 1)
    case "m": return (60_000_000, 1)
    case "h": return (3_600_000_000, 1)
    case "d": return (86_400_000_000, 1)
    default: return nil
    }
  }
}
