import CostModel
public import FleetModel
public import Planner
public import Ports

/// A ledger in memory that keeps its contract: epochs fence, keys are recorded once, ids grow.
public actor MemoryLedger: Ledger, Leadership {
  public private(set) var events: [LedgerEvent] = []
  public private(set) var alerts: [Alert] = []
  public private(set) var ticks = 0
  /// What recorded ticks billed, in microseconds, and until when.
  public private(set) var billed: Int64 = 0
  public private(set) var recordedAt: [Timestamp] = []
  private var outages = 0
  private var lostAppends = 0
  private var refusesUsage = false
  public var halted = false
  private var epoch: Int64 = 0
  private var holder: String?
  private var memory = Memory()
  private var keys: Set<String> = []
  public private(set) var granted: [Grant] = []
  private var wakes: [PoolName: Timestamp] = [:]

  public init() {}

  public func acquire(
    holder: String, term: Duration, renewing: Lease?
  ) async throws(StoreError) -> Lease? {
    if let renewing {
      return renewing.epoch == epoch && self.holder == renewing.holder ? renewing : nil
    }
    guard self.holder == nil || self.holder == holder else { return nil }
    self.holder = holder
    epoch += 1
    return Lease(holder: holder, epoch: epoch)
  }

  public func release(_ lease: Lease) async throws(StoreError) {
    if lease.epoch == epoch { holder = nil }
  }

  /// Another controller took over: everything under the old epoch is refused from here on.
  public func depose() {
    holder = "another"
    epoch += 1
  }

  /// The next `count` ticks are not taken.
  public func fail(next count: Int) { outages = count }

  /// A tick whose usage is not empty is refused for its content, as by a constraint.
  public func refuseUsage() { refusesUsage = true }

  /// The next `count` appended events are not taken.
  public func fail(nextAppends count: Int) { lostAppends = count }

  public func halt(_ halted: Bool) { self.halted = halted }

  public func record(_ tick: Tick, under lease: Lease) async throws(StoreError) -> [LedgerEvent] {
    try check(lease)
    guard outages == 0 else {
      outages -= 1
      throw .unavailable("the server is away")
    }
    if refusesUsage, !tick.usage.isEmpty {
      throw .refused("violates check constraint node_hour_billed_us_check (SQLSTATE 23514)")
    }
    ticks += 1
    billed += tick.usage.reduce(0) { $0 + $1.billedMicroseconds }
    recordedAt.append(tick.plan.takenAt)
    memory = tick.snapshot.memory
    alerts += tick.alerts
    var fresh: [LedgerEvent] = []
    for decision in tick.plan.decisions {
      let kind: LedgerEvent.Kind =
        decision.isToBeCarriedOut ? .intended(decision) : .advised(decision)
      guard keys.insert("\(decision.key) \(kind.name)").inserted else { continue }
      if decision.isToBeCarriedOut { granted.removeAll { $0.decision.key == decision.key } }
      fresh.append(add(LedgerEvent(at: tick.plan.takenAt, key: decision.key, kind: kind)))
    }
    return fresh
  }

  /// A person allows a decision, as it was recorded; false when it is not one that waits.
  @discardableResult
  public func grant(_ key: DecisionKey, by person: String, at moment: Timestamp) -> Bool {
    let life = events.filter { $0.key == key }
    guard life.count == 1, case .advised(let decision) = life[0].kind else { return false }
    granted.append(Grant(decision: decision, approval: Approval(by: person, at: moment)))
    return true
  }

  public func wake(_ pool: PoolName, until moment: Timestamp) { wakes[pool] = moment }

  public func wishes() async throws(StoreError) -> Wishes { Wishes(grants: granted, wakes: wakes) }

  public func append(
    _ event: LedgerEvent, alerts: [Alert], under lease: Lease
  ) async throws(StoreError) -> LedgerEvent {
    try check(lease)
    guard lostAppends == 0 else {
      lostAppends -= 1
      throw .unavailable("the server is away")
    }
    self.alerts += alerts
    if event.kind.isFinal { granted.removeAll { $0.decision.key == event.key } }
    return add(event)
  }

  public func resume() async throws(StoreError) -> Remembered {
    Remembered(memory: memory, events: events.filter { $0.id > memory.lastEvent })
  }

  public func killSwitch() async throws(StoreError) -> Bool { halted }

  private func check(_ lease: Lease) throws(StoreError) {
    guard lease.epoch == epoch else { throw .fenced }
  }

  private func add(_ event: LedgerEvent) -> LedgerEvent {
    var stored = event
    stored.id = Int64(events.count + 1)
    events.append(stored)
    return stored
  }
}
