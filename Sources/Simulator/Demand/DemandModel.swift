public import FleetModel

/// A fluid queue in front of replicas that take time to start: what a scaling rule would have cost
/// on a trace, and how much of the demand it would have served late.
///
/// Each tick in order: replicas whose cold start is over become ready; ready ones serve the waiting
/// and the new work; every replica, ready or not, is billed; the rule says how many it wants, which
/// is held to twice the constant count that serves without lateness. More are ordered at once; of
/// fewer, the youngest pending go first, then ready ones, at once.
public struct DemandModel: Sendable {
  public let trace: DemandTrace
  public let conditions: DemandConditions
  /// The smallest constant count of replicas that serves all demand in time.
  public let alwaysOnCount: Int
  /// The schedule of one who knew the demand.
  public let clairvoyant: ClairvoyantSchedule
  /// Replicas ready before the first tick, for rules.
  public let initialCount: Int
  /// Points in a result's series; 0 leaves the series out.
  public var seriesPoints = 600
  let queue: DemandQueue

  /// - Throws: when the cost could be more than an amount of money can hold.
  public init(_ trace: DemandTrace, under conditions: DemandConditions) throws(DemandTooDear) {
    self.trace = trace
    self.conditions = conditions
    queue = DemandQueue(trace, conditions)
    alwaysOnCount = queue.smallestConstantCount()
    clairvoyant = ClairvoyantSchedule(
      trace, coldStart: queue.coldStart, slack: queue.waitTicks)
    initialCount = conditions.start == .zero ? 0 : Self.initialCount(of: trace)
    // A rule may hold twice the constant count from the first tick to the last.
    let most = max(2 * alwaysOnCount, initialCount, clairvoyant.peak) + 1
    let nanos =
      Double(most) * trace.length.inSeconds / 3600 * Double(conditions.price.perHour.nanos)
    guard nanos < 9e18 else { throw DemandTooDear() }
  }

  /// Enough for the first minute at 70 % utilisation, as the rules aim for.
  private static func initialCount(of trace: DemandTrace) -> Int {
    let minute = trace.offered.prefix(Duration.seconds(60).ticks(of: trace.tick))
    guard !minute.isEmpty else { return 0 }
    return enough(minute.reduce(0, +) / Double(minute.count) / 0.7)
  }

  /// The rule's own result, from the model's initial state.
  public func run(_ chooser: some DemandChooser, named name: String) -> DemandResult {
    run(chooser, named: name, ready: initialCount)
  }

  /// - Parameter ready: replicas that are ready before the first tick.
  func run(_ chooser: some DemandChooser, named name: String, ready: Int) -> DemandResult {
    var replicas = DemandReplicas(ready: ready, coldStart: queue.coldStart)
    var account = DemandAccount(trace, points: seriesPoints)
    drive(chooser, &replicas, &account)
    return result(named: name, account, peak: account.peak, starts: replicas.starts)
  }

  private func drive<Chooser: DemandChooser>(
    _ chooser: Chooser, _ replicas: inout DemandReplicas, _ account: inout DemandAccount
  ) {
    var chooser = chooser
    var backlog = 0.0
    let most = 2 * alwaysOnCount
    let wait = queue.waitTicks
    for tick in 0..<trace.count {
      replicas.advance(to: tick)
      let work = backlog + queue.arriving(tick)
      let served = min(work, Double(replicas.ready) * queue.seconds)
      backlog = work - served
      account.bill(tick, trace.offered[tick], replicas)
      if tick >= wait { account.late(tick - wait, queue.lateShare(tick - wait, backlog, at: tick)) }
      let moment = DemandMoment(
        tick: tick, offered: trace.offered[tick], served: served, backlog: backlog,
        inFlight: served / queue.seconds + backlog / queue.serviceSeconds, ready: replicas.ready,
        pending: replicas.pending)
      replicas.scale(to: min(most, chooser.wanted(moment)), at: tick)
    }
    for tick in max(0, trace.count - wait)..<max(0, trace.count) {
      account.late(tick, queue.lateShare(tick, backlog, at: trace.count - 1))
    }
  }

  func result(
    named name: String, _ account: DemandAccount, peak: Int, starts: Int
  ) -> DemandResult {
    DemandResult(
      policy: name, cost: cost(of: account.replicaTicks),
      billed: trace.tick * account.replicaTicks, clairvoyant: cost(of: clairvoyant.replicaTicks),
      lateShare: account.requests > 0 ? account.lateRequests / account.requests : 0,
      peakReplicas: peak, starts: starts, requests: account.requests,
      series: account.series.finished())
  }

  /// Replica-ticks are whole, so the amount is exact but for one rounding at the end.
  public func cost(of replicaTicks: Int) -> Money {
    conditions.price.cost(of: trace.tick * replicaTicks)
  }

  /// What the work itself costs, at full utilisation without a cold start: no schedule is cheaper.
  public var workBound: Money {
    let seconds = queue.totalWork
    return conditions.price.cost(of: .microseconds(Int64((seconds * 1_000_000).rounded())))
  }
}

/// The trace and the price together are beyond what an amount of money can hold.
public struct DemandTooDear: Error, Sendable, Hashable, CustomStringConvertible {
  public init() {}
  public var description: String {
    "the demand could cost billions: check --price, --capacity and the unit of the demand"
  }
}

/// The replicas of a service: ready and pending.
struct DemandReplicas {
  private(set) var ready: Int
  private(set) var starts = 0
  private var queue: PendingReplicas
  private let coldStart: Int

  init(ready: Int, coldStart: Int) {
    self.ready = ready
    self.coldStart = coldStart
    queue = PendingReplicas(coldStart: coldStart)
  }

  var pending: Int { queue.total }
  var current: Int { ready + queue.total }

  mutating func advance(to tick: Int) { ready += queue.matured(at: tick) }

  /// A replica ordered in a tick is billed from the next one on, and serves a cold start later.
  mutating func scale(to wanted: Int, at tick: Int) {
    let change = max(0, wanted) - current
    if change > 0 {
      queue.launch(change, readyAt: tick + coldStart + 1)
      starts += change
    } else if change < 0 {
      ready += change + queue.cancel(-change)
    }
  }
}
