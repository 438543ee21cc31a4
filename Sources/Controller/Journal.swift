import FleetModel
import Planner
import Ports

/// The ledger as this controller writes it: one write at a time, each folded into memory as soon
/// as it is committed, so that memory and ledger never disagree about the order of things.
actor Journal {
  private let ledger: any Ledger
  private let watch: FleetWatch
  private let lease: Lease
  /// Given to the store and not answered: at most a tick and an event of each act under way.
  private var unsure: [Write] = []
  private var isBusy = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(ledger: any Ledger, watch: FleetWatch, lease: Lease) {
    self.ledger = ledger
    self.watch = watch
    self.lease = lease
  }

  /// Records a tick and gives back the decisions to carry out now.
  func record(_ tick: Tick) async throws(StoreError) -> [Decision] {
    await enter()
    defer { leave() }
    let isKnown = unsure.contains { $0.isTick(at: tick.plan.takenAt) }
    if !isKnown { unsure.append(.tick(tick)) }
    return try await settle()
  }

  func append(_ event: LedgerEvent, alerts: [Alert]) async throws(StoreError) {
    await enter()
    defer { leave() }
    unsure.append(.event(event, alerts))
    _ = try await settle()
  }

  /// Gives every write the store has not answered, oldest first: a COMMIT whose answer was lost may
  /// have happened, and nothing newer may be folded before it is known. A repeat has no second
  /// effect (Ledger's contract).
  private func settle() async throws(StoreError) -> [Decision] {
    var intended: [Decision] = []
    while let oldest = unsure.first {
      do throws(StoreError) {
        for event in try await give(oldest) {
          await watch.take(event)
          if case .intended(let decision) = event.kind { intended.append(decision) }
        }
      } catch {
        // What was refused will be refused again, and must not hold up what follows.
        if case .refused = error { unsure.removeFirst() }
        throw error
      }
      unsure.removeFirst()
    }
    return intended
  }

  private func give(_ write: Write) async throws(StoreError) -> [LedgerEvent] {
    switch write {
    case .tick(let tick): try await ledger.record(tick, under: lease)
    case .event(let event, let alerts):
      [try await ledger.append(event, alerts: alerts, under: lease)]
    }
  }

  private enum Write {
    case tick(Tick)
    case event(LedgerEvent, [Alert])

    func isTick(at moment: Timestamp) -> Bool {
      guard case .tick(let tick) = self else { return false }
      return tick.plan.takenAt == moment
    }
  }

  private func enter() async {
    guard isBusy else {
      isBusy = true
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func leave() {
    guard waiting.isEmpty else {
      waiting.removeFirst().resume()
      return
    }
    isBusy = false
  }
}
