import CostModel
public import FleetModel

extension Workload {
  /// The replicas that are billed themselves, each as a node of its own in the books, up to
  /// `highest`: those past what serves are off. "acme/llama#0" is the first.
  func replicaNodes(upTo highest: Int, since: Timestamp) -> [Node] {
    guard billing == .replicas, let type else { return [] }
    let (serving, asked) = (count.ready, count.total)
    return (0..<max(highest, asked)).map { number in
      Node(
        id: id.replica(number, in: cloud), cloud: cloud, region: region, type: type,
        state: number < serving ? .running : number < asked ? .pending : .stopped,
        launchedAt: since, tags: tags)
    }
  }

  /// What a billed replica does, by its cloud's own counters; nil where they do not say, or not
  /// lately: then its time is unobserved, never idle. Which of several replicas has the work is not
  /// known, so all count as at work while any is.
  func bucketNow(at now: Timestamp, within reach: Duration) -> Bucket? {
    guard let load, now.duration(since: load.at) <= reach else { return nil }
    return load.running > 0 || load.waiting > 0 ? .work : .warmIdle
  }
}

extension WorkloadID {
  /// The name one replica has in the books and in memory.
  fileprivate func replica(_ number: Int, in cloud: CloudName) -> NodeID {
    NodeID("\(cloud)/\(self)#\(number)")
  }
}

extension Memory {
  /// Takes in how many replicas of the pools' workloads serve, so that a replica taken away by us
  /// is an off time like a node's.
  public mutating func observe(
    _ workloads: [PoolName: Workload], at moment: Timestamp
  ) {
    for (pool, workload) in workloads where workload.billing == .replicas {
      let highest = max(pools[pool]?.replicasSeen ?? 0, workload.count.total)
      pools[pool, default: PoolMemory()].replicasSeen = highest
      for node in workload.replicaNodes(upTo: highest, since: moment) {
        nodes[node.id, default: NodeMemory()].observe(node.state, at: moment)
      }
    }
  }

  /// Our act took these replicas away.
  mutating func noteReplicasOff(_ decision: Decision, at moment: Timestamp) {
    guard let change = decision.replicas, let cloud = decision.cloud,
      let workload = decision.workload, change.to < change.from
    else { return }
    for number in change.to..<change.from {
      let id = workload.replica(number, in: cloud)
      nodes[id, default: NodeMemory()].stoppedBy = decision.key
      nodes[id]?.lastActAt = moment
    }
  }
}
