import ArgumentParser
import Controller
import CostModel
import FleetModel
import Foundation
import Planner
import PostgresStore
import Reports
import Settings
import Simulator

/// `finops diff`: what a change of the settings would have cost and saved on the recorded past.
struct DiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Say what changed settings would have cost and saved on the recorded past.",
    discussion: """
      EXAMPLES
        finops diff --config new.yaml        against finops.yaml, over the last 30 days
        finops diff --config new.yaml --current old.yaml --since 7d
        finops diff --config new.yaml --exit-code      ends with 2 when anything is decided otherwise
      """)
  @Option(name: [.short, .long], help: "The changed settings file.")
  var config: String
  @Option(help: "The settings as they are; they also say where the record is.")
  var current = "finops.yaml"
  @Option(help: "Begin: 30d, 24h, 2026-11-01 …")
  var since = "30d"
  @Flag(help: "End with 2 when a decision differs.")
  var exitCode = false
  @OptionGroup var format: AnswerFormat

  func run() async throws {
    let settings = try SettingsFile.parse(["--config", current]).load()
    let old = settings.rulebook(embedded: try PriceDesk.known(settings))
    let proposed = try SettingsFile.parse(["--config", config]).load()
    let new = proposed.rulebook(embedded: try PriceDesk.known(proposed))
    let past = try await Books.reading(settings) { books in
      guard let start = Window.moment(since, now: books.now) else {
        throw ValidationError("--since \(since): say 30d, 24h or 2026-11-01")
      }
      var past = PastReplay(before: old, after: new)
      try await past.run(since: start, in: books.store)
      return past
    }
    let answer = DiffAnswer(past, changes: RuleChange.between(old, new))
    try format.show(answer, text: answer.text(from: current, to: config))
    if exitCode, answer.differs { throw Exit.checkFailed }
  }
}

/// What a change of the settings would have done.
struct DiffAnswer: Codable, Sendable {
  var record: RecordSpan
  var changes: [RuleChange]
  var before: [TallyAnswer]
  var after: [TallyAnswer]
  /// Decisions only the settings as they are make, and only the changed ones.
  var onlyBefore: [Act]
  var onlyAfter: [Act]
  /// Dollars more that would have been saved; negative when less.
  var savedMore: String
  /// Per hour of the record; nil when it covers nothing.
  var savedMoreHourly: String?
  /// In 30 days; nil when the record is too short to say.
  var savedMoreMonthly: String?

  struct Act: Codable, Sendable {
    var act: String
    var pool: String
    var hourly: String?
    var code: String
  }

  var differs: Bool { !onlyBefore.isEmpty || !onlyAfter.isEmpty }

  init(_ past: PastReplay, changes: [RuleChange]) {
    let (old, new) = (past.before.score, past.after.score)
    record = RecordSpan(new, unreadable: past.unreadable)
    self.changes = changes
    before = TallyAnswer.rows(old.policy, in: old)
    after = TallyAnswer.rows(new.policy, in: new)
    onlyBefore = Self.acts(past.onlyBefore)
    onlyAfter = Self.acts(past.onlyAfter)
    let more = HistoryScore.sum(new.policy).saved - HistoryScore.sum(old.policy).saved
    savedMore = more.description
    let covered = new.covered.microseconds
    savedMoreHourly =
      covered > 0
      ? Money(nanos: Int64(Int128(more.nanos) * 3_600_000_000 / Int128(covered))).description : nil
    savedMoreMonthly = new.monthly(more)?.description
  }

  private static func acts(_ decisions: [DecisionKey: Decision]) -> [Act] {
    decisions.sorted { $0.key < $1.key }.map { _, decision in
      Act(
        act: "\(decision.intent.rawValue) \(decision.node?.rawValue ?? decision.subject.words)",
        pool: decision.pool.rawValue, hourly: decision.rate?.perHour.description,
        code: decision.reason.code)
    }
  }

  /// Decisions that are listed one by one.
  private static let listed = 20

  func text(from old: String, to new: String) -> String {
    var lines = ["\(old) → \(new)", record.line, ""]
    lines += changes.isEmpty ? ["No setting differs."] : changes.map(\.line)
    lines += [
      "", "Decisions that differ: \(onlyBefore.count) only before, \(onlyAfter.count) only after",
    ]
    lines += list("-", onlyBefore) + list("+", onlyAfter)
    lines += ["", pools, ""]
    return (lines + [conclusion]).joined(separator: "\n")
  }

  private func list(_ mark: String, _ acts: [Act]) -> [String] {
    let shown = acts.prefix(Self.listed).map { act in
      "\(mark) \(act.act) (\(act.pool)\(act.hourly.map { ", \(dollars($0))/h" } ?? "")): \(act.code)"
    }
    let left = acts.count - shown.count
    return left > 0 ? shown + ["\(mark) … and \(left) more"] : shown
  }

  private var pools: String {
    var grid = Grid(["POOL", "STOPS", "COLD STARTS", "TOO EARLY", "LAUNCHES", "SAVED", ""])
    let olds = Dictionary(before.map { ($0.pool, $0) }, uniquingKeysWith: { one, _ in one })
    let news = Dictionary(after.map { ($0.pool, $0) }, uniquingKeysWith: { one, _ in one })
    let names = Set(olds.keys).union(news.keys).subtracting(["total"]).sorted() + ["total"]
    for name in names {
      let (old, new) = (olds[name], news[name])
      grid.add([
        name, change(old?.stops, new?.stops), change(old?.coldStarts, new?.coldStarts),
        change(old?.wrongStops, new?.wrongStops), change(old?.launches, new?.launches),
        "\(money(old?.saved)) → \(money(new?.saved))", arrow(old?.saved, new?.saved),
      ])
    }
    return grid.text
  }

  private func change(_ old: Int?, _ new: Int?) -> String {
    (old ?? 0) == (new ?? 0) ? "\(new ?? 0)" : "\(old ?? 0) → \(new ?? 0)"
  }

  private func money(_ exact: String?) -> String {
    People.money(exact.flatMap { Money(decimal: $0) } ?? .zero)
  }

  private func arrow(_ old: String?, _ new: String?) -> String {
    let before = old.flatMap { Money(decimal: $0) } ?? .zero
    let after = new.flatMap { Money(decimal: $0) } ?? .zero
    guard before != after else { return "▬" }
    let change = after - before
    return after > before ? "▲ \(People.money(change))" : "▼ \(People.money(-change))"
  }

  private var conclusion: String {
    guard let more = Money(decimal: savedMore), more != .zero else {
      return "The bill would have been the same."
    }
    let size = more < .zero ? -more : more
    let word = more < .zero ? "risen ↑" : "fallen ↓"
    var text = "The bill would have \(word) by \(People.money(size))"
    if let hourly = savedMoreHourly {
      text += ", \(dollars(hourly.replacing("-", with: ""))) an hour"
    }
    guard let monthly = savedMoreMonthly.flatMap({ Money(decimal: $0) }) else {
      return text + "; the record is too short to say what that is in a month."
    }
    return text + "; in 30 days \(People.money(monthly < .zero ? -monthly : monthly))."
  }
}
