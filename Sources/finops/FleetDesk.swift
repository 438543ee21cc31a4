import API
import Controller
import FleetModel
import Planner
import Ports
import PostgresStore

/// What the API answers and does beside the pages: the same as the commands of the same names.
struct FleetDesk: InsightSource, OrderTaker {
  let store: PostgresStore
  let rulebook: Rulebook
  let health: Health
  let clock: any TimeSource

  func plan() async throws(DeskError) -> String {
    guard let plan = await health.plan, let snapshot = await health.snapshot else {
      throw DeskError(
        .unavailable, "the controller has not seen the whole fleet yet",
        fix: "ask /readyz?verbose what is missing")
    }
    return try json(PlanAnswer(plan, of: snapshot, under: rulebook, source: "the newest plan"))
  }

  func decisions(since: String) async throws(DeskError) -> String {
    guard let start = Window.moment(since, now: clock.now()) else {
      throw DeskError(
        .badRequest, "'\(since)' is no time", fix: "say since=7d, 24h or 2026-11-01")
    }
    let answers: [DecisionAnswer]
    do throws(StoreError) {
      let events = try await store.decisions(since: start, limit: 2000)
      answers = try await book().answers(events)
    } catch { throw away(error) }
    return try json(answers)
  }

  func explain(_ subject: String, at moment: String?) async throws(DeskError) -> String {
    guard let moment = Window.moment(moment ?? "now", now: clock.now()) else {
      throw DeskError(.badRequest, "'at' is no time", fix: "say at=2026-11-21T09:00:00Z or 2h")
    }
    let explainer = Explainer(store: store, rulebook: rulebook, now: clock.now())
    let found: Result<Explanation, Explainer.Fault>
    do throws(StoreError) { found = try await explainer.explain(subject, at: moment) } catch {
      throw away(error)
    }
    switch found {
    case .success(let explanation): return try json(explanation)
    case .failure(let fault):
      throw DeskError(.notFound, fault.words.problem, fix: fault.words.fix)
    }
  }

  func wake(_ pool: PoolName, for time: Duration) async throws(DeskError) -> String {
    let names = rulebook.pools.map(\.name.rawValue)
    guard names.contains(pool.rawValue) else {
      let near = nearestName(to: pool.rawValue, among: names)
      throw DeskError(
        .notFound, "there is no pool '\(pool)'",
        fix: near.map { "did you mean \($0)?" } ?? "the pools are \(names.joined(separator: ", "))")
    }
    let until = clock.now().advanced(by: time)
    do throws(StoreError) {
      try await store.wake(pool, until: until, by: Self.person, at: clock.now())
    } catch { throw away(error) }
    return try json(["pool": pool.rawValue, "until": "\(until)"])
  }

  func approve(_ id: String) async throws(DeskError) -> String {
    let desk = ApprovalDesk(
      store: store, lifetime: rulebook.safety.approvalLifetime, now: clock.now(),
      person: Self.person)
    let outcome: Result<(String, String), ApprovalDesk.Refusal>
    do throws(StoreError) { outcome = try await allow(id, at: desk) } catch { throw away(error) }
    switch outcome {
    case .success(let (key, text)): return try json(["decision": key, "done": text])
    case .failure(let refusal):
      throw DeskError(
        refusal.isUnknown ? .notFound : .conflict, refusal.problem, fix: refusal.fix)
    }
  }

  private func allow(
    _ id: String, at desk: ApprovalDesk
  ) async throws(StoreError) -> Result<(String, String), ApprovalDesk.Refusal> {
    switch try await desk.look(for: id) {
    case .failure(let refusal): return .failure(refusal)
    case .success(let waits):
      let taken = try await desk.take(true, on: waits)
      return taken.map { (waits.decision.key.rawValue, $0) }
    }
  }

  /// Who has the token is known; which person it is, is not.
  private static let person = "API"

  private func book() async throws(StoreError) -> DecisionBook {
    DecisionBook(
      try await store.waitingDecisions(), lifetime: rulebook.safety.approvalLifetime,
      now: clock.now())
  }

  private func json(_ value: some Encodable) throws(DeskError) -> String {
    guard let text = try? AnswerFormat.json(value) else {
      throw DeskError(.unavailable, "the answer could not be written")
    }
    return text
  }

  private func away(_ error: StoreError) -> DeskError {
    DeskError(.unavailable, "the database \(error)", fix: "try again in a minute")
  }
}
