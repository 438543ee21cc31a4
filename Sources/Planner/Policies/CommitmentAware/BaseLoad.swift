import CostModel
import FleetModel

/// The load that is always there, and what committing to it would save.
enum BaseLoad {
  /// SEMANTICS 4.12: what ran in nine hours of ten†.
  private static let share = 0.10
  /// Of 30 days' hours, how many must be known: SEMANTICS 4.1's coverage.
  private static let known = 0.90

  static func advice(on fleet: FleetView) -> [Advice] {
    (fleet.snapshot.memory.usage ?? []).compactMap { use in
      guard let base = base(of: use) else { return nil }
      let bare = base - committed(to: use.kind, in: fleet)
      guard bare > 0, let onDemand = price(of: use, .onDemand, in: fleet) else { return nil }
      return advice(use, bare, onDemand, reserved: price(of: use, .reserved, in: fleet), fleet)
    }
  }

  /// How many ran in all but a tenth of the hours; nil before 30 days are known.
  static func base(of use: HourlyUse) -> Int? {
    let counts = use.known.sorted()
    guard Double(counts.count) >= Double(HourlyUse.length) * known else { return nil }
    return Int(counts[Int(Double(counts.count - 1) * share)])
  }

  /// Places that commitments in force have for this kind, whoever uses them now.
  private static func committed(to kind: MachineKind, in fleet: FleetView) -> Int {
    fleet.rulebook.commitments
      .filter { $0.isInForce(at: fleet.now) && $0.covers(kind) }
      .reduce(0) { $0 + max(0, $1.count) }
  }

  private static func price(
    of use: HourlyUse, _ capacity: CapacityType, in fleet: FleetView
  ) -> HourlyRate? {
    var kind = use.kind
    kind.capacity = capacity
    return fleet.prices.price(of: kind.example)?.hourly
  }

  private static func advice(
    _ use: HourlyUse, _ bare: Int, _ onDemand: HourlyRate, reserved: HourlyRate?,
    _ fleet: FleetView
  ) -> Advice? {
    let load = "\(bare) \(use.type) in \(use.region) ran uncommitted in nine hours of ten"
    let spend = onDemand.cost(of: .hours(720 * Int64(bare)))
    guard let reserved else {
      return Advice(
        kind: .commit, subject: subject(use, fleet), pool: nil,
        text: "\(load): $\(spend.cents) a month on demand. A commitment below "
          + "$\(onDemand.perHour.cents) an hour each is cheaper; its price is not known here.",
        monthlySaving: .zero, risk: .medium, isEstimated: true)
    }
    let saving = spend - reserved.cost(of: .hours(720 * Int64(bare)))
    guard saving > .zero,
      let hours = CommitmentCoverage.breakEvenHours(commitment: reserved, onDemand: onDemand)
    else { return nil }
    return Advice(
      kind: .commit, subject: subject(use, fleet), pool: nil,
      text: "\(load): committing to them costs $\(reserved.perHour.cents) an hour each instead of "
        + "$\(onDemand.perHour.cents), and pays from \(hours.brief) hours of a month's 720 on.",
      monthlySaving: saving, risk: .medium)
  }

  private static func subject(_ use: HourlyUse, _ fleet: FleetView) -> Subject {
    let node = fleet.nodes.first { view in
      view.pool != nil && view.node.cloud == use.cloud && view.node.type == use.type
        && view.node.region == use.region
    }
    return .pool(node?.pool.map { fleet.pools[$0].rules.name } ?? "unassigned")
  }
}
