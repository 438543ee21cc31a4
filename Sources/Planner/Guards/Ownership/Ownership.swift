import FleetModel

/// No machine of another controller is ended, none that is protected, none whose local disks nobody
/// gave up, and nothing is asked that was refused for good (SEMANTICS 4.19, DECISIONS 44).
///
/// Only of acts on machines: a number of replicas is its owner's own handle.
struct Ownership: Guard {
  init(_ fleet: FleetView) {}

  func objection(to act: Proposal, in fleet: FleetView) -> Reason? {
    act.node.flatMap { fleet.bar(to: act.intent, on: fleet.nodes[$0]) }
  }
}

extension FleetView {
  /// What stands against ending a machine, whatever it is idle for; nil: nothing that is known.
  func bar(to intent: Intent, on view: NodeView) -> Reason? {
    guard let act = MachineAct(intent), let place = view.pool else { return nil }
    let node = view.node
    if let bar = rulebook.bar(to: act, on: node, in: pools[place].rules) { return bar }
    return view.hasRefusals ? history(of: view)?.refusal(of: act, at: now) : nil
  }
}

extension FleetView {
  /// Whether a person may be told to end it: advice is only of what can be carried out.
  func mayAdvise(_ intent: Intent, on view: NodeView) -> Bool {
    bar(to: intent, on: view) == nil && Protection.reason(for: view.node, at: now) == nil
  }
}

extension Rulebook {
  /// The same of one node, as far as its facts say. The ladder, the guard and the look before the
  /// leap all ask here, so that they cannot differ.
  func bar(to act: MachineAct, on node: Node, in pool: PoolRules) -> Reason? {
    guard let facts = node.facts else { return nil }
    if let owner = facts.owner, !actsThrough(owner, act, on: node, in: pool) {
      return .owned(owner, act)
    }
    if let hindrance = facts.hindrance(to: act) { return .barred(hindrance) }
    guard act == .stop, let disks = facts.localDisks, pool.localDisks != .lost else { return nil }
    return .localDisks(disks)
  }

  /// The act goes through the owner: drained by the cluster it is a node of, or given back by the
  /// group the pool names, which takes its number down with it.
  private func actsThrough(
    _ owner: NodeOwner, _ act: MachineAct, on node: Node, in pool: PoolRules
  ) -> Bool {
    if drains?.contains(node.cloud) == true { return owner.kind.isOfClusters }
    guard act == .terminate, let workload = pool.match.workload, !owner.name.isEmpty else {
      return false
    }
    return workload.parts.first == owner.kind.workloadPrefix
      && workload.parts.last == owner.name.split(separator: "/").last.map(String.init)
  }
}

extension NodeFacts {
  /// The first that forbids an act. Whoever forbids a stop does not want it given back either, and a
  /// word of people comes before what the cloud cannot do.
  func hindrance(to act: MachineAct) -> ActHindrance? {
    hindrances.first { $0.kind == .protected && ($0.act == act || act == .terminate) }
      ?? hindrances.first { $0.act == act }
  }
}

extension MachineAct {
  /// nil for what leaves the machine where it is.
  init?(_ intent: Intent) {
    switch intent {
    case .stop: self = .stop
    case .terminate: self = .terminate
    case .keep, .start, .launch, .scaleUp, .scaleDown, .unload: return nil
    }
  }
}
