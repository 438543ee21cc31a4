import Controller
import FleetModel
import Planner
import PostgresStore
import Settings

/// One decision as commands and the API tell of it.
struct DecisionAnswer: Codable, Sendable {
  var id: String
  var key: String
  /// Of its newest event.
  var at: String
  var madeAt: String
  var subject: String
  var pool: String
  var intent: String
  var mode: String
  /// "awaiting", "approved", "rejected" and "expired" of what waits for people, else the newest
  /// event's name.
  var outcome: String
  var code: String
  var reason: String
  /// Dollars, exact.
  var hourly: String?
  /// Until when a person may allow it.
  var until: String?
  /// Who allowed or rejected it.
  var by: String?
  var command: String?

  var line: [String] {
    [at, id, outcome, "\(intent) \(subject)", reason + (command.map { " → \($0)" } ?? "")]
  }

  static let titles = ["AT", "ID", "OUTCOME", "ACT", "WHY"]
}

/// Ledger events and people's words, as one row a decision.
struct DecisionBook: Sendable {
  var waiting: [DecisionKey: WaitingDecision]
  var lifetime: Duration
  var now: Timestamp

  init(_ books: Books) async throws {
    self.init(
      try await books.store.waitingDecisions(), lifetime: books.settings.safety.approvalLifetime,
      now: books.now)
  }

  init(_ waiting: [WaitingDecision], lifetime: Duration, now: Timestamp) {
    self.waiting = Dictionary(
      waiting.map { ($0.decision.key, $0) }, uniquingKeysWith: { first, _ in first })
    self.lifetime = lifetime
    self.now = now
  }

  /// Newest first; a decision whose beginning is not among the events is not told.
  func answers(_ newestFirst: [LedgerEvent]) -> [DecisionAnswer] {
    var lives: [DecisionKey: [LedgerEvent]] = [:]
    var order: [DecisionKey] = []
    for event in newestFirst {
      if lives[event.key] == nil { order.append(event.key) }
      lives[event.key, default: []].append(event)
    }
    return order.compactMap { answer(of: (lives[$0] ?? []).reversed()) }
  }

  /// The row of one decision from its life, oldest event first.
  func answer(of life: [LedgerEvent]) -> DecisionAnswer? {
    guard let last = life.last, let decision = life.compactMap(\.kind.decision).last else {
      return nil
    }
    let waits = waiting[decision.key]
    let outcome = waits.map(word) ?? last.kind.name
    var answer = DecisionAnswer(
      id: shortID(of: decision.key), key: decision.key.rawValue, at: "\(last.at)",
      madeAt: "\(decision.madeAt)", subject: subject(of: decision, last),
      pool: decision.pool.rawValue, intent: decision.intent.rawValue,
      mode: decision.mode.rawValue, outcome: outcome, code: decision.reason.code,
      reason: last.kind.reason ?? decision.reason.sentence)
    answer.hourly = decision.rate?.perHour.description
    answer.by = waits?.word?.by ?? decision.approval?.by
    guard waits != nil else { return answer }
    answer.until = "\(decision.waits(for: lifetime))"
    if outcome == "awaiting" { answer.command = "finops approve \(answer.id)" }
    return answer
  }

  /// What became of a decision that waits.
  func word(of waits: WaitingDecision) -> String {
    guard now < waits.decision.waits(for: lifetime) else { return "expired" }
    guard let word = waits.word else { return "awaiting" }
    return word.isApproval ? "approved" : "rejected"
  }

  private func subject(of decision: Decision, _ last: LedgerEvent) -> String {
    if case .succeeded(let receipt) = last.kind { return receipt.subject }
    return decision.node?.rawValue ?? decision.subject.words
  }
}

extension LedgerEvent.Kind {
  /// What was decided, in an event that says it.
  var decision: Decision? {
    switch self {
    case .advised(let decision), .intended(let decision): decision
    default: nil
    }
  }

  /// Why it ended, in an event that says it.
  var reason: String? {
    switch self {
    case .cancelled(let reason): reason.sentence
    case .failed(let failure): "\(failure.code): \(failure.message)"
    default: nil
    }
  }
}
