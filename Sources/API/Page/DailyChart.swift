import CostModel
import FleetModel
import Reports

/// Stacked bars of what each day cost, as an inline SVG; what it holds is numbers and dates of ours.
struct DailyChart {
  var days: [FleetReport.DayLine]

  private static let width = 720.0
  private static let height = 150.0
  /// Room for the dates below and the amounts at the left.
  private static let foot = 18.0
  private static let side = 54.0

  var svg: String {
    let top = Self.ceiling(days.map(\.spend.effective.nanos).max() ?? 0)
    var parts = [
      "<svg viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height + Self.foot))\" role=\"img\" "
        + "aria-label=\"Spend by day\" preserveAspectRatio=\"xMidYMid meet\">"
    ]
    for share in [0.0, 0.5, 1.0] { parts.append(gridLine(share, top)) }
    for index in days.indices { parts.append(bar(index, top)) }
    parts += dates
    parts.append("</svg>")
    return parts.joined(separator: "\n")
  }

  private var step: Double { (Self.width - Self.side) / Double(max(1, days.count)) }

  private func gridLine(_ share: Double, _ top: Int64) -> String {
    let y = Self.height - share * (Self.height - 8)
    let amount = Money(nanos: Int64((Double(top) * share).rounded()))
    return "<line class=\"grid\" x1=\"\(Self.side)\" x2=\"\(Self.width)\" y1=\"\(y)\" y2=\"\(y)\"/>"
      + "<text x=\"\(Self.side - 6)\" y=\"\(y + 4)\" text-anchor=\"end\">"
      + "\(Self.short(amount))</text>"
  }

  private func bar(_ index: Int, _ top: Int64) -> String {
    let day = days[index]
    let x = Self.side + Double(index) * step + step * 0.12
    let width = min(40, step * 0.76)
    let spend = day.spend
    let title =
      "\(People.day(day.day)): \(People.money(spend.effective)); "
      + "productive \(People.money(spend.productive)), idle \(People.money(spend.idle)), "
      + "overhead \(People.money(spend.overhead))"
    var y = Self.height
    var rects = ""
    for (name, amount) in [
      ("productive", spend.productive), ("idle", spend.idle),
      ("overhead", spend.overhead + spend.unusedCommitment),
    ] where amount > .zero && top > 0 {
      let tall = Double(amount.nanos) / Double(top) * (Self.height - 8)
      y -= tall
      rects +=
        "<rect class=\"\(name)\" x=\"\(Self.one(x))\" y=\"\(Self.one(y))\" "
        + "width=\"\(Self.one(width))\" height=\"\(Self.one(tall))\"/>"
    }
    return "<g><title>\(title)</title>\(rects)</g>"
  }

  /// At most eight, so that they stay apart.
  private var dates: [String] {
    let every = max(1, (days.count + 7) / 8)
    return days.indices.filter { $0 % every == 0 }.map { index in
      let x = Self.side + Double(index) * step + min(40, step * 0.76) / 2 + step * 0.12
      return "<text x=\"\(Self.one(x))\" y=\"\(Self.height + 14)\" text-anchor=\"middle\">"
        + "\(People.day(days[index].day).dropFirst(5))</text>"
    }
  }

  /// The next of 1, 2, 5 × 10ⁿ at or above: a scale people can read.
  static func ceiling(_ nanos: Int64) -> Int64 {
    var unit: Int64 = 10_000_000
    while unit <= .max / 100 {
      for factor in [1, 2, 5] as [Int64] where nanos <= unit * factor { return unit * factor }
      unit *= 10
    }
    return nanos
  }

  private static func short(_ money: Money) -> String {
    let dollars = money.nanos / 1_000_000_000
    if money == .zero { return "$0" }
    guard dollars >= 10_000 else { return People.money(money) }
    return dollars >= 1_000_000 ? "$\(dollars / 1_000_000)M" : "$\(dollars / 1000)k"
  }

  private static func one(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
