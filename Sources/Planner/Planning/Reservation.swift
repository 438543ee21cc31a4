import FleetModel

/// Why the money for a decision is not there; nil when it is. Asked again when its intent is
/// committed, on the newest snapshot with every other open act in its memory (SEMANTICS 4.8).
///
/// Pure. The decision's own intent, where it is open already, does not count against it. Acts that
/// do not grow need no money.
public func reservation(
  _ decision: Decision, snapshot: Snapshot, under rulebook: Rulebook
) -> Reason? {
  guard decision.intent.grows else { return nil }
  let pool = rulebook.pools.first { $0.name == decision.pool }
  let prices = KnownPrices(rulebook.prices, snapshot.memory.prices)
  let node = decision.node.flatMap { id in snapshot.nodes.first { $0.id == id } }
  let spec = decision.launch ?? pool?.launch
  let workload = decision.node == nil ? snapshot.workloads?[decision.pool] : nil
  if let suspicion = workload.flatMap(prices.suspicion(of:)) ?? node.flatMap(prices.suspicion(of:))
    ?? (decision.node == nil ? spec.flatMap { prices.suspicion(of: $0) } : nil)
  {
    return suspicion
  }
  let rate: HourlyRate? =
    if let workload {
      prices.rate(ofReplicaOf: workload)
    } else if let node {
      prices.rate(of: node, in: pool)
    } else if decision.node == nil {
      spec.flatMap { prices.rate(of: $0, in: pool) }
    } else {
      nil
    }
  if let reason = MaximumPrice.reason(for: rate, limit: pool?.maximumPrice) { return reason }
  guard let cap = rulebook.spend.hourlyCap?.perHour else { return nil }
  if let missing = snapshot.uncounted(under: rulebook) { return .uncounted(missing) }
  var spend = HourlySpend(snapshot, under: rulebook, except: decision.key)
  spend.add(rate, times: decision.replicas?.size ?? 1)
  guard let total = spend.total(with: .zero) else { return .priceUnknown }
  return total > cap ? .budgetDenied(.hourlyCap, would: total, cap: cap) : nil
}
