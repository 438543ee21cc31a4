import FleetModel
import Simulator

extension SpotReport {
  /// The report as one page: nothing is loaded from elsewhere and nothing in it runs.
  public func html() -> String {
    BacktestPage(
      source: source, facts: facts { $0 }, notes: notes,
      main: charts + "\n" + BacktestPage.section("What each policy would have cost", "", scoreTable)
    ).html
  }

  private var charts: String {
    guard let first = scores.first, !first.series.isEmpty else {
      return "<section><p class=\"soft\">The trace has no whole hour to draw.</p></section>"
    }
    let mean = "means over \(bucket.brief)"
    let ready: [TimeChart.Line] = [
      line("spot", first) { Double($0.spotReady) },
      line("on demand", first) { Double($0.onDemandReady) },
    ]
    return [
      BacktestPage.key(["spot", "on demand"], ground: "zones with capacity"),
      BacktestPage.section(
        "Zones with capacity", "of \(zones.count); \(mean)",
        chart("Zones with capacity over time", [], area: line("up", first) { Double($0.upZones) })),
      BacktestPage.section(
        "Ready replicas of \(People.name(first.policy))", mean,
        chart("Ready replicas over time, spot and on demand", ready)),
      BacktestPage.key(scores.map(\.policy)),
      BacktestPage.section(
        "Missing so far", "replica-hours",
        chart("Missing replica-hours over time", scores.map { missingSoFar($0) })),
      BacktestPage.section(
        "Cost so far", "", chart("Cost so far over time", scores.map { spend($0) }, .dollars)),
    ].joined(separator: "\n")
  }

  /// Points a chart has room for.
  private static let points = 720

  /// Hours that make one point.
  private var hours: Int {
    max(1, ((scores.first?.series.count ?? 0) + Self.points - 1) / Self.points)
  }

  private var bucket: Duration { .hours(1) * hours }

  private func buckets(_ score: SpotScore) -> [ArraySlice<SpotHour>] {
    stride(from: 0, to: score.series.count, by: hours).map {
      score.series[$0..<min(score.series.count, $0 + hours)]
    }
  }

  private func line(
    _ name: String, _ score: SpotScore, _ value: (SpotHour) -> Double
  ) -> TimeChart.Line {
    let values = buckets(score).map { $0.reduce(0) { $0 + value($1) } / Double($0.count) }
    return TimeChart.Line(name: name, values: values)
  }

  private func missingSoFar(_ score: SpotScore) -> TimeChart.Line {
    var soFar = 0.0
    let values = buckets(score).map {
      soFar += $0.reduce(0) { $0 + $1.missing }
      return soFar
    }
    return TimeChart.Line(name: score.policy, values: values)
  }

  private func spend(_ score: SpotScore) -> TimeChart.Line {
    let values = buckets(score).map { Double(($0.last?.spent ?? .zero).nanos) / 1e9 }
    return TimeChart.Line(name: score.policy, values: values)
  }

  private func chart(
    _ label: String, _ lines: [TimeChart.Line], _ unit: TimeChart.Unit = .count,
    area: TimeChart.Line? = nil
  ) -> String {
    TimeChart(label: label, bucket: bucket, lines: lines, area: area, unit: unit).svg
  }

  private var scoreTable: String {
    let rows = scores.enumerated().map { index, score in
      "<tr class=\"\(BacktestPage.tone(index))\"><td class=\"k\"><i></i>"
        + "\(Markup.text(score.policy))</td>"
        + Markup.numbers([
          People.money(score.costUSD), score.ratioText,
          Decimals.text(score.missingShare * 100, 3) + " %",
          Decimals.text(score.timeShort * 100, 3) + " %", SpotScore.count(score.preemptions),
          SpotScore.count(score.launches), Decimals.grouped(score.spotHours),
          Decimals.grouped(score.onDemandHours),
        ]) + "</tr>"
    }
    return Markup.table(
      [
        "Policy", "Cost", "× C*", "Missing", "Short", "Preempted", "Launches", "Spot-hours",
        "On-demand-hours",
      ], rows)
  }
}
