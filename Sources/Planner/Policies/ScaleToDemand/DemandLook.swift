/// What a pool's demand looked like over one interval.
///
/// A look that could not be true (a number that is not finite, or less than zero) teaches nothing.
public struct DemandLook: Sendable, Hashable, Codable {
  /// Mean replicas' worth of work that arrived in the interval.
  public var offered: Double
  /// Replica-seconds of work waiting at its end.
  public var backlog: Double
  /// Replicas that serve.
  public var ready: Int
  /// Replicas launched that do not serve yet.
  public var pending: Int

  public init(offered: Double, backlog: Double, ready: Int, pending: Int) {
    self.offered = offered
    self.backlog = backlog
    self.ready = ready
    self.pending = pending
  }

  /// The look with numbers no fleet reaches cut to the largest that arithmetic stays exact for;
  /// nil where it can't be true.
  var checked: DemandLook? {
    guard offered.isFinite, backlog.isFinite else { return nil }
    guard offered >= 0, backlog >= 0, ready >= 0, pending >= 0 else { return nil }
    return DemandLook(
      offered: min(offered, Double(DemandRule.mostReplicas)),
      backlog: min(backlog, Double(DemandRule.mostReplicas) * 86_400),
      ready: min(ready, DemandRule.mostReplicas), pending: min(pending, DemandRule.mostReplicas))
  }
}
