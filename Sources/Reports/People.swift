public import FleetModel

/// Amounts and times as people read them; exact figures are in the JSON.
public enum People {
  /// "$97,480", "$12.34", "<$0.01"; whole dollars from a thousand on, rounded half up.
  public static func money(_ money: Money) -> String {
    let sign = money.nanos < 0 ? "-" : ""
    let nanos = money.nanos.magnitude
    if nanos == 0 { return "$0.00" }
    if nanos < 5_000_000 { return sign.isEmpty ? "<$0.01" : "-<$0.01" }
    let cents = (nanos + 5_000_000) / 10_000_000
    guard cents >= 100_000 else {
      return "\(sign)$\(cents / 100).\(padded(cents % 100))"
    }
    return "\(sign)$\(grouped((nanos + 500_000_000) / 1_000_000_000))"
  }

  /// "$55.04"; below ten dollars with up to four decimals, because small machines are priced so.
  public static func rate(_ rate: HourlyRate) -> String {
    guard rate.perHour < .dollars(10) else { return money(rate.perHour) }
    let tenThousandths = (rate.perHour.nanos.magnitude + 50_000) / 100_000
    var decimals = String(tenThousandths % 10_000)
    decimals = String(repeating: "0", count: 4 - decimals.count) + decimals
    while decimals.count > 2 && decimals.last == "0" { decimals.removeLast() }
    return "$\(tenThousandths / 10_000).\(decimals)"
  }

  /// "1,234" from a hundred hours on, else "12.3".
  public static func hours(_ microseconds: Int64) -> String {
    let tenths = (microseconds.magnitude + 180_000_000) / 360_000_000
    return tenths >= 1000 ? grouped((tenths + 5) / 10) : "\(tenths / 10).\(tenths % 10)"
  }

  /// "1 node", "24 nodes".
  public static func count(_ number: Int, _ noun: String) -> String {
    "\(grouped(UInt64(number.magnitude))) \(noun)\(number == 1 ? "" : "s")"
  }

  /// "2026-11-21".
  public static func day(_ moment: Timestamp) -> String { String(moment.description.prefix(10)) }

  /// "2026-11-21 09:00".
  public static func minute(_ moment: Timestamp) -> String {
    let text = moment.description
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
  }

  /// A foreign name: control characters, escapes, direction marks and line breaks become "?".
  ///
  /// Names come from tags and configuration, and whoever may tag a machine could otherwise write
  /// to the terminal of whoever reads the report, or turn the order of a page's letters around.
  public static func name(_ text: String, onlyASCII: Bool = false) -> String {
    var clean = ""
    for scalar in text.unicodeScalars {
      let shown = isPrintable(scalar) && (!onlyASCII || scalar.isASCII)
      clean.unicodeScalars.append(shown ? scalar : "?")
    }
    return clean
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      false
    default: true
    }
  }

  static func grouped(_ number: UInt64) -> String {
    var text = ""
    for (index, digit) in String(number).reversed().enumerated() {
      if index > 0 && index % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  private static func padded(_ number: UInt64) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
