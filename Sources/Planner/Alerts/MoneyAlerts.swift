import FleetModel

extension Told {
  /// A step of a month's budget is told once a month, when it is first reached.
  func budgets(under rulebook: Rulebook) -> [Alert] {
    guard let month = memory.month else { return [] }
    return (plan.budgets ?? []).compactMap { standing in
      guard let reached = month.reached[standing.name], isNew(reached.at) else { return nil }
      let pools = rulebook.spend.budgets.first { $0.name == standing.name }?.pools ?? []
      return Alert(
        kind: reached.step.alert, severity: reached.step == .inform ? .info : .warning,
        key: "\(reached.step.alert.rawValue)/\(standing.name)/\(month.month.description.prefix(7))",
        at: plan.takenAt, summary: standing.sentence,
        labels: labels(of: standing, pools: pools.isEmpty ? rulebook.pools.map(\.name) : pools))
    }
  }

  /// A pool that money keeps from growing, once while that lasts, with the queue that waits there.
  func denials() -> [Alert] {
    plan.verdicts.compactMap { verdict in
      guard case .pool(let name) = verdict.subject, verdict.reason.isMoneyLimit,
        earlier[verdict.subject]?.code != verdict.reason.code
      else { return nil }
      var labels = ["pool": name.rawValue, "reason": verdict.reason.code]
      labels["waiting"] = waiting(in: [name])
      return Alert(
        kind: .budgetDenied, severity: .warning,
        key: "budget.denied/\(name)/\(plan.takenAt.microseconds / 1_000_000)", at: plan.takenAt,
        summary: "\(name): \(verdict.reason.sentence)", labels: labels)
    }
  }

  /// A price that one poll made jump, once for each such poll.
  func prices() -> [Alert] {
    let suspects = (memory.prices ?? [:]).filter { $0.value.suspect.map { isNew($0.at) } ?? false }
    return suspects.sorted { $0.key < $1.key }.compactMap { id, price in
      guard let suspect = price.suspect else { return nil }
      let reason = Reason.priceSuspect(was: price.good ?? .zero, now: suspect.rate)
      return Alert(
        kind: .priceSuspect, severity: .warning,
        key: "price.suspect/\(id)/\(suspect.at.microseconds / 1_000_000)", at: plan.takenAt,
        summary: "\(id): \(reason.sentence)",
        labels: ["price": id.rawValue, "hourly": suspect.rate.perHour.description])
    }
  }

  private func labels(of standing: BudgetStanding, pools: [PoolName]) -> [String: String] {
    var labels = [
      "budget": standing.name, "monthly": standing.monthly.description,
      "spent": standing.spent.description, "p50": standing.median.description,
      "p90": standing.high.description,
    ]
    labels["waiting"] = waiting(in: pools)
    return labels
  }

  /// Requests that wait in some pools; nil where nobody heard of any.
  private func waiting(in pools: [PoolName]) -> String? {
    let queues = pools.compactMap { memory.pools[$0]?.demand?.waiting }
    return queues.isEmpty ? nil : queues.reduce(0, +).brief
  }
}

extension BudgetStep {
  fileprivate var alert: Alert.Kind {
    switch self {
    case .inform: .budgetInform
    case .spotOnly: .budgetSpotOnly
    case .freeze: .budgetFreeze
    case .shrink: .budgetShrink
    }
  }
}

extension BudgetStanding {
  /// One sentence with the figures, and what is not in them.
  var sentence: String {
    var text =
      "Budget \(name): $\(spent.cents) of $\(monthly.cents) are spent, the month will end at "
      + "$\(median.cents) (P90 $\(high.cents))"
    if let countedSince { text += "; what was before \(countedSince) is unknown" }
    if hasUnpriced { text += "; machines without a price are not in it" }
    return text + "."
  }
}

extension Reason {
  fileprivate var isMoneyLimit: Bool {
    switch self {
    case .budgetDenied, .spotOnly, .priceAboveLimit: true
    default: false
    }
  }
}
