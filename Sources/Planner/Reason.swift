public import FleetModel

/// Why a node or pool gets its verdict; a value with the figures it rests on, rendered elsewhere.
///
/// The codes are the closed list of SEMANTICS 4.16, with those of this engine's own states added.
/// A new case does not compile until every place that shows reasons can show it.
public enum Reason: Sendable, Hashable, Codable {
  // Evidence
  case idleConfirmed(for: Duration, limit: Duration, confidence: Confidence)
  case idleTooShort(for: Duration, limit: Duration)
  case busy(Activity)
  case windowIncomplete(heard: Int, expected: Int, largestGap: Duration)
  case stale(age: Duration)
  case neverHeard
  case acceleratorsMissing(heard: Int, expected: Int)
  case acceleratorCountUnknown
  /// What its exporter says is older than `reread_age` when it is there: no act could rest on it.
  case exporterSlow(took: Duration, limit: Duration)
  case sensorFault(AcceleratorID)
  /// Over the idle window it drew more than one at rest, or too little was measured (nil).
  case powerUnproven(AcceleratorID, watts: Double?, ceiling: Double)
  case identityConflict(AcceleratorID)
  /// Known from before, or listed now, but nothing is heard of its load.
  case acceleratorSilent(AcceleratorID)
  /// Its exporter names other accelerators than before, and its machine was not started anew.
  case identityChanged(lost: AcceleratorID, found: AcceleratorID, at: Timestamp)
  case faulty(AcceleratorID)
  case suspectedHang(AcceleratorID)
  case confidenceTooLow(Confidence, required: Confidence)
  case warmingUp(age: Duration, grace: Duration)
  /// The second look at the plan says otherwise.
  case withheld(because: String)
  // Place in the world
  case notRunning(InstanceState)
  case unmatched
  case notOurs
  case noPool
  case priceUnknown
  // Guards
  case protected(until: Timestamp?)
  case minimumReached(minimum: Int)
  case cooldown(left: Duration)
  case blastRadius(allowed: Int, window: Duration)
  case correlatedIdle(turned: Int, of: Int)
  case unhealthyHalt(unknown: Int, of: Int)
  /// So many nodes of the whole fleet were taken in the window already.
  case nodeLimit(taken: Int, allowed: Int, window: Duration)
  /// Nobody knows what runs in this cloud now, and a limit counts it.
  case uncounted(CloudName)
  case killSwitch
  case kindNeverActs(PoolKind)
  case clockSkew(Duration)
  case inFlight
  /// The subject's desired state, or its pool's rules, moved on since this was decided.
  case superseded
  /// Decided too long ago.
  case expired(age: Duration)
  // Pools
  case belowMinimum(live: Int, minimum: Int)
  case enough(live: Int, minimum: Int)
  case aboveMaximum(live: Int, maximum: Int)
  case noLaunchTemplate
  /// The workload the pool names cannot be asked for another number now.
  case workload(WorkloadHold)
  case capacityQuarantine(until: Timestamp)
  /// A limit of the account: nothing of this kind is tried until it has been read again.
  case quota(until: Timestamp)
  // Demand
  /// Demand asks for so many replicas: the level seen, the margin learned for what may come.
  case demand(want: Int, have: Int, level: Double, margin: Double)
  /// Nothing valid is heard of the demand: nothing shrinks.
  case demandUnknown(age: Duration?)
  /// What is on its way is enough.
  case pendingCapacity(pending: Int, want: Int)
  /// One replica fewer would be too full: the measure it would reach, and the limit.
  case nMinusOneUnsafe(measure: Pressure, would: Double, limit: Double)
  case pressure(Pressure, value: Double, limit: Double)
  /// Demand was twice what stood ready a moment ago.
  case burst(until: Timestamp)
  /// More than demand needs, and this one has been without a request long enough.
  case surplus(want: Int, have: Int, restFor: Duration)
  /// More than demand needs, and this one still answers requests.
  case draining(want: Int, have: Int)
  /// A launch has not come up in the time launches take.
  case stuckLaunch(since: Timestamp)
  /// Kept warm: a cold start costs as much as waiting this long.
  case retained(idle: Duration, limit: Duration)
  case scaleToZero(idle: Duration, limit: Duration)
  case woken(until: Timestamp)
  /// A rung of the idle ladder is reached; the next act comes at the given idle time.
  case ladder(Rung, for: Duration, next: Duration?)
  /// A schedule's limits hold until then.
  case scheduled(name: String, until: Timestamp)
  case protectedHours(name: String, until: Timestamp)
  /// What the season usually asks for; the error is weighted absolute percentage error, 0…1.
  case forecastFloor(floor: Int, error: Double)
  case forecastOff(error: Double)
  // Spot
  case spotPlacement(offering: String, want: Int, have: Int)
  case onDemandFallback(want: Int, have: Int)
  case returnToSpot(offering: String, age: Duration)
  case interruption(offering: String, at: Timestamp?)
  case interrupted(times: Int, within: Duration, until: Timestamp)
  case overflow(from: PoolName, missing: Int)
  // Money
  case budgetDenied(SpendLimit, would: Money, cap: Money)
  case budgetShrink(name: String, spent: Money, budget: Money)
  case spotOnly(name: String, spent: Money, budget: Money)
  case priceAboveLimit(HourlyRate, limit: HourlyRate)
  /// One poll's price is not believed.
  case priceSuspect(was: HourlyRate, now: HourlyRate)
  case commitmentCovered(name: String)
  case belowMinimumSaving(daily: Money, least: Money)
  /// A stopped node of this type may not come back: starts that failed lately.
  case restartRisk(failed: Int, of: Int)
  // More guards
  case disruptionBudget(allowed: Int, disrupted: Int)
  case errorBudget(burnRate: Double, limit: Double)
  case rateLimited(acts: Int, perMinute: Int)
  case flipFlop(reversals: Int, until: Timestamp)
  case longJob(worked: Duration, idle: Duration, limit: Duration)
  /// The cloud cannot do this, for the reason given.
  case unsupported(Intent, because: String)
  // Whose it is
  /// Another controller's machine: that one ends it, or nobody.
  case owned(NodeOwner, MachineAct)
  /// Its cloud says that this act is forbidden or impossible on it.
  case barred(ActHindrance)
  /// A stop erases these.
  case localDisks(LocalDisks)
  /// The cloud refused it for good, in its own words.
  case refusedBefore(MachineAct, code: String, because: String, at: Timestamp)
  // People
  case awaitingApproval(until: Timestamp)
  case approvalExpired(age: Duration)
}

/// What showed that an accelerator is at work.
public enum Activity: String, Sendable, Hashable, Codable, CaseIterable {
  case engine, tensor, dram, power, pcie, requests, utilization, loading, host, lowUse = "low_use"
}

/// What a serving replica can be too full of.
public enum Pressure: String, Sendable, Hashable, Codable, CaseIterable {
  case cache, queue, tokens
  case timeToFirstToken = "time_to_first_token"
}

/// What keeps a workload's number as it is; stored as its raw value.
public enum WorkloadHold: RawRepresentable, Sendable, Hashable, Codable {
  /// Its cloud does not list it.
  case unlisted
  /// A person put it away.
  case paused
  /// Its cloud gave up on it.
  case failed
  /// Another sets it, as the clause says (`Workload.numberOwner`).
  case owned(by: String)

  public init?(rawValue: String) {
    switch rawValue {
    case "unlisted": self = .unlisted
    case "paused": self = .paused
    case "failed": self = .failed
    default:
      guard rawValue.hasPrefix(Self.owned) else { return nil }
      self = .owned(by: String(rawValue.dropFirst(Self.owned.count)))
    }
  }

  public var rawValue: String {
    guard case .owned(let clause) = self else { return code }
    return Self.owned + clause
  }

  /// The stable code, without the clause.
  public var code: String {
    switch self {
    case .unlisted: "unlisted"
    case .paused: "paused"
    case .failed: "failed"
    case .owned: "owned"
    }
  }

  private static let owned = "owned:"
}

/// A limit on money.
public enum SpendLimit: Sendable, Hashable, Codable {
  case hourlyCap
  case month(String)
}

/// A rung of the idle ladder.
public enum Rung: String, Sendable, Hashable, Codable, CaseIterable {
  case notify, unload, stop, terminate
}
