import CostModel
import FleetModel
import Mustache
import Planner
import Reports

/// The overview: money first, then every node with what it does and why it is left alone or not.
struct OverviewPage: Sendable {
  /// More rows than anyone reads; keeps the page small for large fleets.
  static let nodeLimit = 80
  static let decisionLimit = 15
  static let poolLimit = 25

  private let page: MustacheTemplate
  private let problem: MustacheTemplate

  init() throws {
    page = try MustacheTemplate(string: Templates.head + Templates.overview + Templates.foot)
    problem = try MustacheTemplate(string: Templates.head + Templates.problem + Templates.foot)
  }

  func render(
    _ status: FleetStatus, month: FleetReport, week: FleetReport, version: String
  ) -> String {
    page.render(Overview(status, month: month, week: week, version: version))
  }

  func render(_ error: StatusError, version: String) -> String {
    problem.render(Problem(message: People.name(error.message), version: version))
  }
}

/// What the template shows: text, ready to be escaped.
struct Overview {
  var title: String
  var version: String
  var takenAt: String
  var against: String?
  var notice: String?
  var cards: [Card]
  var chart: String
  var pools: [PoolCells]
  var nodes: [NodeCells]
  var moreNodes: String?
  var decisions: [DecisionCells]
  var hasDecisions: Bool
  var notes: [String]

  init(_ status: FleetStatus, month: FleetReport, week: FleetReport, version: String) {
    title = People.name(status.name)
    self.version = version
    takenAt = People.minute(status.takenAt)
    against = status.against.map { People.name($0) }
    notice = status.notice.map { People.name($0) }
    cards = Card.all(month: month, week: week)
    chart = DailyChart(days: month.days).svg
    pools = month.pools.sorted {
      ($1.figures.spend.effective, $0.name) < ($0.figures.spend.effective, $1.name)
    }.prefix(OverviewPage.poolLimit).map(PoolCells.init)
    let sorted = status.nodes.map { ($0, NodeTone(of: $0)) }.sorted {
      ($0.1, $0.0.pool ?? "", $0.0.id) < ($1.1, $1.0.pool ?? "", $1.0.id)
    }
    nodes = sorted.prefix(OverviewPage.nodeLimit).map { NodeCells($0.0, $0.1) }
    let more = status.nodes.count - nodes.count
    moreNodes = more > 0 ? People.count(more, "more node") : nil
    decisions = status.decisions.prefix(OverviewPage.decisionLimit).map(DecisionCells.init)
    hasDecisions = !decisions.isEmpty
    notes = month.notes
  }
}

struct Problem {
  var message: String
  var version: String
  var title = "finops"
}

/// One of the big figures.
struct Card {
  var label: String
  var value: String
  var detail: String
  var tone: String

  static func all(month: FleetReport, week: FleetReport) -> [Card] {
    let spend = month.totals.spend
    let last = week.totals
    func share(_ part: Money) -> String { Share(part, of: spend.effective)?.percent ?? "–" }
    return [
      Card(
        label: "Spent", value: month.totals.spentText,
        detail: "\(last.spentText) in the last 7 days", tone: "spent"),
      Card(
        label: "Productive", value: People.money(spend.productive),
        detail: "\(share(spend.productive)) of what was spent", tone: "productive"),
      Card(
        label: "Idle", value: People.money(spend.idle),
        detail: "\(share(spend.idle)) · \(People.money(last.spend.idle)) in 7 days", tone: "idle"),
      Card(
        label: "Saved", value: People.money(month.totals.saved),
        detail: "\(month.totals.savedShare?.percent ?? "–") of always on · "
          + People.count(month.totals.stops, "stop"), tone: "saved"),
    ]
  }
}

struct PoolCells {
  var name: String
  var nodes: String
  var spent: String
  var idle: String
  var idleShare: String
  var saved: String
  var coverage: String
  /// Percent of the bar, as CSS lengths.
  var productiveWidth: String
  var idleWidth: String
  var overheadWidth: String

  init(_ line: FleetReport.PoolLine) {
    let spend = line.figures.spend
    func width(_ part: Money) -> String {
      let millionths = Share(part, of: spend.effective)?.millionths ?? 0
      return "\(max(0, millionths) / 10_000).\(max(0, millionths) / 1000 % 10)%"
    }
    name = People.name(line.name.rawValue)
    nodes = "\(line.nodes)"
    spent = line.figures.spentText
    idle = line.figures.isUnpriced ? "–" : People.money(spend.idle)
    idleShare = Share(spend.idle, of: spend.effective)?.percent ?? "–"
    saved = People.money(line.figures.saved)
    coverage = line.figures.coverage?.percent ?? "–"
    productiveWidth = width(spend.productive)
    idleWidth = width(spend.idle)
    overheadWidth = width(spend.overhead)
  }
}

struct NodeCells {
  var id: String
  var pool: String
  var type: String
  var tone: String
  var state: String
  var reason: String
  var idle: String
  var rate: String
  var since: String

  init(_ row: NodeRow, _ tone: NodeTone) {
    id = People.name(row.id.rawValue)
    pool = row.pool.map { People.name($0.rawValue) } ?? "–"
    type = People.name(row.type.rawValue)
    self.tone = tone.style
    state = tone.words(for: row)
    reason = People.name(row.reason)
    idle = row.idleFor.map(\.brief) ?? "–"
    rate = row.rate.map(People.rate) ?? "no price"
    since = row.since.map(People.minute) ?? "–"
  }
}

struct DecisionCells {
  var at: String
  var intent: String
  var subject: String
  var pool: String
  var outcome: String
  var reason: String

  init(_ row: DecisionRow) {
    at = People.minute(row.at)
    intent = row.intent.rawValue
    subject = People.name(row.subject)
    pool = People.name(row.pool.rawValue)
    outcome = People.name(row.outcome)
    reason = People.name(row.reason)
  }
}
