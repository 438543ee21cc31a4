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
  let calls: AWSCalls

  /// A listing of ten thousand groups; past it something there goes round in a circle.
  private static let mostPages = 100

  /// All groups that carry the fleet's tag.
  func list() async throws(ActuateError) -> (workloads: [Workload], clockSkew: Duration?) {
    var workloads: [Workload] = []
    var skew: Duration?
    var token: String?
    for _ in 0..<Self.mostPages {
      let call = AWSCall.describeGroups(tag: Tag.fleet, value: fleet, after: token)
      let reply = try await calls.send(call, as: DescribeGroupsReply.self)
      skew = reply.clockSkew ?? skew
      for group in reply.value.result.groups.items where group.tagged[Tag.fleet] == fleet {
        workloads.append(try workload(group, call))
      }
      guard let next = reply.value.result.next, !next.isEmpty else {
        return (workloads.sorted { $0.id < $1.id }, skew)
      }
      guard next != token else { break }
      token = next
    }
    throw .retryLater(
      after: nil,
      ActFailure(kind: .unknown, code: "EndlessPages", message: "the list of groups does not end"))
  }

  /// nil when there is no group of that name, or the id is of another kind.
  func observe(_ id: WorkloadID) async throws(ActuateError) -> Workload? {
    guard id.rawValue.hasPrefix(Self.prefix) else { return nil }
    let name = String(id.rawValue.dropFirst(Self.prefix.count))
    guard let group = try await group(name) else { return nil }
    return try workload(group, .describeGroup(name))
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
    guard group.desired > group.least else {
      throw CloudVerdict.wrong(
        "OutOfBounds", "the group \(name) has \(group.desired) machines, and no fewer are allowed")
    }
    let reply = try await calls.send(.terminateMember(node), as: AWSReceipt.self)
    return Receipt(
      node: node, state: .shuttingDown, requestID: reply.value.metadata.requestID)
  }

  private func group(_ name: String) async throws(ActuateError) -> ScalingGroup? {
    let reply = try await calls.send(.describeGroup(name), as: DescribeGroupsReply.self)
    return reply.value.result.groups.items.first { $0.name == name }
  }

  private func workload(
    _ group: ScalingGroup, _ call: AWSCall
  ) throws(ActuateError) -> Workload {
    guard let workload = group.workload(cloud: cloud, region: calls.region) else {
      throw calls.unreadable(call, "\(group.name): \(group.least) to \(group.most)")
    }
    return workload
  }
}
