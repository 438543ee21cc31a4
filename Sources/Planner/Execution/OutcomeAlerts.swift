public import FleetModel

/// What people hear of an act's end; written in the same transaction as the end itself.
public func outcomeAlerts(for event: LedgerEvent, of decision: Decision) -> [Alert] {
  let subject = decision.node?.rawValue ?? "\(decision.pool)"
  var labels = [
    "pool": decision.pool.rawValue, "intent": decision.intent.rawValue,
    "decision": decision.key.rawValue, "reason": decision.reason.code,
  ]
  if let node = decision.node { labels["node"] = node.rawValue }
  if let rate = decision.rate { labels["hourly"] = rate.perHour.description }
  func alert(_ kind: Alert.Kind, _ severity: Alert.Severity, _ summary: String) -> Alert {
    Alert(
      kind: kind, severity: severity, key: "\(kind.rawValue)/\(decision.key)", at: event.at,
      summary: summary, labels: labels)
  }
  switch event.kind {
  case .succeeded(let receipt):
    labels["node"] = receipt.subject
    guard decision.intent.shrinks else {
      return [alert(.nodeLaunched, .info, "\(receipt.subject) was made or started")]
    }
    // It still runs; that its weights go was told when it was decided.
    guard decision.intent != .unload else { return [] }
    return [alert(.nodeStopped, .info, "\(subject) was switched off: \(decision.reason.code)")]
  case .failed(let failure):
    var text = "\(decision.intent.rawValue) of \(subject) failed: \(failure.code)"
    if failure.isForGood, decision.node != nil, decision.intent.shrinks {
      text += ": \(failure.message); not asked again for a week unless the machine changes"
    }
    return [alert(.actionFailed, failure.kind == .capacity ? .warning : .error, text)]
  case .cancelled(let reason):
    return [alert(.actionCancelled, .info, "\(subject) is kept after all: \(reason.code)")]
  case .advised, .intended, .attempted: return []
  }
}
