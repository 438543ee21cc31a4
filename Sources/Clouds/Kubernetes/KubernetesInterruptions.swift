public import FleetModel
public import Ports
import Synchronization

/// The cluster's word that a node will go: taints and conditions, on the actuator's watch.
///
/// A notice holds as long as its taint does. It is given until it is acknowledged; after a restart
/// it is given again under the same id.
public final class KubernetesInterruptions: InterruptionSource {
  public let cloud: CloudName
  private let watch: NodeWatch
  private let time: any TimeSource
  private let isOurs: @Sendable (KubeNode) -> Bool
  private let acknowledged = Mutex<Set<String>>([])

  init(
    cloud: CloudName, watch: NodeWatch, time: any TimeSource,
    isOurs: @escaping @Sendable (KubeNode) -> Bool
  ) {
    self.cloud = cloud
    self.watch = watch
    self.time = time
    self.isOurs = isOurs
  }

  /// How long a look waits for the first notice, and how often it looks at what the watch brought.
  private static let longestWait = Duration.seconds(20)
  private static let pause = Duration.milliseconds(250)

  public func notices() async throws(ActuateError) -> [Interruption] {
    let end = time.now().advanced(by: Self.longestWait)
    var nodes = try await watch.current().nodes
    while true {
      let found = pending(in: nodes)
      guard found.isEmpty, watch.follows, time.now() < end else { return found }
      do { try await time.sleep(for: Self.pause) } catch { return [] }
      nodes = watch.nodes.all
    }
  }

  public func acknowledge(_ notices: [Interruption]) async throws(ActuateError) {
    acknowledged.withLock { $0.formUnion(notices.map(\.id)) }
  }

  private func pending(in nodes: [KubeNode]) -> [Interruption] {
    let all = nodes.filter(isOurs).flatMap { $0.interruptions(cloud: cloud, at: time.now()) }
    return acknowledged.withLock { done in
      // What is no longer said needs no remembering.
      done.formIntersection(all.map(\.id))
      return all.filter { !done.contains($0.id) }
    }
  }
}

extension KubeNode {
  private typealias Kind = Interruption.Kind

  /// Taints that announce an end, by who sets them: AWS Node Termination Handler, Karpenter (v1 and
  /// before), a person who has seen the machine is lost, GKE's graceful termination, AKS's auto
  /// drain.
  private static let taints: [(key: String, kind: Kind)] = [
    ("aws-node-termination-handler/spot-itn", .preemption),
    ("aws-node-termination-handler/rebalance-recommendation", .rebalance),
    ("aws-node-termination-handler/scheduled-maintenance", .maintenance),
    ("aws-node-termination-handler/asg-lifecycle-termination", .stopped),
    ("karpenter.sh/disrupted", .maintenance), ("karpenter.sh/disruption", .maintenance),
    ("node.kubernetes.io/out-of-service", .stopped),
    ("cloud.google.com/impending-node-termination", .preemption),
    ("remediator.kubernetes.azure.com/unschedulable", .maintenance),
  ]

  /// Conditions that announce an end: AKS's node problem detector. A freeze of a few seconds is none.
  private static let conditions: [(type: String, kind: Kind)] = [
    ("PreemptScheduled", .preemption), ("TerminateScheduled", .stopped),
    ("RedeployScheduled", .maintenance), ("RebootScheduled", .maintenance),
  ]

  /// A node that is not ready for this long is lost to its pods: they are evicted after five
  /// minutes, and a kubelet that restarts is back well before this.
  static let longestUnready = Duration.seconds(60)

  /// What the node says of its end at this moment; nothing for a node that we drain ourselves.
  func interruptions(cloud: CloudName, at now: Timestamp) -> [Interruption] {
    guard cordonedBy == nil else { return [] }
    return tainted(cloud, now) + conditioned(cloud, now) + unready(cloud, now)
  }

  private func tainted(_ cloud: CloudName, _ now: Timestamp) -> [Interruption] {
    (spec?.taints ?? []).compactMap { taint in
      guard let known = Self.taints.first(where: { $0.key == taint.key }) else { return nil }
      return notice(cloud, taint.key, known.kind, Self.moment(taint.timeAdded) ?? now, "taint")
    }
  }

  private func conditioned(_ cloud: CloudName, _ now: Timestamp) -> [Interruption] {
    (status?.conditions ?? []).compactMap { condition in
      let known = Self.conditions.first { $0.type == condition.type }
      guard let known, condition.status == "True" else { return nil }
      let since = Self.moment(condition.lastTransitionTime)
      return notice(cloud, condition.type, known.kind, since ?? now, "condition", since: since)
    }
  }

  /// Was ready once, and is not since a while. One that never was is still starting.
  private func unready(_ cloud: CloudName, _ now: Timestamp) -> [Interruption] {
    guard let ready = status?.conditions?.first(where: { $0.type == "Ready" }),
      ready.status != "True", let since = Self.moment(ready.lastTransitionTime),
      let created = Self.moment(metadata.creationTimestamp),
      since.duration(since: created) > .seconds(10),
      now.duration(since: since) >= Self.longestUnready
    else { return [] }
    return [notice(cloud, "NotReady", .stopped, since, "condition", since: since)]
  }

  private static func moment(_ text: String?) -> Timestamp? {
    text.flatMap { Timestamp(rfc3339: $0) }
  }

  private func notice(
    _ cloud: CloudName, _ word: String, _ kind: Kind, _ noticedAt: Timestamp, _ path: String,
    since: Timestamp? = nil
  ) -> Interruption {
    let life = metadata.uid ?? metadata.name
    return Interruption(
      id: "\(life)/\(word)" + (since.map { "/\($0)" } ?? ""), cloud: cloud,
      node: NodeID(metadata.name), kind: kind, noticedAt: noticedAt, path: path)
  }
}
