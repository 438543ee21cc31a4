public import FleetModel
import Planner
public import Ports

extension GCPActuator {
  /// One group as it is now; nil when the cloud does not know it.
  public func observe(_ workload: WorkloadID) async throws(ActuateError) -> Workload? {
    guard let group = GCPGroup(workload), let reply = try await reply(group) else { return nil }
    return try self.workload(reply, template: try await facts.template(of: reply))
  }

  /// Ours are those whose machines get the fleet's label, by the template or the all-instances
  /// configuration, and those that are named.
  func workloads() async throws(ActuateError) -> [Workload] {
    let listing = try await api.list(GCPAggregatedList<GCPScopedGroups>.self) { token in
      api.requests.groups(after: token)
    }
    var found: [Workload] = []
    for reply in listing.items {
      guard let group = reply.group, covers(group) else { continue }
      let template = try await facts.template(of: reply)
      let workload = try workload(reply, template: template)
      if groups.contains(group.id) || workload.tags[Tag.fleet] == fleet { found.append(workload) }
    }
    return found.sorted { $0.id < $1.id }
  }

  func resize(_ action: Action) async throws(ActuateError) -> Receipt {
    guard let workload = action.workload, let size = action.replicas?.to else {
      throw CloudVerdict.wrong("NoWorkload", "nothing says which group gets how many")
    }
    guard (0...4000).contains(size) else {
      throw CloudVerdict.wrong("BadSize", "a group has 0 to 4000 machines, not \(size)")
    }
    guard let group = GCPGroup(workload), let reply = try await reply(group) else {
      throw .refused(
        ActFailure(kind: .notFound, code: "notFound", message: "there is no group \(workload)"))
    }
    let seen = try self.workload(reply, template: try await facts.template(of: reply))
    if let refusal = seen.numberRefusal { throw refusal }
    let call = api.requests.resize(group, to: size, token: action.token)
    switch try await api.settle(call, in: group.scope) {
    case .done(let operation):
      return Receipt(workload: workload, replicas: size, requestID: operation.name)
    case .failed(let failure): throw GCPCalls.error(failure)
    case .open(let operation, let why):
      // The number stands at once or not at all; nobody else is to have set it meanwhile.
      let now = (try? await self.reply(group))?.targetSize
      guard now == size else {
        throw .outcomeUnknown("\(call.operation) of \(workload), \(operation.name): \(why)")
      }
      return Receipt(workload: workload, replicas: size, requestID: operation.name)
    }
  }

  /// A group loses a member only where its number is ours.
  func refuseNumber(of group: GCPGroup) async throws(ActuateError) {
    guard let reply = try await reply(group) else { return }
    let seen = try workload(reply, template: try await facts.template(of: reply))
    if let refusal = seen.numberRefusal { throw refusal }
  }

  private func reply(_ group: GCPGroup) async throws(ActuateError) -> GCPGroupReply? {
    try await api.look(api.requests.group(group), as: GCPGroupReply.self)
  }

  private func covers(_ group: GCPGroup) -> Bool {
    if case .zone(let zone) = group.scope { return covers(group.scope.region, zone: zone) }
    return covers(group.scope.region, zone: nil)
  }

  private func workload(
    _ reply: GCPGroupReply, template: GCPTemplate?
  ) throws(ActuateError) -> Workload {
    guard var workload = reply.workload(cloud: cloud, template: template) else {
      throw CloudVerdict.unreadable(api.requests.groups(after: nil), reply.name)
    }
    if workload.tags[Tag.fleet] == GCPName.label(fleet) { workload.tags[Tag.fleet] = fleet }
    return workload
  }
}
