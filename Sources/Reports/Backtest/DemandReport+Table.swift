import FleetModel
import Simulator

extension DemandReport {
  /// One line a rule, what the figures rest on below.
  ///
  /// - Parameter width: cells a line may have; at least 60 are used.
  public func table(width: Int, style: TableStyle) -> String {
    let width = max(60, width)
    var lines = headlines(style, width) + [""] + resultLines(style, width)
    if let copies { lines += [""] + copyLines(copies, style, width) }
    lines += [""] + Cells.bullets(notes + copyNotes, style, width)
    return lines.joined(separator: "\n") + "\n"
  }

  private func headlines(_ style: TableStyle, _ width: Int) -> [String] {
    let facts =
      "\((tick * ticks).brief) in ticks of \(tick.words) · \(Decimals.grouped(requests)) requests · "
      + "load \(Decimals.text(meanOffered, 1)), peak \(Decimals.text(peakOffered, 1)) replicas"
    func cut(_ text: String) -> String {
      Cells.cut(style.words(text), width, mark: style.words("…"))
    }
    return [
      style.paint(cut("Backtest of \(style.name(source))"), .bold), style.paint(cut(facts), .dim),
    ]
  }

  private func resultLines(_ style: TableStyle, _ width: Int) -> [String] {
    TextTable(
      columns: [
        .init(title: "POLICY", cells: results.map { style.name($0.policy) }, alignsRight: false),
        .init(title: "COST", cells: results.map { People.money($0.cost) }),
        .init(title: style.words("× C*"), cells: results.map { $0.ratio?.text ?? "-" }),
        .init(title: "LATE %", cells: results.map { Decimals.text($0.lateShare * 100, 3) }),
        .init(
          title: "REPLICA-HOURS", cells: results.map { People.hours($0.billed.microseconds) },
          dropped: 1),
        .init(title: "PEAK", cells: results.map { "\($0.peakReplicas)" }, dropped: 2),
        .init(
          title: "STARTS", cells: results.map { Decimals.grouped(Double($0.starts)) }, dropped: 3),
        .init(
          title: "REPLICAS OVER TIME",
          cells: results.map {
            style.sparkline($0.series.paid.map { Int64($0 * 1000) }, width: 30)
          },
          alignsRight: false, dropped: 4, paint: .cyan),
      ], style: style
    ).lines(width: width)
  }

  private func copyLines(_ copies: Copies, _ style: TableStyle, _ width: Int) -> [String] {
    let lines = copies.card.lines
    let count = copies.card.copies
    let title =
      "On \(Decimals.grouped(Double(count))) perturbed \(count == 1 ? "copy" : "copies") "
      + "(seed \(copies.seed))"
    let table = TextTable(
      columns: [
        .init(title: "POLICY", cells: lines.map { style.name($0.policy) }, alignsRight: false),
        .init(
          title: style.words("× C* MEDIAN"), cells: lines.map { Decimals.text($0.ratio.median, 3) }),
        .init(title: "P90", cells: lines.map { Decimals.text($0.ratio.p90, 3) }),
        .init(
          title: "LATE % MEDIAN", cells: lines.map { Decimals.text($0.late.median * 100, 3) }),
        .init(title: "P90", cells: lines.map { Decimals.text($0.late.p90 * 100, 3) }),
        .init(
          title: "BEATS OURS",
          cells: lines.map { $0.beatsOurs.map { Decimals.percent($0) + " %" } ?? "-" }, dropped: 1),
      ], style: style
    ).lines(width: width)
    return [style.paint(title, .bold)] + table
  }
}
