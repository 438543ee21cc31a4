import Ports
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
        finops diff --config new.yaml --per 30d        and what it would come to in 30 days
        finops diff --config new.yaml --exit-code      ends with 2 when anything is decided
                                                       otherwise, or nothing can be concluded
      Looks of the last hours are kept all, older ones once an hour. What those cannot show is said,
      and no figure is made of it.
      """)
  @Option(name: [.short, .long], help: "The changed settings file.")
  var config: String
  @Option(help: "The settings as they are; they also say where the record is.")
  var current = "finops.yaml"
  @Option(help: "Begin: 30d, 24h, 2026-11-01 …")
  var since = "30d"
  @Option(help: "Also tell the result for such a time, as if it was like the one on record: 30d.")
  var per: String?
  @Flag(help: "End with 2 when a decision differs, or nothing can be concluded.")
  var exitCode = false
  @OptionGroup var format: AnswerFormat

  func run() async throws {
    let settings = try SettingsFile.parse(["--config", current]).load()
    let old = settings.rulebook(embedded: try PriceDesk.known(settings))
    let proposed = try SettingsFile.parse(["--config", config]).load()
    let new = proposed.rulebook(embedded: try PriceDesk.known(proposed))
    let asked = try PerTime.read(per)
    let (found, unreadable) = try await Books.reading(settings) { books in
      guard let start = Window.moment(since, now: books.now) else {
        throw ValidationError("--since \(since): say 30d, 24h or 2026-11-01")
      }
      return try await compare(old, new, since: start, in: books.store)
    }
    let answer = DiffAnswer(
      found, unreadable: unreadable, changes: RuleChange.between(old, new), per: asked)
    try format.show(answer, text: answer.text(from: current, to: config))
    if exitCode, answer.differs || !answer.isConcluded { throw Exit.checkFailed }
  }

  private func compare(
    _ old: Rulebook, _ new: Rulebook, since start: Timestamp, in store: PostgresStore
  ) async throws(StoreError) -> (WhatIfAnswer, unreadable: Int) {
    let past = try await StoredPast(since: start, in: store)
    var question = WhatIf(
      before: old, after: new, recorded: past.rulebooks, times: past.times, stops: past.stops,
      acts: past.acts)
    let unreadable = try await replay(question.looks, in: store) {
      question.take($0.snapshot, recorded: $0.plan)
    }
    return (question.answer, unreadable)
  }
}

/// `--per 30d`.
enum PerTime {
  static func read(_ text: String?) throws -> Duration? {
    guard let text else { return nil }
    guard let time = Duration(words: text), time > .zero else {
      throw ValidationError("--per \(text): say 30d, 7d or 24h")
    }
    return time
  }
}

/// What a change of the settings would have done.
struct DiffAnswer: Codable, Sendable {
  var record: RecordSpan
  var changes: [RuleChange]
  /// How each pool's answer is known, and of how much of the record it speaks.
  var basis: [Basis]
  var before: [TallyAnswer]
  var after: [TallyAnswer]
  /// Decisions only the settings as they are make, and only the changed ones.
  var onlyBefore: [Act]
  var onlyAfter: [Act]
  /// Dollars more that would have been saved, negative when less, in `hours`; nil when that cannot
  /// be concluded.
  var savedMore: String?
  /// Hours of the record that `savedMore` speaks for; nil when the pools' differ.
  var hours: Double?
  /// In the time asked for with `--per`, as if it was like those hours.
  var savedMorePer: String?
  /// The time asked for.
  var per: String?
  /// What it comes to, in words.
  var conclusion: String
  private var basisLines: [String]

  struct Act: Codable, Sendable {
    var act: String
    var pool: String
    var hourly: String?
    var code: String
  }

  struct Basis: Codable, Sendable {
    var pool: String
    var method: WhatIfMethod
    var hours: Double
    /// Dollars more that would have been saved in them; nil when that cannot be concluded.
    var savedMore: String?
  }

  var differs: Bool { !onlyBefore.isEmpty || !onlyAfter.isEmpty }
  var isConcluded: Bool { savedMore != nil }

  init(_ found: WhatIfAnswer, unreadable: Int, changes: [RuleChange], per asked: Duration?) {
    let words = WhatIfWords(found, per: asked)
    record = RecordSpan(found.lookedAt, unreadable: unreadable)
    self.changes = changes
    basis = found.pools.map { Basis($0) }
    let known = found.pools.filter { $0.savedMore != nil }
    before = known.map { TallyAnswer($0.pool.rawValue, $0.before, of: $0.speaksFor) }
    after = known.map { TallyAnswer($0.pool.rawValue, $0.after, of: $0.speaksFor) }
    onlyBefore = Self.acts(found.onlyBefore)
    onlyAfter = Self.acts(found.onlyAfter)
    savedMore = found.savedMore?.description
    hours = found.speaksFor.map { Basis.hours($0) }
    per = asked?.brief
    if let asked, let more = found.savedMore, let time = found.speaksFor, time > .zero {
      savedMorePer = WhatIfWords.scaled(more, from: time, to: asked).description
    }
    conclusion = words.conclusion
    basisLines = words.basis
  }

  private static func acts(_ decisions: [Decision]) -> [Act] {
    decisions.map { decision in
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
    if !basisLines.isEmpty { lines += [""] + basisLines }
    lines += [
      "",
      "Decisions that differ, of those looked at: \(onlyBefore.count) only before, "
        + "\(onlyAfter.count) only after",
    ]
    lines += list("-", onlyBefore) + list("+", onlyAfter)
    if !after.isEmpty { lines += ["", pools] }
    return (lines + ["", conclusion]).joined(separator: "\n")
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
    let names = Set(olds.keys).union(news.keys).sorted()
    for name in names {
      let (old, new) = (olds[name], news[name])
      grid.add([
        name, change(old?.stops, new?.stops), change(old?.coldStarts, new?.coldStarts),
        change(old?.wrongStops, new?.wrongStops), change(old?.launches, new?.launches),
        "\(money(old?.saved)) → \(money(new?.saved))", arrow(name),
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

  private func arrow(_ pool: String) -> String {
    let row = basis.first { $0.pool == pool }
    guard let more = row?.savedMore.flatMap({ Money(decimal: $0) }), more != .zero else {
      return "▬"
    }
    return more > .zero ? "▲ \(People.money(more))" : "▼ \(People.money(-more))"
  }
}

extension DiffAnswer.Basis {
  init(_ pool: WhatIfAnswer.Pool) {
    self.pool = pool.pool.rawValue
    method = pool.method
    hours = Self.hours(pool.speaksFor)
    savedMore = pool.savedMore?.description
  }

  static func hours(_ time: Duration) -> Double { (time.inSeconds / 36).rounded() / 100 }
}
