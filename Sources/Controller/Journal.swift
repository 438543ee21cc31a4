import FleetModel
import Planner
import Ports

/// The ledger as this controller writes it: one write at a time, each folded into memory as soon
/// as it is committed, so that memory and ledger never disagree about the order of things.
actor Journal {
  private let ledger: any Ledger
  private let watch: FleetWatch
  private let lease: Lease
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
    let events = try await ledger.record(tick, under: lease)
    var intended: [Decision] = []
    for event in events {
      await watch.take(event)
      if case .intended(let decision) = event.kind { intended.append(decision) }
    }
    return intended
  }

  func append(_ event: LedgerEvent, alerts: [Alert]) async throws(StoreError) {
    await enter()
    defer { leave() }
    let stored = try await ledger.append(event, alerts: alerts, under: lease)
    await watch.take(stored)
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
