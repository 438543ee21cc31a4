import FleetModel
import Simulator

extension SpotReport {
  /// One line a policy, what the figures rest on below.
  ///
  /// - Parameter width: cells a line may have; at least 60 are used.
  public func table(width: Int, style: TableStyle) -> String {
    let width = max(60, width)
    func cut(_ text: String) -> String {
      Cells.cut(style.words(text), width, mark: style.words("…"))
    }
    var lines = [
      style.paint(cut("Backtest of \(style.name(source))"), .bold),
      style.paint(cut(facts(style.name)), .dim), "",
    ]
    lines += TextTable(columns: columns(style), style: style).lines(width: width) + [""]
    lines += Cells.bullets(notes, style, width)
    return lines.joined(separator: "\n") + "\n"
  }

  private func columns(_ style: TableStyle) -> [TextTable.Column] {
    [
      .init(title: "POLICY", cells: scores.map { style.name($0.policy) }, alignsRight: false),
      .init(title: "COST", cells: scores.map { People.money($0.costUSD) }),
      .init(title: style.words("× C*"), cells: scores.map(\.ratioText)),
      .init(title: "MISSING %", cells: scores.map { Decimals.text($0.missingShare * 100, 3) }),
      .init(
        title: "SHORT %", cells: scores.map { Decimals.text($0.timeShort * 100, 3) }, dropped: 2),
      .init(title: "PREEMPTED", cells: scores.map { SpotScore.count($0.preemptions) }, dropped: 1),
      .init(title: "LAUNCHES", cells: scores.map { SpotScore.count($0.launches) }, dropped: 5),
      .init(
        title: "SPOT-HOURS", cells: scores.map { Decimals.grouped($0.spotHours) }, dropped: 4),
      .init(
        title: "ON-DEMAND-HOURS", cells: scores.map { Decimals.grouped($0.onDemandHours) },
        dropped: 3),
    ]
  }
}
