public import FleetModel
import Planner
public import Ports

extension AzureActuator {
  /// With resource groups each machine's state is a call of its own; more are a subscription's.
  static let mostSingleStates = 200

  public func inventory() async throws(ActuateError) -> Inventory {
    let machines = try await machines()
    let sets = try await scaleSets()
    members.replace(with: Set(sets.nodes.map(\.id)))
    // A machine called like an instance, "set_3", is meant when that name is asked for.
    var found = Dictionary(sets.nodes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for node in machines.items { found[node.id] = node }
    let sorted = found.values.sorted { $0.id < $1.id }
    var nodes: [Node] = []
    for node in sorted { nodes.append(await counted(node)) }
    return Inventory(
      nodes: nodes, workloads: sets.workloads.sorted { $0.id < $1.id },
      clockSkew: machines.clockSkew)
  }

  public func observe(_ node: NodeID) async throws(ActuateError) -> Node? {
    guard let name = AzureName(node) else { return nil }
    if !members.contains(node), let machine = try await machine(name) {
      let found = machine.node(name, cloud: cloud, view: machine.properties?.instanceView)
      return await found.mapAsync { await counted($0) }
    }
    guard let (set, instance) = name.member else { return nil }
    return try await member(instance, of: set)
  }

  public func observe(_ workload: WorkloadID) async throws(ActuateError) -> Workload? {
    guard let name = AzureName(workload),
      let set = try await sought({ () async throws(ActuateError) in
        try await calls.look(calls.requests.scaleSet(name), as: AzureScaleSet.self).value
      })
    else { return nil }
    let listed = try await calls.list(calls.requests.members(of: name), of: AzureMachine.self).items
    let nodes = nodes(listed, of: set, name)
    var found = set.workload(name, cloud: cloud, nodes: nodes)
    found?.numberOwner = numberOwner(of: set, name, try await autoscale())
    return found
  }

  /// What a look gives; nil when Azure does not know it.
  func sought<Value>(
    _ look: () async throws(ActuateError) -> Value
  ) async throws(ActuateError) -> Value? {
    do throws(ActuateError) { return try await look() } catch {
      guard case .refused(let failure) = error, failure.kind == .notFound else { throw error }
      return nil
    }
  }

  /// A virtual machine with its state; nil when Azure does not know it.
  func machine(_ name: AzureName) async throws(ActuateError) -> AzureMachine? {
    try await sought { () async throws(ActuateError) in
      try await calls.look(calls.requests.machine(name), as: AzureMachine.self).value
    }
  }

  private func member(
    _ instance: String, of set: AzureName
  ) async throws(ActuateError) -> Node? {
    guard
      let machine = try await sought({ () async throws(ActuateError) in
        try await calls.look(calls.requests.member(instance, of: set), as: AzureMachine.self).value
      }),
      let owner = try await sought({ () async throws(ActuateError) in
        try await calls.look(calls.requests.scaleSet(set), as: AzureScaleSet.self).value
      }), let node = nodes([machine], of: owner, set).first
    else { return nil }
    return await counted(node)
  }

  private func counted(_ node: Node) async -> Node {
    var node = node
    guard let type = await types.known(node.type, in: node.region) else { return node }
    node.acceleratorCount = type.accelerators
    node.facts?.localDisks = type.localDisks
    return node
  }

  /// Our fleet's, or a pool's.
  private func isOurs(_ tags: [String: String]?) -> Bool {
    let tags = tags ?? [:]
    if tags[Tag.fleet] == fleet { return true }
    return pools.contains { pool in pool.allSatisfy { tags[$0.key] == $0.value } }
  }
}

// MARK: Virtual machines

extension AzureActuator {
  /// Our machines: their descriptions carry the tags, another list their power states.
  private func machines() async throws(ActuateError) -> AzureCalls.Listing<Node> {
    var ours: [(AzureName, AzureMachine)] = []
    var skew: Duration?
    for group in place.lists {
      let listing = try await calls.list(calls.requests.machines(in: group), of: AzureMachine.self)
      skew = listing.clockSkew ?? skew
      for machine in listing.items where isOurs(machine.tags) {
        guard place.has(AzureRegion.named(machine.location ?? "")) else { continue }
        ours.append((try Self.name(machine), machine))
      }
    }
    var views = place.groups.isEmpty && !ours.isEmpty ? try await views() : [:]
    let missing = ours.filter { views[$0.0]?.power == nil }
    guard missing.count <= Self.mostSingleStates else {
      throw CloudVerdict.wrong(
        "TooManyMachines", "\(missing.count) machines in resource groups; name the subscription")
    }
    for (name, _) in missing { views[name] = try await view(of: name) }
    let nodes = ours.compactMap { name, machine in
      machine.node(name, cloud: cloud, view: views[name])
    }
    return AzureCalls.Listing(items: nodes, clockSkew: skew)
  }

  private static func name(_ machine: AzureMachine) throws(ActuateError) -> AzureName {
    guard let name = AzureName(resourceID: machine.id) else {
      throw .retryLater(
        after: nil,
        ActFailure(kind: .unknown, code: "UnreadableAnswer", message: "no id: \(machine.id)"))
    }
    return name
  }

  /// The state of every machine there, by name; a machine without one is asked for singly.
  private func views() async throws(ActuateError) -> [AzureName: AzureView] {
    let listed = try await calls.list(calls.requests.machineStates(), of: AzureMachine.self).items
    var views: [AzureName: AzureView] = [:]
    for machine in listed {
      guard let name = AzureName(resourceID: machine.id) else { continue }
      views[name] = machine.properties?.instanceView
    }
    return views
  }

  /// Of a machine that was made between the two lists, or of a group's.
  private func view(of name: AzureName) async throws(ActuateError) -> AzureView? {
    try await sought { () async throws(ActuateError) in
      try await calls.look(calls.requests.machineState(name), as: AzureView.self).value
    }
  }
}

// MARK: Scale sets

extension AzureActuator {
  private struct Sets {
    var workloads: [Workload] = []
    var nodes: [Node] = []
  }

  private func scaleSets() async throws(ActuateError) -> Sets {
    var found = Sets()
    var autoscale: AzureAutoscale?
    for group in place.lists {
      let listed = try await calls.list(
        calls.requests.scaleSets(in: group), of: AzureScaleSet.self
      ).items
      for set in listed where set.tags?[Tag.fleet] == fleet {
        guard let name = AzureName(resourceID: set.id),
          place.has(AzureRegion.named(set.location ?? ""))
        else { continue }
        let members = try await calls.list(
          calls.requests.members(of: name), of: AzureMachine.self
        ).items
        let nodes = nodes(members, of: set, name)
        if var workload = set.workload(name, cloud: cloud, nodes: nodes) {
          let known = if let autoscale { autoscale } else { try await self.autoscale() }
          autoscale = known
          workload.numberOwner = numberOwner(of: set, name, known)
          found.workloads.append(workload)
        }
        // A flexible set's machines are in the list of virtual machines.
        if !set.isFlexible { found.nodes += nodes }
      }
    }
    return found
  }

  func numberOwner(
    of set: AzureScaleSet, _ name: AzureName, _ autoscale: AzureAutoscale
  ) -> String? {
    AzureOwners.owner(of: set.tags ?? [:], set: nil).map { "\($0.phrase) sets it" }
      ?? autoscale.numberOwner(of: name)
  }

  private func nodes(
    _ members: [AzureMachine], of set: AzureScaleSet, _ name: AzureName
  ) -> [Node] {
    members.compactMap { member in
      let own = member.instanceId.map { AzureName(group: name.group, name: "\(name.name)_\($0)") }
      var node = member.node(
        own, cloud: cloud, view: member.properties?.instanceView, of: name,
        inheriting: set.tags ?? [:])
      if set.properties?.virtualMachineProfile?.priority?.lowercased() == "spot" {
        node?.capacity = .spot
      }
      return node
    }
  }
}

extension AzureScaleSet {
  /// What a set can be asked for: 1000 instances of a platform image, 100 within one placement
  /// group (Azure's limits, from memory).
  static let most = 1000
  static let mostInOneGroup = 100

  var isFlexible: Bool { properties?.orchestrationMode?.lowercased() == "flexible" }

  /// nil for a set without a number.
  func workload(_ name: AzureName, cloud: CloudName, nodes: [Node]) -> Workload? {
    guard let sku, let capacity = sku.capacity else { return nil }
    let most = properties?.singlePlacementGroup == true ? Self.mostInOneGroup : Self.most
    return Workload(
      id: name.workload, cloud: cloud, region: AzureRegion.named(location ?? ""),
      desired: capacity, ready: nodes.filter { $0.state == .running }.count,
      bounds: 0...max(most, capacity), state: state(capacity),
      type: sku.name.map { InstanceType($0) }, tags: tags ?? [:])
  }

  private func state(_ capacity: Int) -> Workload.State {
    switch properties?.provisioningState?.lowercased() {
    case "failed": .failed
    case "updating", "creating", "deleting", "migrating": .changing
    default: capacity == 0 ? .asleep : .running
    }
  }
}

extension Optional where Wrapped: Sendable {
  /// `map` with a function that waits.
  func mapAsync<Value>(_ change: (Wrapped) async -> Value) async -> Value? {
    guard let self else { return nil }
    return await change(self)
  }
}
