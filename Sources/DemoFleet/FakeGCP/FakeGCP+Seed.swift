public import FleetModel
import Ports
import Synchronization

extension FakeGCP {
  /// Puts a running machine there that nobody launched; it runs since `since`, or now.
  public func add(
    name: String, zone: String = "us-central1-a", type: String, labels: [String: String] = [:],
    metadata: [String: String] = [:], since: Timestamp? = nil
  ) -> NodeID {
    let now = since ?? time.now()
    return state.withLock { state in
      let number = state.project.next()
      let own = FakeGCPType.all[type]
      state.project.instances[number] = FakeGCPInstance(
        number: number, name: name, zone: zone, type: type, labels: labels, metadata: metadata,
        accelerators: own?.gpu.map { [($0, own?.count ?? 0)] } ?? [],
        scheduling: ["provisioningModel": "STANDARD", "preemptible": false], reservation: nil,
        network: [:], address: "10.128.9.9", createdAt: now, startedAt: now, visibleAt: now,
        timeline: [("RUNNING", now)], goneAt: nil, group: nil)
      return NodeID("\(zone)/\(number)")
    }
  }

  /// Attaches local SSD of so many gigabytes each.
  public func attach(localDisks: [Int], to node: NodeID) {
    change(node) { $0.localDisks = localDisks }
  }

  /// Switches a machine's deletion protection.
  public func protect(_ node: NodeID, _ isProtected: Bool = true) {
    change(node) { $0.isProtected = isProtected }
  }

  private func change(_ node: NodeID, _ act: @Sendable (inout FakeGCPInstance) -> Void) {
    state.withLock { state in
      guard let number = node.rawValue.split(separator: "/").last.flatMap({ UInt64($0) }),
        var machine = state.project.instances[number]
      else { return }
      act(&machine)
      state.project.instances[number] = machine
    }
  }

  /// Puts a managed instance group there, with its template; `place` is a zone or a region.
  public func addGroup(
    _ name: String, in place: String = "us-central1-a", type: String = "g2-standard-8", size: Int,
    labels: [String: String] = [:], allInstances: [String: String] = [:], autoscaler: String? = nil
  ) -> WorkloadID {
    let now = time.now()
    return state.withLock { state in
      let template = name + "-template"
      state.project.templates[template] = FakeGCPTemplate(
        number: state.project.next(), name: template, type: type, labels: labels, createdAt: now)
      let kind = state.project.zones.contains(place) ? "zones" : "regions"
      let group = FakeGCPGroup(
        number: state.project.next(), name: name, scope: "\(kind)/\(place)", template: template,
        targetSize: size, labels: allInstances, autoscaler: autoscaler, createdAt: now)
      state.project.groups[group.path] = group
      state.project.keepGroups(at: now)
      return WorkloadID("mig/\(place)/\(name)")
    }
  }

  /// Machines that can not be had until this is called again.
  public func sellOut(_ offers: Set<Offer>) { state.withLock { $0.project.soldOut = offers } }

  /// Types the project's quota does not allow until this is called again.
  public func exhaustQuota(of types: Set<String>) {
    state.withLock { $0.project.overQuota = types }
  }

  /// Places ("zones/us-central1-a") that aggregated lists say they could not reach.
  public func silence(_ places: Set<String>) { state.withLock { $0.project.silent = places } }

  /// Operations ("compute.instances.stop") that are answered with 403.
  public func forbid(_ operations: Set<String>) { state.withLock { $0.forbidden = operations } }

  /// A machine's status in Google's words; nil when there is none of that id.
  public func status(of node: NodeID) -> String? {
    let now = time.now()
    return state.withLock { state in
      let number = node.rawValue.split(separator: "/").last.flatMap { UInt64($0) }
      guard let machine = number.flatMap({ state.project.instances[$0] }), machine.exists(at: now)
      else { return nil }
      return machine.status(at: now)
    }
  }

  /// Every machine that ever ran under this label, gone or not.
  public func everMade(label: String, _ value: String) -> [NodeID] {
    state.withLock { state in
      state.project.instances.values.filter { machine in
        machine.labels[label] == value && machine.timeline.contains { $0.status != "PROVISIONING" }
      }.map { NodeID("\($0.zone)/\($0.number)") }.sorted()
    }
  }

  /// The machines of a group that are to stay.
  public func members(of group: WorkloadID) -> [NodeID] {
    let now = time.now()
    return state.withLock { state in
      let groups = state.project.groups.values.filter { own in
        WorkloadID("mig/\(FakeProject.last(own.scope))/\(own.name)") == group
      }
      return groups.flatMap { state.project.members(of: $0, at: now) }
        .filter { $0.stays(at: now) }.map { NodeID("\($0.zone)/\($0.number)") }.sorted()
    }
  }

  /// A machine is taken away, as a spot machine is: it stops without anyone's asking.
  public func preempt(_ node: NodeID) {
    let now = time.now()
    state.withLock { state in
      guard let number = node.rawValue.split(separator: "/").last.flatMap({ UInt64($0) }) else {
        return
      }
      state.project.instances[number]?.halt(at: now, lag: state.project.lag.stop)
    }
  }

  /// Takes this token for good, beside those its own endpoints give.
  public func accept(token: String) {
    state.withLock { _ = $0.tokens.accepted.insert(token) }
  }

  /// Every token given so far is refused from now on.
  public func revokeTokens() {
    state.withLock { state in
      state.tokens.accepted = []
      state.tokens.given = [:]
    }
  }

  /// How long the tokens live that are given from now on.
  public func setTokenLifetime(_ lifetime: Duration) {
    state.withLock { $0.tokens.lifetime = lifetime }
  }

  /// Refresh tokens, and the subject tokens of federation, that are taken.
  public func trust(_ secrets: Set<String>) { state.withLock { $0.tokens.trusted = secrets } }
}
