import FleetModel

/// Idle nodes that cost money and that nothing here may end, with what would work; advice only.
///
/// It promises no saving: what cannot be carried out is not counted as one (SEMANTICS 4.19).
struct Barred: Policy {
  static let name = "barred"

  func advise(on fleet: FleetView) -> [Advice] {
    var groups: [Group: [NodeView]] = [:]
    // Of most nodes nothing is known that could bar an act.
    let barred = fleet.offOrIdle.filter { place in
      let view = fleet.nodes[place]
      return view.node.facts != nil || view.hasRefusals
        || fleet.rulebook.inabilities[view.node.cloud] != nil
    }
    let proposals = IdleShutdown().proposals(for: barred, in: fleet)
    for proposal in proposals where proposal.reason.isBar {
      guard let node = proposal.node, let pool = proposal.pool,
        let remedy = proposal.reason.barRemedy
      else { continue }
      let group = Group(pool: pool, code: proposal.reason.code, remedy: remedy)
      groups[group, default: []].append(fleet.nodes[node])
    }
    return groups.sorted { $0.key < $1.key }.map { advice($0.key, on: $0.value, in: fleet) }
  }

  private func advice(_ group: Group, on nodes: [NodeView], in fleet: FleetView) -> Advice {
    let pool = fleet.pools[group.pool].rules.name
    let first = nodes[0].node.id
    let names = nodes.count == 1 ? "\(first)" : "\(first) and \(nodes.count - 1) more of \(pool)"
    let rate = nodes.count == 1 ? nodes[0].rate.map { " at $\($0.perHour.cents) an hour" } : nil
    return Advice(
      kind: .barred, subject: nodes.count == 1 ? .node(first) : .pool(pool), pool: pool,
      text: "\(names): idle\(rate ?? "") and kept (\(group.code)). What would work: "
        + "\(group.remedy).",
      monthlySaving: .zero, command: "finops explain \(first)")
  }

  private struct Group: Hashable, Comparable {
    var pool: Int
    var code: String
    var remedy: String

    static func < (left: Group, right: Group) -> Bool {
      (left.pool, left.code, left.remedy) < (right.pool, right.code, right.remedy)
    }
  }
}
