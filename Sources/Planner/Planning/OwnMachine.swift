public import FleetModel

/// By what a controller knows the machine it runs on in its own fleet.
///
/// An autoscaler that ends its own machine ends what would bring it back: cluster-autoscaler
/// drained the node of the hub it ran beside (2i2c-org/infrastructure#3363), and controllers of one
/// replica go down with theirs (kubernetes/autoscaler#2045).
public struct OwnMachine: Sendable, Hashable {
  /// Of its network interfaces, without the loopback.
  public var addresses: Set<String>
  /// Names it may be listed by: an EC2 instance id, the name of a Kubernetes Node.
  public var names: Set<String>

  public init(addresses: Set<String> = [], names: Set<String> = []) {
    self.addresses = addresses
    self.names = names
  }

  /// The node, and where it is this machine, what forbids to end it.
  ///
  /// An address alone is enough: two networks may use it twice, and then one node more is kept.
  public func marking(_ node: Node) -> Node {
    guard isThis(node) else { return node }
    var node = node
    var facts = node.facts ?? NodeFacts()
    facts.hindrances = Self.hindrances + facts.hindrances.filter { !Self.hindrances.contains($0) }
    node.facts = facts
    return node
  }

  private func isThis(_ node: Node) -> Bool {
    if names.contains(node.id.rawValue) { return true }
    if let address = node.privateAddress, addresses.contains(address) { return true }
    return node.tags[Tag.provider].flatMap(MachineKey.named).map(names.contains) ?? false
  }

  private static let hindrances = MachineAct.allCases.map {
    ActHindrance(
      $0, .protected, because: "this controller runs on it",
      remedy: "run the controller on a machine outside the fleet")
  }
}
