import Controller
import FleetModel
import Foundation
import Planner
import Ports
import PostgresStore
import Settings

/// Where people's words on decisions are taken: by commands and by the API, alike.
struct ApprovalDesk: Sendable {
  let store: PostgresStore
  let lifetime: Duration
  let now: Timestamp
  let person: String

  init(books: Books) {
    store = books.store
    lifetime = books.settings.safety.approvalLifetime
    now = books.now
    person = NSUserName()
  }

  init(store: PostgresStore, lifetime: Duration, now: Timestamp, person: String) {
    self.store = store
    self.lifetime = lifetime
    self.now = now
    self.person = person
  }

  /// Why no word was taken, for people.
  struct Refusal: Error {
    var isUnknown: Bool
    var problem: String
    var fix: String?
  }

  /// Those that wait and have not expired, oldest first.
  func open() async throws(StoreError) -> [WaitingDecision] {
    try await store.waitingDecisions().filter { now < $0.decision.waits(for: lifetime) }
  }

  /// The waiting decision with this id, or why there is none.
  func look(for id: String) async throws(StoreError) -> Result<WaitingDecision, Refusal> {
    let waiting = try await store.waitingDecisions()
    switch DecisionIDs.resolve(id, among: waiting.map(\.decision.key)) {
    case .success(let key):
      guard let found = waiting.first(where: { $0.decision.key == key }) else { break }
      return .success(found)
    case .failure(.unknown):
      return .failure(try await ended(id))
    case .failure(let fault):
      return .failure(
        Refusal(isUnknown: false, problem: fault.words.problem, fix: fault.words.fix))
    }
    return .failure(try await ended(id))
  }

  /// What is to be said of an id that no waiting decision has.
  private func ended(_ id: String) async throws(StoreError) -> Refusal {
    let unknown = DecisionIDs.Fault.unknown(id).words
    guard case .success(let key) = DecisionIDs.resolve(id, among: try await store.decisionKeys()),
      let last = try await store.life(of: key).last
    else { return Refusal(isUnknown: true, problem: unknown.problem, fix: unknown.fix) }
    if case .advised(let decision) = last.kind {
      return Refusal(
        isUnknown: false,
        problem: "pool \(decision.pool) is in mode \(decision.mode.rawValue): nothing waits there",
        fix: "set its mode to approve, and what is decided then can be allowed")
    }
    let reason = last.kind.reason.map { ": \($0)" } ?? ""
    return Refusal(
      isUnknown: false, problem: "\(shortID(of: key)) has ended: \(last.kind.name)\(reason)",
      fix: nil)
  }

  /// Takes the word; what was done in one sentence, or why it was not.
  func take(
    _ isApproval: Bool, on waits: WaitingDecision
  ) async throws(StoreError) -> Result<String, Refusal> {
    let decision = waits.decision
    let until = decision.waits(for: lifetime)
    let id = shortID(of: decision.key)
    guard now < until else {
      return .failure(
        Refusal(
          isUnknown: false, problem: "\(id) expired at \(until)",
          fix: "when the same is still wanted, it is decided anew: `finops decisions`"))
    }
    let taken = try await store.say(
      isApproval, on: decision.key, by: person, at: now, expires: until)
    guard taken else { return .failure(try await ended(id)) }
    let subject = decision.node?.rawValue ?? decision.subject.words
    return .success(
      isApproval
        ? "\(id) allowed: \(decision.intent.rawValue) of \(subject), after one more look at it"
        : "\(id) rejected: not asked again before \(until)")
  }

  /// For commands: the decision, or the reason on standard error and the exit code.
  func find(_ id: String) async throws -> WaitingDecision { try told(await look(for: id)) }

  func say(_ isApproval: Bool, on waits: WaitingDecision) async throws -> String {
    try told(await take(isApproval, on: waits))
  }

  private func told<Value>(_ result: Result<Value, Refusal>) throws -> Value {
    switch result {
    case .success(let value): return value
    case .failure(let refusal):
      tell("finops: \(refusal.problem)" + (refusal.fix.map { "\n        \($0)" } ?? ""))
      throw Exit.failed
    }
  }

  func line(of waits: WaitingDecision) -> String {
    let decision = waits.decision
    let rate = decision.rate.map { ", \(dollars($0.perHour.description))/h" } ?? ""
    return "\(shortID(of: decision.key))  \(decision.intent.rawValue) "
      + "\(decision.node?.rawValue ?? decision.subject.words) (\(decision.pool)\(rate), "
      + "\(decision.risk.rawValue) risk)  \(decision.reason.sentence)"
  }
}
