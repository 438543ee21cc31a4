public import FleetModel

/// A target as a person listed it, with the instance it belongs to where that was said.
public struct WatchedTarget: Sendable, Hashable, Codable {
  public var target: Target
  public var node: NodeID?
  public var every: Duration

  public init(target: Target, node: NodeID? = nil, every: Duration) {
    self.target = target
    self.node = node
    self.every = every
  }
}

/// Which target speaks for which node (DECISIONS 29), and which targets speak for none.
///
/// In this order: the node's tag `finops-target`, its private address, the instance named beside
/// the target. Two live nodes that claim one target, or two targets one node, are matched to
/// nothing: acting on the wrong machine is worse than not acting.
public func matchTargets(
  _ targets: [WatchedTarget], to nodes: [Node]
) -> (matched: [NodeID: Target], unmatched: [Target]) {
  let live = nodes.filter { $0.state.isLive || $0.state == .stopping }
  let off = nodes.filter { $0.state == .stopped }
  let byTag = Dictionary(grouping: live) { $0.tags[Tag.target] ?? "" }
  let byAddress = Dictionary(grouping: live) { $0.privateAddress ?? "" }
  let byID = Dictionary(grouping: live) { $0.id }
  let byMachine = Dictionary(grouping: live.filter { $0.billed != nil }) { $0.billed?.id ?? $0.id }
  let offByTag = Dictionary(grouping: off) { $0.tags[Tag.target] ?? "" }
  var claims: [NodeID: [Target]] = [:]
  var unmatched: [Target] = []
  for watched in targets {
    let candidates =
      byTag[watched.target.rawValue]
      ?? byAddress[watched.target.host]?.filter { $0.tags[Tag.target] == nil }
      ?? watched.node.flatMap { byID[$0] ?? byMachine[$0] }
      ?? offByTag[watched.target.rawValue] ?? []
    guard candidates.count == 1, let node = candidates.first else {
      unmatched.append(watched.target)
      continue
    }
    claims[node.id, default: []].append(watched.target)
  }
  var matched: [NodeID: Target] = [:]
  for (node, claimed) in claims {
    if claimed.count == 1 { matched[node] = claimed[0] } else { unmatched += claimed }
  }
  return (matched, unmatched.sorted())
}
