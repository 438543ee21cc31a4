import FleetModel

/// What an idle proof asks of a pool's rules.
struct IdleTerms {
  var kind: PoolKind
  var minimumConfidence: Confidence
  /// The idle times that matter, in order and at least one.
  var limits: [Duration]

  init(of pool: PoolRules, reaching limits: [Duration]) {
    kind = pool.kind
    minimumConfidence = pool.minimumConfidence
    self.limits = limits
  }
}
