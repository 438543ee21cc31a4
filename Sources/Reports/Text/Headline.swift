import CostModel
import FleetModel

/// The first lines of a text report: the whole, its parts with bars, and what was saved.
struct Headline {
  var report: FleetReport
  var style: TableStyle
  var width: Int

  private static let labels = 17
  private static let amounts = 10

  private var spend: SpendSplit { report.totals.spend }
  private var barWidth: Int { min(28, max(10, width - 62)) }

  var lines: [String] {
    let trend = style.sparkline(report.days.map(\.spend.effective.nanos), width: barWidth)
    var lines = [
      line("  Spent", report.totals.spentText, style.paint(trend, .cyan), paint: .bold)
    ]
    lines.append(part("  ├─ productive", spend.productive, .green))
    lines.append(part("  ├─ idle", spend.idle, .yellow, idleHint))
    lines += detail(idleParts)
    let hasCommitments = spend.unusedCommitment != .zero
    lines.append(part(hasCommitments ? "  ├─ overhead" : "  └─ overhead", spend.overhead, .cyan))
    lines += detail(overheadParts, last: !hasCommitments)
    if hasCommitments {
      lines.append(part("  └─ unused commit.", spend.unusedCommitment, .red))
    }
    return lines + savedLines
  }

  private var savedLines: [String] {
    let totals = report.totals
    let share = totals.savedShare.map { " (\($0.percent))" } ?? ""
    let cost = "  Always on would have cost \(People.money(totals.alwaysOn))"
    let saved = "\(People.count(totals.stops, "stop")) saved \(People.money(totals.saved))\(share)"
    guard cost.count + saved.count + 4 <= width else {
      return [cost, "  " + style.paint(saved, .green)]
    }
    return [cost + style.words(" → ") + style.paint(saved, .green)]
  }

  private func line(
    _ label: String, _ amount: String, _ rest: String, paint: TableStyle.Paint? = nil
  ) -> String {
    let start =
      Cells.left(style.words(label), Self.labels)
      + Cells.right(amount, Self.amounts)
    let painted = paint.map { style.paint(start, $0) } ?? start
    return TextTable.trimmed("\(painted)   \(rest)")
  }

  private func part(
    _ label: String, _ amount: Money, _ paint: TableStyle.Paint, _ hint: String = ""
  ) -> String {
    let share = Share(amount, of: spend.effective)
    let bar = style.paint(style.bar(share?.fraction ?? 0, width: barWidth), paint)
    let percent = Cells.right(share?.percent ?? "-", 8)
    return line(label, People.money(amount), "\(bar) \(percent)\(hint)")
  }

  /// By the day since the records begin: days before them had no idleness to average over.
  private var idleHint: String {
    let first = report.days.first { $0.spend.effective > .zero }?.day ?? report.range.lowerBound
    let length = min(report.now, report.range.upperBound)
      .duration(since: max(first, report.range.lowerBound))
    guard width >= 72, length >= .days(1), spend.idle > .zero else { return "" }
    let daily = Money(
      nanos: Int64(Int128(spend.idle.nanos) * 86_400_000_000 / Int128(length.microseconds)))
    return style.words("   ← \(People.money(daily))/day")
  }

  private var idleParts: [(String, Money)] {
    [
      ("model loaded, no requests", spend[.warmIdle]), ("held, no work", spend[.allocatedIdle]),
      ("free", spend[.freeIdle]),
    ]
  }

  private var overheadParts: [(String, Money)] {
    [
      ("loading", spend[.loading]), ("draining", spend[.draining]), ("faulty", spend[.faulty]),
      ("unobserved", spend[.unobserved]), ("stopped disks", spend.stoppedStorage),
    ]
  }

  private func detail(_ parts: [(String, Money)], last: Bool = false) -> [String] {
    let shown = parts.filter { $0.1 != .zero }.map { "\($0.0) \(People.money($0.1))" }
    guard !shown.isEmpty else { return [] }
    let text = style.words((last ? "     " : "  │  ") + shown.joined(separator: " · "))
    return [style.paint(Cells.cut(text, width, mark: style.words("…")), .dim)]
  }
}
