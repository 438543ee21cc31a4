import FleetModel
import Simulator

extension DemandReport {
  /// The report as one page: nothing is loaded from elsewhere and nothing in it runs.
  public func html() -> String {
    let facts =
      "\((tick * ticks).brief) in ticks of \(tick.words) · \(Decimals.grouped(requests)) requests · "
      + "mean load \(Decimals.text(meanOffered, 1)), peak \(Decimals.text(peakOffered, 1)) replicas"
    let table = BacktestPage.section("What each rule would have cost", "", resultTable)
    return BacktestPage(
      source: source, facts: facts, notes: notes + copyNotes,
      main: charts + "\n" + table + "\n" + copyTable
    ).html
  }

  private var charts: String {
    guard let first = results.first, !first.series.offered.isEmpty else {
      return "<section><p class=\"soft\">The trace has no ticks to draw.</p></section>"
    }
    let demand = TimeChart.Line(name: "demand", values: first.series.offered)
    return [
      BacktestPage.key(results.map(\.policy), ground: "demand"),
      BacktestPage.section(
        "Replicas", "paid for, ready or not; means over \(first.series.bucket.brief)",
        chart("Demand and paid replicas over time", .count, area: demand) { $0.series.paid }),
      BacktestPage.section(
        "Cost so far", "", chart("Cost so far over time", .dollars) { $0.spendSoFar }),
      BacktestPage.section(
        "Late requests", "percent of those that arrived",
        chart("Late requests over time", .percent) { $0.series.lateShare.map { $0 * 100 } }),
    ].joined(separator: "\n")
  }

  private func chart(
    _ label: String, _ unit: TimeChart.Unit, area: TimeChart.Line? = nil,
    _ values: (DemandResult) -> [Double]
  ) -> String {
    let lines = results.map {
      TimeChart.Line(
        name: $0.policy, values: values($0),
        isDashed: $0.policy == DemandBaseline.clairvoyant.rawValue)
    }
    return TimeChart(
      label: label, bucket: results[0].series.bucket, lines: lines, area: area, unit: unit
    ).svg
  }

  private var resultTable: String {
    let rows = results.enumerated().map { index, result in
      "<tr class=\"\(BacktestPage.tone(index))\"><td class=\"k\"><i></i>"
        + "\(Markup.text(result.policy))</td>"
        + Markup.numbers([
          People.money(result.cost), result.ratio?.text ?? "-",
          Decimals.text(result.lateShare * 100, 3) + " %", People.hours(result.billed.microseconds),
          "\(result.peakReplicas)", Decimals.grouped(Double(result.starts)),
        ]) + "</tr>"
    }
    return Markup.table(
      ["Policy", "Cost", "× C*", "Late", "Replica-hours", "Peak", "Starts"], rows)
  }

  private var copyTable: String {
    guard let copies else { return "" }
    let rows = copies.card.lines.map { line in
      "<tr><td class=\"k\">\(Markup.text(line.policy))</td>"
        + Markup.numbers([
          Decimals.text(line.ratio.median, 3), Decimals.text(line.ratio.p90, 3),
          Decimals.text(line.late.median * 100, 3) + " %",
          Decimals.text(line.late.p90 * 100, 3) + " %",
          line.beatsOurs.map { Decimals.percent($0) + " %" } ?? "-",
        ]) + "</tr>"
    }
    let head = ["Policy", "× C* median", "p90", "Late median", "p90", "Beats ours"]
    return "<section><h2>On \(copies.card.copies) perturbed copies <small>seed \(copies.seed)"
      + "</small></h2>\n\(Markup.table(head, rows))</section>"
  }
}

extension DemandResult {
  /// Dollars at the end of each bucket.
  fileprivate var spendSoFar: [Double] {
    let whole = billed.inSeconds
    let dollars = Double(cost.nanos) / 1e9
    var soFar = 0.0
    return series.billed.map {
      soFar += $0.inSeconds
      return whole > 0 ? dollars * soFar / whole : 0
    }
  }
}
