public import CostModel
public import FleetModel
public import Planner

/// Who may act: a lease with an epoch that every write carries.
public struct Lease: Sendable, Hashable {
  public var holder: String
  /// Grows by one with every change of hands; a write under an older one changes nothing.
  public var epoch: Int64
  public init(holder: String, epoch: Int64) {
    self.holder = holder
    self.epoch = epoch
  }
}

/// Decides which controller leads (DECISIONS 7, 24).
public protocol Leadership: Sendable {
  /// Takes or renews the lease for `term`, on the store's own clock; nil while another holds it.
  /// The same holder takes its own live lease back at once, with a new epoch unless `renewing`.
  func acquire(holder: String, term: Duration, renewing: Lease?) async throws(StoreError) -> Lease?
  func release(_ lease: Lease) async throws(StoreError)
}

/// The durable memory of what was decided and done.
///
/// Contract: each call is one transaction that first checks the lease's epoch, and throws
/// `.fenced` without any effect when it is no longer the current one.
public protocol Ledger: Sendable {
  /// Stores a tick: memory, plan, usage, off intervals, new decisions and alerts. Recording a
  /// decision key twice records it once; returns the events that were new, with their ids: one
  /// `intended` for each new decision in mode `auto`, one `advised` for each other.
  func record(_ tick: Tick, under lease: Lease) async throws(StoreError) -> [LedgerEvent]
  /// Appends one event and its alerts; returns it with its id. Ids grow in the order of commit.
  func append(
    _ event: LedgerEvent, alerts: [Alert], under lease: Lease
  ) async throws(StoreError) -> LedgerEvent
  /// The memory of the last recorded tick and the events after it.
  func resume() async throws(StoreError) -> Remembered
  /// The kill switch, read before every act.
  func killSwitch() async throws(StoreError) -> Bool
  /// What people asked for and that has not ended; read anew for every plan. The end of a decision
  /// (an `intended`, or any final event) is the end of the word on it, in the same transaction.
  func wishes() async throws(StoreError) -> Wishes
}

/// What the ledger gives to whoever leads next.
public struct Remembered: Sendable {
  public var memory: Memory
  /// Those that `memory` has not taken in.
  public var events: [LedgerEvent]
  /// Why the last tick could not be read, where that is so; the events tell everything then.
  public var fault: String?
  public init(memory: Memory, events: [LedgerEvent], fault: String? = nil) {
    self.memory = memory
    self.events = events
    self.fault = fault
  }
}

/// What people asked for.
public struct Wishes: Sendable, Hashable {
  /// By key.
  public var grants: [Grant]
  /// Pools to keep up, until when.
  public var wakes: [PoolName: Timestamp]
  /// When somebody last said that acts may go on, by the store's clock; nil: not known, or a halt is
  /// on. Only compared with itself.
  public var resumedAt: Timestamp?
  public init(
    grants: [Grant] = [], wakes: [PoolName: Timestamp] = [:], resumedAt: Timestamp? = nil
  ) {
    self.resumedAt = resumedAt
    self.grants = grants
    self.wakes = wakes
  }
}

/// Everything one pass of the loop leaves behind.
public struct Tick: Sendable {
  public var snapshot: Snapshot
  public var plan: Plan
  /// Usage since the last tick, to be added to its node-hours.
  public var usage: [UsageHour]
  /// Off intervals that opened, changed or closed; by node and `from`.
  public var off: [OffInterval]
  public var alerts: [Alert]
  /// What the plan was made under, so that it can be made again; nil: it cannot.
  public var rulebook: Rulebook?
  public init(
    snapshot: Snapshot, plan: Plan, usage: [UsageHour], off: [OffInterval], alerts: [Alert],
    rulebook: Rulebook? = nil
  ) {
    self.rulebook = rulebook
    self.snapshot = snapshot
    self.plan = plan
    self.usage = usage
    self.off = off
    self.alerts = alerts
  }
}

/// Takes readings for keeping.
public protocol SampleStore: Sendable {
  /// Stores all readings or none; the batch's id makes a repeat harmless.
  func append(_ readings: [NodeReading], batch: String) async throws(StoreError)
  /// Drops what is older, in whole days; how many days were dropped. What was billed, decided and
  /// saved is never dropped.
  @discardableResult
  func dropSamples(before moment: Timestamp) async throws(StoreError) -> Int
}

/// What the report is made from.
public protocol UsageStore: Sendable {
  /// Node-hours whose hour lies in `range`, and off intervals that touch it.
  func usage(in range: Range<Timestamp>) async throws(StoreError) -> Usage
}

public struct Usage: Sendable, Hashable {
  public var hours: [UsageHour]
  public var off: [OffInterval]
  public init(hours: [UsageHour], off: [OffInterval]) {
    self.hours = hours
    self.off = off
  }
}

public enum StoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Not there or gone: wait and try again. Nothing is known to have been stored.
  case unavailable(String)
  /// Our epoch has passed; stop acting.
  case fenced
  /// No room (SQLSTATE class 53).
  case full(String)
  /// A defect: the statement or the data is wrong.
  case refused(String)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .unavailable(let text): "does not answer: \(text)"
    case .fenced: "another controller has taken over"
    case .full(let text): "has no room: \(text)"
    case .refused(let text): "refused: \(text)"
    }
  }
}
