import CostModel
import FleetModel

/// Whether an idle node should be stopped or given back (SEMANTICS 4.10); advice only.
///
/// A stopped node costs its disks and comes back only if the cloud has room where it is. Where the
/// cloud had none within seven days†, stopping is a risk and said as one; where all came up, giving
/// back buys nothing but the disks.
struct StopOrTerminate: Policy {
  static let name = "stop-or-terminate"
  private static let recent = Duration.days(7)
  /// What a node that does not come back is counted as: a day of its price†.
  private static let outage = Duration.days(1)

  func advise(on fleet: FleetView) -> [Advice] {
    let logs = fleet.snapshot.memory.starts ?? []
    guard !logs.isEmpty else { return [] }
    return fleet.pools.flatMap { pool in
      logs.compactMap { log -> Advice? in
        let lacked = log.lackedCapacity(within: Self.recent, of: fleet.now)
        // Nothing to say of pools that do already what would be advised.
        guard pool.rules.idleIntent == (lacked ? .stop : .terminate) else { return nil }
        let nodes = pool.members.map { fleet.nodes[$0] }.filter {
          $0.node.cloud == log.cloud && $0.node.type == log.type && $0.node.capacity != .spot
            && fleet.mayAdvise(lacked ? .terminate : .stop, on: $0)
        }
        return nodes.isEmpty ? nil : advice(on: nodes, of: pool.rules, log, in: fleet)
      }
    }
  }

  private func advice(
    on nodes: [NodeView], of pool: PoolRules, _ log: StartLog, in fleet: FleetView
  ) -> Advice? {
    let ends = log.recent(at: fleet.now)
    guard let first = nodes.first, let rate = first.rate, !ends.isEmpty else { return nil }
    let failed = log.failures(at: fleet.now)
    let risk = Reason.restartRisk(failed: failed, of: ends.count).sentence
    let disks = fleet.prices.price(of: first.node)?.stoppedHourly ?? .zero
    let each = disks.cost(of: .hours(720))
    let expected = Money(
      nanos: Int64(
        Int128(rate.cost(of: Self.outage).nanos) * Int128(failed) / Int128(ends.count)))
    let costs =
      "A stopped \(log.type) costs $\(each.cents) a month in disks, and one that does not come "
      + "back about $\(expected.cents) a restart."
    if log.lackedCapacity(within: Self.recent, of: fleet.now) {
      let stopped = nodes.count { $0.node.state == .stopped }
      return Advice(
        kind: .stopOrTerminate, subject: .pool(pool.name), pool: pool.name,
        text: "\(risk) \(costs) Terminate with a snapshot, or keep one warm for "
          + "$\(rate.perHour.cents) an hour.",
        monthlySaving: disks.cost(of: .hours(720 * Int64(stopped))), risk: .high,
        isEstimated: true)
    }
    return Advice(
      kind: .stopOrTerminate, subject: .pool(pool.name), pool: pool.name,
      text: "The cloud had room for every \(log.type) within seven days: stopping is enough. "
        + costs,
      monthlySaving: .zero, risk: .low, isEstimated: true)
  }
}
