import FleetModel

/// One kind of machine, as commitments and price lists tell them apart.
struct MachineKind: Hashable, Comparable {
  var cloud: CloudName
  var type: InstanceType
  var region: Region
  var capacity: CapacityType

  init(_ node: Node) {
    (cloud, type, region, capacity) = (node.billedBy, node.type, node.region, node.capacity)
  }

  init(
    cloud: CloudName, type: InstanceType, region: Region, capacity: CapacityType = .onDemand
  ) {
    (self.cloud, self.type, self.region, self.capacity) = (cloud, type, region, capacity)
  }

  static func < (left: MachineKind, right: MachineKind) -> Bool {
    (left.cloud, left.type, left.region, left.capacity.rawValue)
      < (right.cloud, right.type, right.region, right.capacity.rawValue)
  }

  /// A machine of this kind, to ask for its price.
  var example: Node {
    Node(
      id: "", cloud: cloud, region: region, type: type, capacity: capacity, state: .running,
      launchedAt: Timestamp(microseconds: 0))
  }

  func isKind(of node: Node) -> Bool {
    type == node.type && region == node.region && cloud == node.billedBy
      && capacity == node.capacity
  }
}

extension [MachineKind: Int] {
  /// How many there are of each kind. Neighbours in an inventory are mostly alike: a run of them is
  /// counted in one go.
  init(counting nodes: some Sequence<Node>) {
    self.init()
    var run: (kind: MachineKind, count: Int)?
    for node in nodes {
      if let present = run, present.kind.isKind(of: node) {
        run = (present.kind, present.count + 1)
        continue
      }
      if let run { self[run.kind, default: 0] += run.count }
      run = (MachineKind(node), 1)
    }
    if let run { self[run.kind, default: 0] += run.count }
  }
}
