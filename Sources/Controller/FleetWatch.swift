public import CostModel
public import FleetModel
public import Planner
public import Ports

/// What one look at the fleet gives.
public struct Observation: Sendable {
  public var snapshot: Snapshot
  public var usage: [UsageHour]
  public var off: [OffInterval]
  /// The mark of the last interruption notice in it (`FleetWatch.take`).
  public var notices: Int
}

/// What the controller knows of the fleet right now: the one place readings and listings meet.
///
/// Everything in it is either the cloud's last full answer or folded from readings and events, so
/// it can be rebuilt from the ledger after a crash.
public actor FleetWatch {
  private let rulebook: Rulebook
  private let index: PoolIndex
  private(set) var memory = Memory()
  private(set) var nodes: [CloudName: [Node]] = [:]
  private var workloads: [CloudName: [Workload]] = [:]
  private var listedAt: [CloudName: Timestamp] = [:]
  /// The number each workload was last asked for by us, and when.
  private var asked: [CloudName: [WorkloadID: (number: Int, at: Timestamp)]] = [:]
  private var lastNotice = 0
  /// Up to which mark notices are in a stored tick.
  private(set) var recordedNotices = 0
  private var skew: [CloudName: Duration] = [:]
  private var firstAsked: Duration?
  /// How long the first plan waits for clouds that do not answer.
  private static let patience = Duration.minutes(5)
  private var targets: [WatchedTarget] = []
  private var buffer: ReadingBuffer
  private var books: BookClock
  /// It has begun from what the ledger remembers: what it knows of targets goes on from there.
  private var hasResumed = false
  /// Which pool a target's node belongs to, by the last listing.
  private var pools: [Target: PoolName] = [:]
  private(set) var latest: Snapshot?
  /// How far passes of the loop are apart by the settings.
  private let interval: Duration
  private let own: OwnMachine
  private var steps: ClockSteps
  /// How many seconds of the fleet's pass in one of the clouds'.
  private let speed: Double

  public init(
    rulebook: Rulebook, every interval: Duration = .seconds(15),
    bufferBytes: Int = 64 << 20, slack: Duration = .seconds(1), own: OwnMachine = OwnMachine()
  ) {
    self.own = own
    speed = slack / .seconds(1)
    books = BookClock(slack: slack)
    steps = ClockSteps(slack: slack)
    buffer = ReadingBuffer(limit: bufferBytes)
    self.rulebook = rulebook
    index = PoolIndex(rulebook)
    self.interval = interval
  }

  /// Begins a term: what was decided, done and billed is as the ledger remembers it; what was heard
  /// goes on from what we heard ourselves, or from the ledger's memory and the readings since then.
  ///
  /// Listings are asked for anew, as after a start.
  public func resume(from remembered: Memory, events: [LedgerEvent]) {
    let live = memory
    memory = hasResumed ? remembered.continued(by: live) : remembered
    hasResumed = true
    for event in events { memory.fold(event) }
    buffer.forEach { take(again: $0, since: remembered.targets[$0.target]?.lastReadingAt) }
    (nodes, workloads, listedAt, skew) = ([:], [:], [:], [:])
    (firstAsked, latest) = (nil, nil)
    books.resume(accountedUntil: remembered.accountedAt)
  }

  /// What is known already changes nothing.
  private func take(again reading: NodeReading, since last: Timestamp?) {
    if let last, reading.receivedAt <= last { return }
    memory.fold(reading, under: rulebook)
    if let pool = pools[reading.target] { memory.noteNeeds(reading, of: pool) }
  }

  /// Replaces the list of targets; what was remembered of dropped ones goes with them.
  public func watch(_ targets: [WatchedTarget]) {
    self.targets = targets
    let kept = Set(targets.map(\.target))
    for gone in memory.targets.keys where !kept.contains(gone) { memory.targets[gone] = nil }
    buffer.watch(kept)
  }

  public func take(_ reading: NodeReading) {
    memory.fold(reading, under: rulebook)
    if let pool = pools[reading.target] { memory.noteNeeds(reading, of: pool) }
    buffer.append(reading, heard: .now)
  }

  /// Takes in an answer, dated by the middle of its exchange: the exporter read its values somewhere
  /// within, and a date from before the question made every late answer look like a burst of power.
  ///
  /// - Parameters:
  ///   - time: from asking to the whole answer, in the fleet's time.
  ///   - wall: when it was there, by the wall clock; `steady`: by the clock that nobody sets.
  public func take(
    _ reading: NodeReading, answeredIn time: Duration, at wall: Timestamp, steady: Duration
  ) {
    keepTime(wall: wall, steady: steady)
    var dated = reading
    dated.halfExchange = time / 2
    dated.receivedAt = (steps.date(of: steady) ?? wall).advanced(by: .zero - time / 2)
    take(dated)
    memory.targets[reading.target]?.answerTook = time
  }

  /// What was heard keeps its age when somebody sets the wall clock.
  private func keepTime(wall: Timestamp, steady: Duration) {
    let step = steps.step(wall: wall, steady: steady)
    guard step != .zero else { return }
    memory.follow(clockStep: step, under: rulebook)
    buffer.follow(clockStep: step)
    listedAt = listedAt.mapValues { $0.advanced(by: step) }
    asked = asked.mapValues { $0.mapValues { ($0.number, $0.at.advanced(by: step)) } }
    // Their clocks stayed where they were: known before the next listing says so.
    skew = skew.mapValues { $0 - step / speed }
  }

  /// How old evidence may be at the call, in the fleet's time.
  var rereadAge: Duration { rulebook.thresholds.rereadAge }

  public func failed(_ target: Target, at moment: Timestamp) {
    memory.foldFailure(of: target, at: moment, under: rulebook)
  }

  public func take(_ inventory: Inventory, of cloud: CloudName, at moment: Timestamp) {
    nodes[cloud] = inventory.nodes
    workloads[cloud] = inventory.workloads.map { asAsked($0, listedAt: moment) }
    listedAt[cloud] = moment
    skew[cloud] = inventory.clockSkew
    // What began and ended is dated by this: by a wrong clock, a saving of minutes became hours.
    if !isClockWrong { memory.observe(allNodes, at: moment, under: rulebook) }
  }

  /// Takes in notices, and gives the mark by which `recordedNotices` will know them.
  func take(_ notices: [Interruption], at moment: Timestamp) -> Int {
    // A machine that a cluster's node runs on is known here by the node.
    let names = Dictionary(
      allNodes.compactMap { node in node.billed.map { ($0.id, node.id) } },
      uniquingKeysWith: { first, _ in first })
    for var notice in notices {
      notice.node = names[notice.node] ?? notice.node
      memory.fold(notice, at: moment)
    }
    lastNotice += 1
    return lastNotice
  }

  /// A tick that knows of the notices up to this mark is in the ledger.
  func recorded(notices mark: Int) {
    recordedNotices = max(recordedNotices, mark)
    books.store()
  }

  /// One workload was looked at by itself.
  func take(_ workload: Workload) {
    let index = workloads[workload.cloud]?.firstIndex { $0.id == workload.id }
    if let index { workloads[workload.cloud]?[index] = workload }
  }

  /// One node was looked at by itself.
  public func take(_ node: Node, at moment: Timestamp) {
    guard let index = nodes[node.cloud]?.firstIndex(where: { $0.id == node.id }) else { return }
    // A look that says nothing of what stands against acts takes nothing back of it.
    let facts = node.facts ?? nodes[node.cloud]?[index].facts
    nodes[node.cloud]?[index] = node
    nodes[node.cloud]?[index].facts = facts
  }

  public func take(_ event: LedgerEvent) {
    if case .succeeded(let receipt) = event.kind, let workload = receipt.workload,
      let number = receipt.replicas, let cloud = memory.openActions[event.key]?.decision.cloud
    {
      noteAsked(for: number, of: workload, in: cloud, at: event.at)
    }
    memory.fold(event)
  }

  /// A listing that was asked for before a number was does not know it, and would have the number
  /// asked for again (I12 for replicas).
  private func noteAsked(
    for number: Int, of workload: WorkloadID, in cloud: CloudName, at moment: Timestamp
  ) {
    asked[cloud, default: [:]][workload] = (number, moment)
    workloads[cloud] = workloads[cloud]?.map { $0.id == workload ? asAsked($0, listedAt: nil) : $0 }
  }

  private func asAsked(_ workload: Workload, listedAt moment: Timestamp?) -> Workload {
    guard let last = asked[workload.cloud]?[workload.id],
      moment.map({ $0 <= last.at }) ?? true
    else { return workload }
    var workload = workload
    workload.desired = last.number
    return workload
  }

  /// The fleet as one value, with what it was billed for since the last time this was asked; nil
  /// until every one of `clouds` has been listed.
  ///
  /// Asking moves the mark up to which usage is accounted. Whoever asks must get the answer into
  /// the ledger before asking again, or that time is lost from the books.
  public func observe(
    at moment: Timestamp, clouds: [CloudName], killSwitch: Bool,
    wakes: [PoolName: Timestamp] = [:], calendar: FleetCalendar? = nil,
    steady: Duration? = nil, resumedAt: Timestamp? = nil
  ) -> Observation? {
    if let steady { keepTime(wall: moment, steady: steady) }
    let now = steady ?? moment.duration(since: Timestamp(seconds: 0))
    guard isListedEnough(clouds, at: now) else { return nil }
    memory.forgetFuture(at: moment)
    var snapshot = Snapshot(
      takenAt: moment, nodes: allNodes, inventoryAt: listedAt.values.min() ?? moment,
      targets: matchTargets(targets, to: allNodes).matched, memory: memory,
      killSwitch: killSwitch, clockSkew: skew, calendar: calendar,
      wakes: awake(wakes, at: moment), listedAt: listedAt)
    let unlisted = clouds.filter { listedAt[$0] == nil }
    snapshot.unlisted = unlisted.isEmpty ? nil : unlisted
    snapshot.resumedAt = resumedAt
    snapshot.take(workloads.values.flatMap(\.self), under: rulebook)
    snapshot.memory.observe(snapshot.workloads ?? [:], at: moment)
    snapshot.memory.forgetNotices(at: moment, listed: snapshot.nodes)
    snapshot.notices = Self.near(snapshot.memory.endingNodes, at: moment)
    let observed = steady.flatMap {
      books.observed(until: moment, steady: $0, isWrong: isClockWrong)
    }
    let (usage, off, accounted) = account(snapshot, under: rulebook, observed: observed)
    snapshot.memory = accounted
    snapshot.memory.fold(rulebook.prices, at: moment, under: rulebook.safety)
    snapshot.learn(every: interval, under: rulebook)
    memory = snapshot.memory
    latest = snapshot
    notePools(of: snapshot)
    return Observation(snapshot: snapshot, usage: usage, off: off, notices: lastNotice)
  }

  /// A cloud was listed, and none says that our clock is wrong: before, nobody knows.
  var isClockBelieved: Bool { !listedAt.isEmpty && !isClockWrong }

  /// Every cloud that says what time it is says that it is not ours.
  var isClockWrong: Bool { rulebook.thresholds.areWrong(skew) }

  /// All of them; after a while, some: a cloud that is away holds up no other, and nothing is done in
  /// it until it is listed (`Freshness`). What its nodes cost until then is not in the books.
  ///
  /// `now` is of a clock that nobody sets.
  private func isListedEnough(_ clouds: [CloudName], at now: Duration) -> Bool {
    let missing = clouds.filter { listedAt[$0] == nil }
    if missing.isEmpty { return true }
    let since = firstAsked ?? now
    firstAsked = since
    return missing.count < clouds.count && now - since >= Self.patience
  }

  /// When a cloud was last listed in full.
  func listing(of cloud: CloudName) -> Timestamp? { listedAt[cloud] }

  public func check(_ decision: Decision, node: Node?, at moment: Timestamp) -> Reason? {
    recheck(
      decision, node: node.map(seen), memory: memory, at: moment, under: rulebook,
      in: newest(at: moment))
  }

  /// Whether there is money for what grows, now that it is about to be asked for: the ceiling is
  /// looked at again with everything that runs and is asked for by now.
  public func reserve(_ decision: Decision, at moment: Timestamp) -> Reason? {
    // The settings may be others than those it was decided under: a restart between.
    guard let pool = rulebook.pools.first(where: { $0.name == decision.pool }),
      pool.mode >= decision.mode
    else { return .superseded }
    guard let newest = newest(at: moment) else {
      // Straight after a start nobody has looked yet: where money is limited, nothing is bought.
      return rulebook.spend.hourlyCap == nil ? nil : .stale(age: .zero)
    }
    return reservation(decision, snapshot: newest, under: rulebook)
  }

  func objectionToNothing(_ decision: Decision, at moment: Timestamp) -> Reason? {
    Planner.objectionToNothing(decision, memory: memory, at: moment)
  }

  /// The tags a pool knows its nodes by.
  public func tags(of pool: PoolName) -> [String: String] {
    rulebook.pools.first { $0.name == pool }?.match.tags ?? [:]
  }

  private func newest(at moment: Timestamp) -> Snapshot? {
    var newest = latest
    newest?.nodes = allNodes
    newest?.memory = memory
    newest?.takenAt = moment
    return newest
  }

  private func notePools(of snapshot: Snapshot) {
    pools = [:]
    for node in snapshot.nodes {
      guard let target = snapshot.targets[node.id], let place = index.place(of: node) else {
        continue
      }
      pools[target] = rulebook.pools[place].name
    }
  }

  public var openActions: [OpenAction] {
    memory.openActions.values.sorted { $0.decision.key < $1.decision.key }
  }

  /// Readings that are not stored yet, oldest first, with the number that says so once they are;
  /// nil when all are stored.
  public func unstored(atMost most: Int) -> (readings: [NodeReading], upTo: Int)? {
    buffer.unstored(atMost: most)
  }

  public func stored(upTo number: Int) { buffer.keepStored(upTo: number, at: .now) }

  /// Another controller leads and stores what it hears.
  func letGo() { buffer.letGo(at: .now) }

  /// Readings lost before they were stored.
  var droppedReadings: Int { buffer.lost }
  var bufferedBytes: Int { buffer.bytes }

  private func awake(
    _ wakes: [PoolName: Timestamp], at moment: Timestamp
  ) -> [PoolName: Timestamp]? {
    let live = wakes.filter { moment < $0.value }
    return live.isEmpty ? nil : live
  }

  private var allNodes: [Node] {
    MachineJoin(rulebook).once(Array(nodes.values.joined()))
      .map(own.marking).sorted { $0.id < $1.id }
  }

  /// One node as a look at it alone gives it, with what only the listing of both its clouds knows.
  private func seen(_ node: Node) -> Node {
    let others = nodes.filter { $0.key != node.cloud }.values.joined()
    let once = MachineJoin(rulebook).once([node] + others)
    return own.marking(once.first { $0.id == node.id && $0.cloud == node.cloud } ?? node)
  }
}
