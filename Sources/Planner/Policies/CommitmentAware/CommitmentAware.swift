import CostModel
import FleetModel

/// Covered time saves nothing (SEMANTICS 4.12): what a commitment pays for anyway is left running.
///
/// It objects to stops that leave as many machines unpaid as before, counting the stops already
/// admitted in the same plan, and advises on commitments that are unused or missing.
struct CommitmentAware: Policy {
  static let name = "commitment-aware"

  func objector(in fleet: FleetView) -> (any Guard)? {
    fleet.covering == nil ? nil : PaidAnyway(fleet)
  }

  func advise(on fleet: FleetView) -> [Advice] {
    UnusedCommitments.advice(on: fleet) + BaseLoad.advice(on: fleet)
  }
}

/// Objects to a stop that saves nothing; the stops it let through count as done.
struct PaidAnyway: Guard {
  private var covering: Covering?
  private let nodes: [NodeView]

  init(_ fleet: FleetView) { (covering, nodes) = (fleet.covering, fleet.nodes) }

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    guard let kind = kind(of: act) else { return nil }
    return covering?.payer(of: kind).map { .commitmentCovered(name: $0) }
  }

  mutating func admit(_ act: Proposal) {
    if let kind = kind(of: act) { covering?.remove(kind) }
  }

  /// What is off already takes no place. Engines that only put their weights down stay paid for; so do replicas nobody can name.
  private func kind(of act: Proposal) -> MachineKind? {
    guard act.intent == .stop || act.intent == .terminate, let node = act.node,
      nodes[node].node.state.isLive
    else { return nil }
    return MachineKind(nodes[node].node)
  }
}
