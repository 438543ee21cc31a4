import CostModel
import FleetModel

/// The fleet's hard ceiling of dollars an hour (SEMANTICS 4.8, S3): growth ends where it would be
/// passed, and where a price that is needed for that is not known.
struct HourlyCap: Guard {
  private let cap: Money?
  private var spend: HourlySpend?

  init(_ fleet: FleetView) {
    cap = fleet.rulebook.spend.hourlyCap?.perHour
    spend = cap.map { _ in HourlySpend(fleet.snapshot, under: fleet.rulebook) }
  }

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard let cap, let spend, act.intent.grows else { return nil }
    guard let more = act.added, let total = spend.total(with: more) else { return .priceUnknown }
    return total > cap ? .budgetDenied(.hourlyCap, would: total, cap: cap) : nil
  }

  /// So many replicas as still fit under the ceiling.
  func allowance(for act: Proposal, in fleet: FleetView) -> Int? {
    guard let cap, let spend, act.intent == .scaleUp, let one = act.rate?.perHour.nanos, one > 0,
      let now = spend.total(with: .zero)
    else { return nil }
    return Int(max(0, cap.nanos - now.nanos) / one)
  }

  mutating func admit(_ act: Proposal) {
    guard act.intent.grows else { return }
    spend?.add(act.rate, times: act.replicas?.size ?? 1)
  }
}

extension Proposal {
  /// What the act adds to an hour's bill; nil when its price is not known.
  fileprivate var added: Money? {
    rate.map { one in
      let nanos = Int128(one.perHour.nanos) * Int128(replicas?.size ?? 1)
      return Money(nanos: Int64(clamping: nanos))
    }
  }
}
