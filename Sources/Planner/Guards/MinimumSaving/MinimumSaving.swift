import CostModel
import FleetModel

/// An act has to be worth its trouble: so much a day (SEMANTICS 4.16).
///
/// Only for nodes that are switched off. A number of replicas follows demand, a move for the price
/// has a limit of its own, and where no price is known nobody can say that it saves too little.
struct MinimumSaving: Guard {
  private let least: Money

  init(_ fleet: FleetView) { least = fleet.rulebook.safety.leastSaving }

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard least > .zero, act.intent == .stop || act.intent == .terminate,
      act.reason.cause != .spot, act.reason.cause != nil, let node = act.node,
      let daily = saving(by: act.intent, of: fleet.nodes[node], in: fleet), daily < least
    else { return nil }
    return .belowMinimumSaving(daily: daily, least: least)
  }

  /// A stopped node's disks go on costing.
  private func saving(by intent: Intent, of view: NodeView, in fleet: FleetView) -> Money? {
    guard let rate = view.rate else { return nil }
    let day = Duration.days(1)
    let whole = rate.perHour > .zero ? rate.cost(of: day) : .zero
    guard intent == .stop, let price = fleet.prices.price(of: view.node) else { return whole }
    return whole - price.stoppedHourly.cost(of: day)
  }
}
