import CostModel
import FleetModel

extension FleetReport {
  /// The report on one screen: what was spent and on what, what was saved, where to look next.
  ///
  /// - Parameters:
  ///   - width: Cells a line may have; at least 60 are used.
  ///   - style: Colours and characters.
  ///   - against: What the figures are of when it is not a real cloud ("the demo fleet"); said last.
  public func table(width: Int, style: TableStyle, against: String? = nil) -> String {
    let width = max(60, width)
    var lines = [headline(style, width), ""]
    lines += Headline(report: self, style: style, width: width).lines
    if !pools.isEmpty { lines += [""] + poolTable(style, width) }
    if !nodes.isEmpty { lines += [""] + nodeTable(style, width) }
    lines.append("")
    let said = against.map { ["Against \(style.name($0)): not a bill of any cloud."] } ?? []
    for note in notes + said {
      let wrapped = Cells.wrapped(style.words(note), width - 2)
      for (index, line) in wrapped.enumerated() {
        lines.append(style.paint((index == 0 ? (style.ascii ? "* " : "· ") : "  ") + line, .dim))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func headline(_ style: TableStyle, _ width: Int) -> String {
    let length = range.upperBound.duration(since: range.lowerBound)
    let isDays = [range.lowerBound, range.upperBound].allSatisfy { $0 == $0.startOfDay }
    let name = isDays ? People.day : People.minute
    let text =
      "GPU fleet cost · \(name(range.lowerBound)) – \(name(range.upperBound)) UTC "
      + "(\(length.brief)) · \(Self.currency) · \(People.count(nodes.count, "node")) in "
      + People.count(pools.count, "pool")
    return style.paint(Cells.cut(style.words(text), width, mark: style.words("…")), .bold)
  }

  private func poolTable(_ style: TableStyle, _ width: Int) -> [String] {
    let figures = pools.map(\.figures) + [totals]
    let trends = pools.map { style.sparkline($0.daily.map(\.nanos), width: 30) } + [""]
    let columns: [TextTable.Column] = [
      .init(
        title: "POOL", cells: pools.map { style.name($0.name.rawValue) } + ["TOTAL"],
        alignsRight: false),
      .init(title: "NODES", cells: pools.map { "\($0.nodes)" } + ["\(nodes.count)"], dropped: 4),
      .init(title: "SPENT", cells: figures.map { $0.spentText }),
      .init(title: "SHARE", cells: figures.map { share($0.spend.effective, totals) }, dropped: 3),
      .init(
        title: "IDLE", cells: figures.map { $0.isUnpriced ? "-" : People.money($0.spend.idle) },
        paint: .yellow),
      .init(
        title: "IDLE %", cells: figures.map { share($0.spend.idle, $0) }, dropped: 1, paint: .yellow
      ),
      .init(title: "SAVED", cells: figures.map { People.money($0.saved) }, paint: .green),
      .init(title: "SAVED %", cells: figures.map { $0.savedShare?.percent ?? "-" }, dropped: 2),
      .init(title: "SEEN", cells: figures.map { $0.coverage?.percent ?? "-" }, dropped: 5),
      .init(
        title: "NODE-HOURS", cells: figures.map { People.hours($0.billedMicroseconds) }, dropped: 6),
      .init(title: "DAILY SPEND", cells: trends, alignsRight: false, dropped: 7, paint: .cyan),
    ]
    return TextTable(columns: columns, style: style, hasTotal: true).lines(width: width)
  }

  /// The ten nodes whose idle time cost most.
  private func nodeTable(_ style: TableStyle, _ width: Int) -> [String] {
    let top = nodes.filter { $0.figures.spend.idle > .zero }.sorted {
      ($1.figures.spend.idle, $0.id) < ($0.figures.spend.idle, $1.id)
    }.prefix(10)
    guard !top.isEmpty else { return [style.words("No node has idle cost in this range.")] }
    let columns: [TextTable.Column] = [
      .init(
        title: "TOP IDLE NODES", cells: top.map { style.name($0.id.rawValue) }, alignsRight: false),
      .init(
        title: "POOL", cells: top.map { style.name($0.pool.rawValue) }, alignsRight: false,
        dropped: 3),
      .init(
        title: "TYPE", cells: top.map { style.name($0.type?.rawValue ?? "-") }, alignsRight: false,
        dropped: 2),
      .init(title: "$/H", cells: top.map { $0.rate.map(People.rate) ?? "-" }, dropped: 4),
      .init(
        title: "HOURS", cells: top.map { People.hours($0.figures.billedMicroseconds) }, dropped: 5),
      .init(title: "SPENT", cells: top.map { $0.figures.spentText }),
      .init(title: "IDLE", cells: top.map { People.money($0.figures.spend.idle) }, paint: .yellow),
      .init(
        title: "IDLE %", cells: top.map { share($0.figures.spend.idle, $0.figures) }, dropped: 1,
        paint: .yellow
      ),
      .init(title: "SAVED", cells: top.map { People.money($0.figures.saved) }, paint: .green),
      .init(title: "STOPS", cells: top.map { "\($0.figures.stops)" }, dropped: 6),
    ]
    let more = nodes.count - top.count
    let rest =
      more > 0
      ? [style.paint("\(People.count(more, "more node")): finops report --format json", .dim)] : []
    return TextTable(columns: columns, style: style).lines(width: width) + rest
  }

  private func share(_ part: Money, _ whole: Figures) -> String {
    Share(part, of: whole.spend.effective)?.percent ?? "-"
  }
}
