/// One rung of the ladder a pool goes down when it finds no capacity (SEMANTICS 4.10).
public enum SpotRung: Sendable, Hashable, Codable {
  case spot(String)
  case onDemand
  case serverless
  case hold
}

/// The rungs in the order in which they are tried when all is equal but the rank; for people.
///
/// Offerings by rank, then price, then order; those not cheaper than on-demand are left out.
public func spotLadder(_ terms: SpotTerms, serverless: Bool) -> [SpotRung] {
  let order = terms.offerings.indices.filter { terms.offerings[$0].share < 1 }
    .sorted { left, right in
      let (one, other) = (terms.offerings[left], terms.offerings[right])
      return (one.rank, one.share, left) < (other.rank, other.share, right)
    }
  return order.map { .spot(terms.offerings[$0].name) } + [.onDemand]
    + [serverless ? .serverless : .hold]
}
