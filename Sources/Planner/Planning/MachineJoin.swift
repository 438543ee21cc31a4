public import FleetModel

/// Every machine once, though two clouds list it: a Kubernetes Node and the instance it runs on.
///
/// Counted as two they cost twice (project-koku/koku#816, opencost/opencost#3113), and one exporter
/// at the address of two nodes is matched to neither. The Node names its machine by its provider
/// id; names and addresses are used again (kubernetes/cloud-provider-gcp#589), so nothing else
/// joins, and a Node without one is left as it is (awslabs/eks-node-viewer#372).
public struct MachineJoin: Sendable {
  private let fleet: String
  private let drains: Set<CloudName>
  private let index: PoolIndex

  public init(_ rulebook: Rulebook) {
    fleet = rulebook.fleet
    drains = Set(rulebook.drains ?? [])
    index = PoolIndex(rulebook)
  }

  /// The listing with every machine once, in its order.
  public func once(_ nodes: [Node]) -> [Node] {
    let claims = claims(in: nodes)
    guard !claims.isEmpty else { return nodes }
    var gone: Set<Int> = []
    var joined = nodes
    for (machine, claimants) in claims {
      let shown = shown(of: machine, claimants, in: nodes)
      gone.formUnion(claimants.filter { $0 != shown })
      if shown != machine { gone.insert(machine) }
      joined[shown] =
        shown == machine
        ? held(nodes[machine], by: nodes[claimants[0]])
        : drained(nodes[shown], on: nodes[machine])
    }
    return joined.indices.lazy.filter { !gone.contains($0) }.map { joined[$0] }
  }

  /// By the place of a machine in the list: the places of the Nodes that name it.
  private func claims(in nodes: [Node]) -> [Int: [Int]] {
    let naming = nodes.indices.filter { nodes[$0].tags[Tag.provider] != nil }
    guard !naming.isEmpty else { return [:] }
    var places: [String: [Int]] = [:]
    for place in nodes.indices where nodes[place].tags[Tag.provider] == nil {
      for key in MachineKey.all(of: nodes[place]) { places[key, default: []].append(place) }
    }
    var claims: [Int: [Int]] = [:]
    for place in naming {
      guard let key = nodes[place].tags[Tag.provider].flatMap(MachineKey.named),
        // Of two that answer to one name nobody knows which it is.
        let found = places[key], found.count == 1
      else { continue }
      claims[found[0], default: []].append(place)
    }
    return claims
  }

  /// Which of them stays. The Node where its cluster is drained and a pool wants it as such; else
  /// the machine, and so does it where several Nodes claim it.
  private func shown(of machine: Int, _ claimants: [Int], in nodes: [Node]) -> Int {
    guard claimants.count == 1, drains.contains(nodes[claimants[0]].cloud) else { return machine }
    let hasPool = index.place(of: nodes[claimants[0]]) != nil
    return hasPool || index.place(of: nodes[machine]) == nil ? claimants[0] : machine
  }

  /// The machine, which the cluster's Node answers for: ended under its pods it would not be
  /// drained.
  private func held(_ machine: Node, by claimant: Node) -> Node {
    var machine = machine
    takeWords(of: claimant, into: &machine)
    var facts = machine.facts ?? NodeFacts()
    facts.owner = facts.owner ?? NodeOwner(.kubernetes, name: claimant.cloud.rawValue)
    machine.facts = facts
    return machine
  }

  /// The Node, on the bill of its machine.
  private func drained(_ node: Node, on machine: Node) -> Node {
    var node = node
    node.billed = BilledMachine(cloud: machine.cloud, id: machine.id)
    (node.region, node.type, node.capacity) = (machine.region, machine.type, machine.capacity)
    node.launchedAt = max(node.launchedAt, machine.launchedAt)
    node.privateAddress = node.privateAddress ?? machine.privateAddress
    node.acceleratorCount = node.acceleratorCount ?? machine.acceleratorCount
    // A Node outlives its machine's run: what is off is not billed.
    if machine.state != .running { node.state = machine.state }
    takeWords(of: machine, into: &node)
    takeProtections(of: machine, into: &node)
    return node
  }

  /// What people wrote on the one counts on the other. Not the fleet and the pool, by which an act
  /// is looked at again on the one alone; but another fleet's name is never lost.
  private func takeWords(of other: Node, into node: inout Node) {
    for tag in [Tag.protect, Tag.target, Tag.owner, Tag.accelerators] where node.tags[tag] == nil {
      node.tags[tag] = other.tags[tag]
    }
    if other.isOfAnother(than: fleet) { node.tags[Tag.fleet] = other.tags[Tag.fleet] }
    if Protection.outlasts(other.tags[Tag.protect], node.tags[Tag.protect]) {
      node.tags[Tag.protect] = other.tags[Tag.protect]
    }
  }

  private func takeProtections(of machine: Node, into node: inout Node) {
    let protections = machine.facts?.hindrances.filter { $0.kind == .protected } ?? []
    guard !protections.isEmpty else { return }
    var facts = node.facts ?? NodeFacts()
    facts.hindrances += protections
    node.facts = facts
  }
}

/// How a machine is called in a provider id and in the listing of its own cloud.
enum MachineKey {
  /// The names it answers to: its id, and for Google its zone and name.
  static func all(of node: Node) -> [String] {
    var keys = [node.id.rawValue]
    if let name = node.tags["Name"], !node.zone.isEmpty { keys.append("\(node.zone)/\(name)") }
    return keys
  }

  /// "aws:///us-east-1a/i-0abc", "gce://project/zone/name",
  /// "azure:///subscriptions/S/resourceGroups/G/providers/P/virtualMachines/N" and its form for
  /// instances of scale sets; nil for what is none of these.
  static func named(_ provider: String) -> String? {
    let parts = provider.split(separator: "/").map(String.init)
    switch (parts.first, parts.count) {
    case ("aws:", 3) where parts[2].hasPrefix("i-"): return parts[2]
    case ("gce:", 4): return "\(parts[2])/\(parts[3])"
    case ("azure:", 9): return "\(parts[4])/\(parts[8])".lowercased()
    case ("azure:", 11): return "\(parts[4])/\(parts[8])_\(parts[10])".lowercased()
    default: return nil
    }
  }
}

extension Protection {
  /// Whether the first tag protects for longer than the second.
  static func outlasts(_ one: String?, _ other: String?) -> Bool {
    guard let one, one != "false", !one.isEmpty else { return false }
    guard let other, other != "false", !other.isEmpty else { return true }
    guard let end = Timestamp(rfc3339: other) else { return false }
    return Timestamp(rfc3339: one).map { $0 > end } ?? true
  }
}
