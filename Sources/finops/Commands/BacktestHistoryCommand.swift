import ArgumentParser
import CostModel
import FleetModel
import Planner
import PostgresStore
import Reports
import Settings
import Simulator

/// `finops backtest history`: what a policy would have done with the recorded past.
struct BacktestHistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Plan the recorded past again under a policy: what it would have saved, and cost.",
    discussion: """
      EXAMPLES
        finops backtest history --since 30d --policy new.yaml
      The policy is a finops.yaml; every pool is taken as if its mode was auto. A node the policy
      would have stopped counts as off until the record shows work on it, or it was stopped anyway.
      """)
  @OptionGroup var record: RecordSource
  @Option(help: "Begin: 30d, 24h, 2026-11-01 …")
  var since = "30d"
  @Option(help: "The finops.yaml to try.")
  var policy: String
  @OptionGroup var format: AnswerFormat

  func run() async throws {
    let tried = try SettingsFile.parse(["--config", policy]).load()
    let rulebook = tried.rulebook(embedded: try PriceDesk.known(tried))
    let answer = try await record.reading { books in
      guard let start = Window.moment(since, now: books.now) else {
        throw ValidationError("--since \(since): say 30d, 24h or 2026-11-01")
      }
      var past = PastReplay(before: rulebook, after: rulebook)
      try await past.run(since: start, in: books.store)
      return HistoryAnswer(past.after.score, unreadable: past.unreadable)
    }
    try format.show(answer, text: answer.text(policy))
  }
}

/// What a backtest over the record found.
struct HistoryAnswer: Codable, Sendable {
  var record: RecordSpan
  /// What the policy would have added, by pool and in all.
  var policy: [TallyAnswer]
  /// What was really done, by pool and in all.
  var real: [TallyAnswer]

  init(_ score: HistoryScore, unreadable: Int) {
    record = RecordSpan(score, unreadable: unreadable)
    policy = TallyAnswer.rows(score.policy, in: score)
    real = TallyAnswer.rows(score.real, in: score)
  }

  func text(_ name: String) -> String {
    var grid = Grid([
      "POOL", "", "STOPS", "COLD STARTS", "TOO EARLY", "LAUNCHES", "SAVED", "IN 30 DAYS",
    ])
    let done = Dictionary(real.map { ($0.pool, $0) }, uniquingKeysWith: { first, _ in first })
    let tried = Dictionary(policy.map { ($0.pool, $0) }, uniquingKeysWith: { first, _ in first })
    let pools = Set(done.keys).union(tried.keys).subtracting(["total"]).sorted() + ["total"]
    for pool in pools {
      if let row = done[pool] { grid.add(cells(row, "really")) }
      if let row = tried[pool] { grid.add(cells(row, "more by \(name)")) }
    }
    var lines = [record.line, "", grid.text]
    if let all = policy.last, all.unmade > 0 {
      lines.append(
        "\n\(all.unmade) stops that were made would not have been: at most "
          + "\(dollars(all.unmadeCost)) more on the bill.")
    }
    return lines.joined(separator: "\n")
  }

  private func cells(_ row: TallyAnswer, _ who: String) -> [String] {
    [
      row.pool, who, "\(row.stops)", "\(row.coldStarts)", "\(row.wrongStops)", "\(row.launches)",
      money(row.saved), row.savedMonthly.map(money) ?? "record too short",
    ]
  }

  private func money(_ exact: String) -> String {
    Money(decimal: exact).map { People.money($0) } ?? exact
  }
}
