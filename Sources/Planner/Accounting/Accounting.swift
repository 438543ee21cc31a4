public import CostModel
public import FleetModel

/// What every node was billed for since the last tick, and what its accelerators did.
///
/// Covers what was observed and is not in the books, cut at UTC hours: `observed` less what is
/// booked, or without it the time since the last booked time before `takenAt`. For each node with a pool or our tag:
/// billed while its state is (`InstanceState.isBilled`), each accelerator's time in exactly one
/// bucket. Time further from its last sample than a window may have holes is `unobserved`. The
/// returned memory has that time booked and knows how long our launches and starts took that
/// came up since; it is the one to store.
public func account(
  _ snapshot: Snapshot, under rulebook: Rulebook, observed: Range<Timestamp>? = nil
) -> (usage: [UsageHour], off: [OffInterval], memory: Memory) {
  var memory = snapshot.memory
  var usage: [UsageHour] = []
  var off: [OffInterval] = []
  let times = memory.unbooked(of: observed, until: snapshot.takenAt)
  let from = times.first?.lowerBound ?? snapshot.takenAt
  let scope = Accountant(
    rulebook: rulebook, index: PoolIndex(rulebook),
    reach: rulebook.scrapeInterval * rulebook.thresholds.largestGapInIntervals)
  let prices = KnownPrices(rulebook.prices, memory.prices)
  let paidFor = scope.paidForWhileOff(in: snapshot)
  for (node, place, known) in scope.billed(in: snapshot, since: from) {
    guard let pool = scope.pool(of: node, at: place) else { continue }
    let kind = place.map { rulebook.pools[$0].kind }
    let target = snapshot.targets[node.id].flatMap { memory.targets[$0] }
    var history = memory.nodes[node.id] ?? NodeMemory()
    let price = prices.price(of: node)
    for time in times {
      let spans = scope.billedSpans(of: node, history, time)
      for span in scope.withRestart(spans, &history, target, at: snapshot.takenAt) {
        scope.append(
          span, of: node, in: pool, kind ?? .unlabelled, price, target, known, to: &usage)
      }
    }
    if paidFor.contains(node.id) { for time in times { history.off?.cover(time) } }
    if var spell = history.off, spell.changed {
      let interval = spell.interval(of: node.id, in: pool, price)
      off.append(interval)
      (spell.changed, spell.told) = (false, interval)
      history.off = spell
    }
    if let kind, let took = history.comeUp(target, in: kind) {
      memory.pools[pool, default: PoolMemory()].noteStart(took)
    }
    if memory.nodes[node.id] != nil { memory.nodes[node.id] = history }
  }
  off += memory.endedUnlisted(in: snapshot)
  if observed?.isEmpty != true { memory.book(times + [snapshot.takenAt..<snapshot.takenAt]) }
  memory.foldMonth(usage, of: snapshot, from: from, under: rulebook)
  return (usage, off, memory)
}

extension Memory {
  /// Off times that ended while their nodes were listed no more.
  fileprivate mutating func endedUnlisted(in snapshot: Snapshot) -> [OffInterval] {
    let open = nodes.filter { $0.value.off?.changed == true && $0.value.off?.until != nil }
    guard !open.isEmpty else { return [] }
    let listed = Set(snapshot.nodes.map(\.id))
    var ended: [OffInterval] = []
    for (id, node) in open.sorted(by: { $0.key < $1.key }) where !listed.contains(id) {
      guard var interval = node.off?.told else { continue }
      interval.until = node.off?.until
      ended.append(interval)
      nodes[id]?.off?.changed = false
    }
    return ended
  }
}

extension OffMemory {
  fileprivate func interval(of node: NodeID, in pool: PoolName, _ price: Price?) -> OffInterval {
    // An unknown price saves nothing that could be claimed.
    OffInterval(
      node: node, pool: pool, decision: decision.rawValue, from: from, until: until,
      rate: price?.hourly ?? .zero, storage: price?.stoppedHourly ?? .zero,
      restartMicroseconds: restartMicroseconds, coveredMicroseconds: coveredMicroseconds)
  }

  /// A commitment would have paid for the node in what of this time it was off.
  fileprivate mutating func cover(_ time: Range<Timestamp>) {
    let start = max(time.lowerBound, from)
    let end = min(time.upperBound, until ?? time.upperBound)
    guard start < end else { return }
    coveredMicroseconds =
      (coveredMicroseconds ?? 0) + end.microseconds - start.microseconds
    changed = true
  }
}

struct Accountant {
  var rulebook: Rulebook
  var index: PoolIndex
  /// How far a sample speaks for the time after it.
  var reach: Duration

  /// A stretch of time in one state.
  struct Span {
    var time: Range<Timestamp>
    var state: InstanceState
    /// After a restart, before anything was heard of it.
    var isStarting = false
  }

  /// Everything that is billed by itself, with its pool's place in the rulebook: nodes, and replicas
  /// of the pools' workloads with what their cloud says of their work.
  func billed(
    in snapshot: Snapshot, since: Timestamp
  ) -> [(node: Node, place: Int?, known: Bucket?)] {
    var all = snapshot.nodes.map { (node: $0, place: index.place(of: $0), known: Bucket?.none) }
    guard let workloads = snapshot.workloads else { return all }
    for (place, pool) in rulebook.pools.enumerated() {
      guard let workload = workloads[pool.name] else { continue }
      let highest = snapshot.memory.pools[pool.name]?.replicasSeen ?? 0
      let doing = workload.bucketNow(at: snapshot.takenAt, within: rulebook.inventoryLimit)
      all += workload.replicaNodes(upTo: highest, since: since).map { ($0, place, doing) }
    }
    return all
  }

  /// Nodes of ours that match no pool are billed too, under a name that says so.
  func pool(of node: Node, at place: Int?) -> PoolName? {
    if let place { return rulebook.pools[place].name }
    return node.tags[Tag.fleet] == rulebook.fleet ? "unassigned" : nil
  }

  /// Nodes we keep off that a commitment would pay for if they ran, beside those that do; of many,
  /// as many as it has places left, by id.
  func paidForWhileOff(in snapshot: Snapshot) -> Set<NodeID> {
    guard !rulebook.commitments.isEmpty else { return [] }
    let isOff = { (node: Node) -> Bool in
      guard let off = snapshot.memory.nodes[node.id]?.off else { return false }
      return off.until == nil || off.until.map { $0 > snapshot.memory.accountedAt ?? $0 } == true
    }
    let up = snapshot.nodes.lazy.filter { $0.state.isLive && !isOff($0) }
    guard var covering = Covering(of: up, under: rulebook, at: snapshot.takenAt) else { return [] }
    var paidFor: Set<NodeID> = []
    for node in snapshot.nodes.filter(isOff).sorted(by: { $0.id < $1.id }) {
      let kind = MachineKind(node)
      if covering.wouldPay(for: kind) { paidFor.insert(node.id) }
      covering.add(kind)
    }
    return paidFor
  }

  /// The billed parts of a time. What was before a change is judged by the state before it, so a
  /// node counts as billed until it has been seen `stopped`.
  func billedSpans(of node: Node, _ history: NodeMemory, _ time: Range<Timestamp>) -> [Span] {
    let changed = min(max(history.stateSince ?? time.lowerBound, time.lowerBound), time.upperBound)
    var spans = [Span(time: changed..<time.upperBound, state: node.state)]
    if let before = history.previousState {
      spans.insert(Span(time: time.lowerBound..<changed, state: before), at: 0)
    } else {
      // First seen in this time: it has been billed since its launch.
      let start = min(max(node.launchedAt, time.lowerBound), changed)
      spans.insert(Span(time: start..<changed, state: node.state), at: 0)
    }
    return spans.filter { !$0.time.isEmpty && $0.state.isBilled }
  }

  /// Time after a restart is loading until a fresh reading shows the node at rest or at work, at
  /// most for the start-up grace; it is taken off the saving (SEMANTICS 4.16).
  func withRestart(
    _ spans: [Span], _ history: inout NodeMemory, _ target: TargetMemory?, at now: Timestamp
  ) -> [Span] {
    guard let restarted = history.restartedAt else { return spans }
    var end = restarted.advanced(by: rulebook.thresholds.startupGrace)
    if let up = firstSight(of: target, since: restarted) { end = min(end, up) }
    if end <= now { history.restartedAt = nil }
    var split: [Span] = []
    for span in spans {
      let cut = min(max(end, span.time.lowerBound), span.time.upperBound)
      let loading = cut.microseconds - span.time.lowerBound.microseconds
      if loading > 0 {
        split.append(
          Span(time: span.time.lowerBound..<cut, state: span.state, isStarting: true))
        history.off?.restartMicroseconds += loading
        history.off?.changed = true
      }
      if cut < span.time.upperBound {
        split.append(Span(time: cut..<span.time.upperBound, state: span.state))
      }
    }
    return split
  }

  private func firstSight(of target: TargetMemory?, since restart: Timestamp) -> Timestamp? {
    guard let target, let heard = target.lastReadingAt, heard >= restart,
      !target.accelerators.isEmpty
    else { return nil }
    let isUp = target.accelerators.values.allSatisfy {
      $0.state != .unknown && $0.state != .loading
    }
    return isUp ? heard : nil
  }

  func append(
    _ span: Span, of node: Node, in pool: PoolName, _ kind: PoolKind, _ price: Price?,
    _ target: TargetMemory?, _ known: Bucket?, to usage: inout [UsageHour]
  ) {
    let devices = target?.accelerators.wholeDevices ?? []
    let count = node.expectedAccelerators ?? 0
    var start = span.time.lowerBound
    while start < span.time.upperBound {
      let hour = start.startOfHour
      let end = min(hour.advanced(by: .hours(1)), span.time.upperBound)
      var buckets = BucketTimes()
      for index in 0..<max(1, count) {
        if let known, span.state == .running, !span.isStarting {
          buckets[known] += end.microseconds - start.microseconds
          continue
        }
        let device = index < devices.count ? devices[index] : nil
        share(
          start..<end, span.state, device, kind, isStarting: span.isStarting, into: &buckets)
      }
      usage.append(
        UsageHour(
          node: node.id, pool: pool, cloud: node.billedBy, region: node.region, type: node.type,
          capacity: node.capacity, accelerators: count, hour: hour, rate: price?.hourly,
          billedMicroseconds: end.microseconds - start.microseconds, buckets: buckets))
      start = end
    }
  }

  /// One accelerator's time: to its bucket as far as its last sample reaches, else unobserved.
  private func share(
    _ time: Range<Timestamp>, _ state: InstanceState, _ device: AcceleratorMemory?,
    _ kind: PoolKind, isStarting: Bool, into buckets: inout BucketTimes
  ) {
    let whole = time.upperBound.microseconds - time.lowerBound.microseconds
    if state != .running {
      buckets[.draining] += whole
      return
    }
    if isStarting {
      buckets[.loading] += whole
      return
    }
    guard let device, let last = device.lastSampleAt, let bucket = device.state.bucket(in: kind)
    else {
      buckets[.unobserved] += whole
      return
    }
    // A sample speaks for the time around it, no further than a window may have holes: what was
    // before it while nobody watched is as unknown as what comes long after.
    let start = min(max(last.advanced(by: .zero - reach), time.lowerBound), time.upperBound)
    let end = min(max(last.advanced(by: reach), start), time.upperBound)
    let observed = end.microseconds - start.microseconds
    buckets[bucket] += observed
    buckets[.unobserved] += whole - observed
  }
}

extension DeviceState {
  /// What a billed moment in this state was spent on; nil when nobody knows.
  func bucket(in kind: PoolKind) -> Bucket? {
    switch self {
    case .unknown: nil
    case .faulty: .faulty
    case .loading: .loading
    case .busy, .low: .work
    // Only request counters can tell spinning from work, and only serving pools have those.
    case .spinning: kind == .serving ? .warmIdle : .work
    case .warmIdle: .warmIdle
    case .allocatedIdle: .allocatedIdle
    case .free: .freeIdle
    }
  }
}
