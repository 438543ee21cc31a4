public import FleetModel
import Planner
public import Ports

/// Numbers of replicas, and Karpenter's limits.
extension KubernetesActuator {
  public func observe(_ workload: WorkloadID) async throws(ActuateError) -> Workload? {
    guard let name = KubeName(workload) else { return nil }
    let call = calls.requests.workload(name)
    guard name.kind == .nodepool else {
      var seen = try await calls.find(call, as: KubeWorkload.self)?.workload(
        name.kind, cloud: cloud)
      if seen != nil {
        seen?.numberOwner = try await autoscalers(in: name.namespace).numberOwner(of: name)
      }
      return seen
    }
    return try await calls.find(call, as: KubeNodePool.self)?.workload(cloud: cloud)
  }

  /// The fleet's, sorted. Karpenter's pools are left out where there is no Karpenter, or where we may
  /// not see it: the server tells those two apart for nobody.
  func workloads() async throws(ActuateError) -> (found: [Workload], clockSkew: Duration?) {
    var found: [Workload] = []
    var skew: Duration?
    let labels = "\(Tag.fleet)=\(fleet)"
    for namespace in namespaces {
      for kind in [KubeKind.deployment, .statefulset] {
        let listing = try await calls.list(of: KubeWorkload.self) {
          calls.requests.workloads(kind, in: namespace, labels: labels, after: $0)
        }
        found += listing.items.map { $0.workload(kind, cloud: cloud) }
        skew = listing.clockSkew ?? skew
      }
    }
    try await nameOwners(of: &found)
    found += try await nodePools(labels)
    return (found.sorted { $0.id < $1.id }, skew)
  }

  private func nodePools(_ labels: String) async throws(ActuateError) -> [Workload] {
    do throws(ActuateError) {
      let listing = try await calls.list(of: KubeNodePool.self) {
        calls.requests.workloads(.nodepool, in: nil, labels: labels, after: $0)
      }
      return listing.items.compactMap { $0.workload(cloud: cloud) }
    } catch {
      guard case .refused(let failure) = error,
        failure.kind == .notFound || failure.code == "Forbidden"
      else { throw error }
      return []
    }
  }

  func scale(_ action: Action) async throws(ActuateError) -> Receipt {
    guard let id = action.workload, let name = KubeName(id) else {
      throw CloudVerdict.wrong("NoWorkload", "nothing says what to \(action.intent.rawValue)")
    }
    guard let wanted = action.replicas?.to, (0...Int(Int32.max)).contains(wanted) else {
      throw CloudVerdict.wrong("NoNumber", "nothing says how many replicas \(id) shall have")
    }
    if name.kind != .nodepool { try await refuseOwned(name) }
    for _ in 0..<Self.mostConflicts {
      do throws(ActuateError) {
        try await set(name, to: wanted)
        return Receipt(workload: id, replicas: wanted)
      } catch {
        guard Self.isConflict(error) else { throw error }
      }
    }
    throw Self.contended(id.rawValue)
  }

  /// Reads, and writes on what was read; nothing is sent where the number stands already.
  private func set(_ name: KubeName, to wanted: Int) async throws(ActuateError) {
    guard name.kind == .nodepool else {
      let scale = try await calls.send(calls.requests.scale(name), as: KubeScale.self)
      guard scale.spec?.replicas ?? 0 != wanted else { return }
      let call = calls.requests.setScale(
        name, to: wanted, version: scale.metadata.resourceVersion ?? "")
      let done = try await calls.send(call, as: KubeScale.self)
      guard done.spec?.replicas ?? 0 == wanted else { throw CloudVerdict.unreadable(call) }
      return
    }
    let pool = try await calls.send(calls.requests.workload(name), as: KubeNodePool.self)
    guard let limit = pool.limit else {
      throw .refused(
        ActFailure(
          kind: .unsupported, code: "NoLimit",
          message: "\(name.id) has no limit on \(KubeNodePool.gpus) that could be changed"))
    }
    guard limit != wanted else { return }
    _ = try await calls.send(
      calls.requests.setLimit(name, to: wanted, version: pool.metadata.resourceVersion ?? ""),
      as: KubeNodePool.self)
  }

  /// Two that set one number undo each other. Where we may not see autoscalers, nobody can tell.
  private func refuseOwned(_ name: KubeName) async throws(ActuateError) {
    guard let clause = try await autoscalers(in: name.namespace).numberOwner(of: name) else {
      return
    }
    throw .refused(
      ActFailure(
        kind: .unsupported, code: "OwnedByAutoscaler",
        message: "\(clause) of \(name.id); change its bounds instead"))
  }

  private func nameOwners(of found: inout [Workload]) async throws(ActuateError) {
    guard !found.isEmpty else { return }
    var known: [KubeAutoscaler] = []
    for namespace in namespaces { known += try await autoscalers(in: namespace) }
    for place in found.indices {
      found[place].numberOwner = KubeName(found[place].id).flatMap { known.numberOwner(of: $0) }
    }
  }

  private func autoscalers(
    in namespace: String?
  ) async throws(ActuateError) -> [KubeAutoscaler] {
    do throws(ActuateError) {
      return try await calls.list(of: KubeAutoscaler.self) {
        calls.requests.autoscalers(in: namespace, after: $0)
      }.items
    } catch {
      guard case .refused(let failure) = error,
        failure.kind == .notFound || failure.code == "Forbidden"
      else { throw error }
      return []
    }
  }
}

extension [KubeAutoscaler] {
  /// A clause for `Workload.numberOwner`. KEDA makes a HorizontalPodAutoscaler for each of its own
  /// objects, at zero replicas too.
  fileprivate func numberOwner(of name: KubeName) -> String? {
    let owner = first {
      $0.metadata.namespace ?? "default" == name.namespace
        && $0.spec.scaleTargetRef.kind == name.kind.kind
        && $0.spec.scaleTargetRef.name == name.name
    }
    guard let owner else { return nil }
    let keda = owner.metadata.labels?["scaledobject.keda.sh/name"].map { " of KEDA's \($0)" } ?? ""
    return "the HorizontalPodAutoscaler \(owner.metadata.name)\(keda) sets the replicas"
  }
}
