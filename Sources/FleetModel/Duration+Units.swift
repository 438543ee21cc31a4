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
