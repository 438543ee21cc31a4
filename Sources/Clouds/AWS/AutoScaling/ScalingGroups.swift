import FleetModel
import Planner
import Ports

/// The Auto Scaling groups of one region, as workloads "asg/NAME".
struct ScalingGroups: Sendable {
  static let prefix = "asg/"
  /// The tag AWS puts on the machines of a group.
  static let memberTag = "aws:autoscaling:groupName"

  let cloud: CloudName
  let fleet: String
  var calls: AWSCalls

  /// A listing of ten thousand groups; past it something there goes round in a circle.
  private static let mostPages = 100

  struct Listing: Sendable {
    var workloads: [Workload] = []
    /// Members that are protected from scale-in.
    var protected: Set<NodeID> = []
    var clockSkew: Duration?
  }

  /// All groups that carry the fleet's tag.
  func list() async throws(ActuateError) -> Listing {
    var found: [ScalingGroup] = []
    var listing = Listing()
    try await pages { token throws(ActuateError) in
      let call = AWSCall.describeGroups(tag: Tag.fleet, value: fleet, after: token)
      let reply = try await calls.send(call, as: DescribeGroupsReply.self)
      listing.clockSkew = reply.clockSkew ?? listing.clockSkew
      found += reply.value.result.groups.items.filter { $0.tagged[Tag.fleet] == fleet }
      return reply.value.result.next
    }
    let policies = found.isEmpty ? [] : try await policies(of: nil)
    for group in found {
      let own = policies.map { $0.filter { $0.group == group.name } }
      listing.workloads.append(try workload(group, own))
      listing.protected.formUnion(group.protected)
    }
    listing.workloads.sort { $0.id < $1.id }
    return listing
  }

  /// nil when there is no group of that name, or the id is of another kind.
  func observe(_ id: WorkloadID) async throws(ActuateError) -> Workload? {
    guard id.rawValue.hasPrefix(Self.prefix) else { return nil }
    let name = String(id.rawValue.dropFirst(Self.prefix.count))
    guard let group = try await group(name) else { return nil }
    return try workload(group, try await policies(of: name))
  }

  /// Whether a member is protected from scale-in now.
  func isProtected(_ node: NodeID) async throws(ActuateError) -> Bool {
    let reply = try await calls.send(.describeMember(node), as: DescribeMembersReply.self)
    return reply.value.result.members?.items.first { $0.id == node.rawValue }?.isProtected == true
  }

  /// Asks for an absolute number of machines.
  func scale(_ id: WorkloadID, to number: Int) async throws(ActuateError) -> Receipt {
    guard let seen = try await observe(id) else {
      throw .refused(
        ActFailure(kind: .notFound, code: "NoSuchGroup", message: "there is no group \(id)"))
    }
    guard seen.tags[Tag.fleet] == fleet else {
      throw CloudVerdict.wrong("NotOurs", "\(id) does not carry \(Tag.fleet)=\(fleet)")
    }
    guard let bounds = seen.bounds, bounds.contains(number) else {
      let said = seen.bounds.map { "\($0.lowerBound) to \($0.upperBound)" } ?? "unknown"
      throw CloudVerdict.wrong("OutOfBounds", "\(id) may have \(said) machines, not \(number)")
    }
    if let refusal = seen.numberRefusal { throw refusal }
    let name = String(id.rawValue.dropFirst(Self.prefix.count))
    let reply = try await calls.send(
      .setDesiredCapacity(of: name, to: number), as: AWSReceipt.self)
    return Receipt(workload: id, replicas: number, requestID: reply.value.metadata.requestID)
  }

  /// Ends one member and lowers the group's number by one; nil when the group has it no more.
  ///
  /// Twice is once: a member that is leaving already is not asked to leave again, since the group's
  /// number would sink twice.
  func terminate(_ node: NodeID, of name: String) async throws(ActuateError) -> Receipt? {
    guard let group = try await group(name),
      let member = group.instances?.items.first(where: { $0.id == node.rawValue })
    else { return nil }
    guard !member.isLeaving else { return Receipt(node: node, state: .shuttingDown) }
    // The call ends protected members too; its protection holds against the group alone
    // (hashicorp/nomad-autoscaler#650).
    if member.isProtected == true {
      let facts = NodeFacts(hindrances: [Self.protection])
      if let refusal = facts.refusal(of: .terminate, on: node) { throw refusal }
    }
    let workload = try workload(group, try await policies(of: name))
    if let refusal = workload.numberRefusal { throw refusal }
    guard group.desired > group.least else {
      throw CloudVerdict.wrong(
        "OutOfBounds", "the group \(name) has \(group.desired) machines, and no fewer are allowed")
    }
    let reply = try await calls.send(.terminateMember(node), as: AWSReceipt.self)
    return Receipt(
      node: node, state: .shuttingDown, requestID: reply.value.metadata.requestID)
  }

  static let protection = ActHindrance(
    .terminate, .protected, because: "its group protects it from scale-in",
    remedy: "take its scale-in protection off to let it go")

  private func group(_ name: String) async throws(ActuateError) -> ScalingGroup? {
    let reply = try await calls.send(.describeGroup(name), as: DescribeGroupsReply.self)
    return reply.value.result.groups.items.first { $0.name == name }
  }

  /// nil where they may not be looked at: then nobody knows who sets the number.
  private func policies(of group: String?) async throws(ActuateError) -> [ScalingPolicy]? {
    var found: [ScalingPolicy] = []
    do throws(ActuateError) {
      try await pages { token throws(ActuateError) in
        let call = AWSCall.describePolicies(of: group, after: token)
        let page = try await calls.send(call, as: DescribePoliciesReply.self).value.result
        found += page.policies?.items ?? []
        return page.next
      }
    } catch {
      guard case .refused(let failure) = error, failure.kind == .auth else { throw error }
      return nil
    }
    return found
  }

  /// Asks for pages until there is no next one.
  private func pages(
    _ ask: (String?) async throws(ActuateError) -> String?
  ) async throws(ActuateError) {
    var token: String?
    for _ in 0..<Self.mostPages {
      guard let next = try await ask(token), !next.isEmpty else { return }
      guard next != token else { break }
      token = next
    }
    throw .retryLater(
      after: nil,
      ActFailure(kind: .unknown, code: "EndlessPages", message: "the list of groups does not end"))
  }

  private func workload(
    _ group: ScalingGroup, _ policies: [ScalingPolicy]?
  ) throws(ActuateError) -> Workload {
    guard
      let workload = group.workload(cloud: cloud, region: calls.region, policies: policies)
    else {
      throw calls.unreadable(
        .describeGroup(group.name), "\(group.name): \(group.least) to \(group.most)")
    }
    return workload
  }
}

extension ScalingGroup {
  var protected: [NodeID] {
    (instances?.items ?? []).filter { $0.isProtected == true }.map { NodeID($0.id) }
  }
}
