import API
import FleetModel
import Planner

/// Ledger events as the decisions they tell of.
enum DecisionList {
  /// One row a decision, newest first: its newest event, and what it was about.
  static func rows(_ newestFirst: [LedgerEvent]) -> [DecisionRow] {
    var latest: [DecisionKey: LedgerEvent] = [:]
    var decisions: [DecisionKey: Decision] = [:]
    var order: [DecisionKey] = []
    for event in newestFirst {
      if latest[event.key] == nil {
        latest[event.key] = event
        order.append(event.key)
      }
      switch event.kind {
      case .advised(let decision), .intended(let decision): decisions[event.key] = decision
      default: continue
      }
    }
    return order.compactMap { key in
      guard let event = latest[key], let decision = decisions[key] else { return nil }
      return row(event, decision)
    }
  }

  private static func row(_ event: LedgerEvent, _ decision: Decision) -> DecisionRow {
    var subject = decision.node?.rawValue ?? "\(decision.pool)"
    if case .succeeded(let receipt) = event.kind { subject = receipt.subject }
    return DecisionRow(
      at: event.at, subject: subject, pool: decision.pool, intent: decision.intent,
      outcome: event.kind.name, reason: reason(event, decision))
  }

  private static func reason(_ event: LedgerEvent, _ decision: Decision) -> String {
    switch event.kind {
    case .cancelled(let reason): reason.sentence
    case .failed(let failure): "\(failure.code): \(failure.message)"
    default: decision.reason.sentence
    }
  }
}
