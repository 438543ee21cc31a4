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
        finops backtest history --since 24h --policy new.yaml --per 30d
      The policy is a finops.yaml; every pool is taken as if its mode was auto. A node the policy
      would have stopped counts as off until the record shows work on it, or it was stopped anyway.
      Only looks near each other are planned again: the newest hours; older looks are an hour apart.
      """)
  @OptionGroup var record: RecordSource
  @Option(help: "Begin: 30d, 24h, 2026-11-01 …")
  var since = "30d"
  @Option(help: "Also tell savings for such a time, as if it was like the one looked at: 30d.")
  var per: String?
  @Option(help: "The finops.yaml to try.")
  var policy: String
  @OptionGroup var format: AnswerFormat

  func run() async throws {
    let tried = try SettingsFile.parse(["--config", policy]).load()
    let rulebook = tried.rulebook(embedded: try PriceDesk.known(tried))
    let asked = try PerTime.read(per)
    let answer = try await record.reading { books in
      guard let start = Window.moment(since, now: books.now) else {
        throw ValidationError("--since \(since): say 30d, 24h or 2026-11-01")
      }
      let times = try await books.store.tickTimes(since: start)
      let lookedAt = LookedAt(times, gap: LookedAt.longestGap(under: rulebook))
      var past = HistoryReplay(under: rulebook)
      let unreadable = try await replay(lookedAt.near, in: books.store) {
        past.take($0.snapshot, recorded: $0.plan)
      }
      return HistoryAnswer(past.score, lookedAt, unreadable: unreadable, per: asked)
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
  /// The time asked for with `--per`, and what the policy would have saved more in it.
  var per: String?
  var savedPer: String?

  init(_ score: HistoryScore, _ lookedAt: LookedAt, unreadable: Int, per asked: Duration?) {
    record = RecordSpan(lookedAt, unreadable: unreadable)
    guard lookedAt.closely > .zero else {
      (policy, real) = ([], [])
      return
    }
    policy = TallyAnswer.rows(score.policy, of: score.covered)
    real = TallyAnswer.rows(score.real, of: score.covered)
    guard let asked, score.covered > .zero else { return }
    per = asked.brief
    let saved = HistoryScore.sum(score.policy).net
    savedPer = WhatIfWords.scaled(saved, from: score.covered, to: asked).description
  }

  func text(_ name: String) -> String {
    guard !policy.isEmpty else {
      return record.line + "\n\nNothing can be concluded: no two looks are near each other."
    }
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
    if record.hourlyHours + record.unseenHours > 0 {
      lines.append("\nOf the time that was not looked at closely nothing is said here.")
    }
    if let per, let savedPer {
      lines.append("\nIn \(per) like this: \(money(savedPer)) more saved than was.")
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
