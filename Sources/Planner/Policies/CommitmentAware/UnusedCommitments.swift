import CostModel
import FleetModel

/// Commitments that are paid for and used by nobody, in money.
enum UnusedCommitments {
  static func advice(on fleet: FleetView) -> [Advice] {
    (fleet.covering?.uses ?? []).compactMap { commitment, used in
      let idle = commitment.count - used
      guard idle > 0, commitment.hourly > .zero else { return nil }
      let rate = CommitmentCoverage.unusedPerHour(commitment.hourly, idle: idle)
      return Advice(
        kind: .unusedCommitment, subject: .pool(pool(for: commitment, in: fleet)),
        pool: nil,
        text: "\(commitment.name) pays for \(commitment.count) and \(used) are used: "
          + "$\(rate.perHour.cents) an hour for nothing. Move work there, or do not renew it.",
        monthlySaving: rate.cost(of: .days(30)), risk: .low, isEstimated: true)
    }
  }

  /// The first pool with a machine it could pay for; else the name accounting gives such machines.
  private static func pool(for commitment: Commitment, in fleet: FleetView) -> PoolName {
    let node = fleet.nodes.first { $0.pool != nil && commitment.covers($0.node, at: fleet.now) }
    return node?.pool.map { fleet.pools[$0].rules.name } ?? "unassigned"
  }
}
