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
  case sensorFault(AcceleratorID)
  case identityConflict(AcceleratorID)
  case faulty(AcceleratorID)
  case suspectedHang(AcceleratorID)
  case confidenceTooLow(Confidence, required: Confidence)
  case warmingUp(age: Duration, grace: Duration)
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
  case noLaunchTemplate
  case capacityQuarantine(until: Timestamp)

  /// The stable code, in snake case.
  public var code: String {
    switch self {
    case .idleConfirmed: "idle_confirmed"
    case .idleTooShort: "idle_too_short"
    case .busy: "busy"
    case .windowIncomplete: "window_incomplete"
    case .stale: "stale"
    case .neverHeard: "never_heard"
    case .acceleratorsMissing: "accelerators_missing"
    case .acceleratorCountUnknown: "accelerator_count_unknown"
    case .sensorFault: "sensor_fault"
    case .identityConflict: "identity_conflict"
    case .faulty: "faulty"
    case .suspectedHang: "suspected_hang"
    case .confidenceTooLow: "confidence_too_low"
    case .warmingUp: "warming_up"
    case .notRunning: "not_running"
    case .unmatched: "unmatched"
    case .notOurs: "not_ours"
    case .noPool: "no_pool"
    case .priceUnknown: "price_unknown"
    case .protected: "protected"
    case .minimumReached: "min_reached"
    case .cooldown: "cooldown"
    case .blastRadius: "blast_radius"
    case .correlatedIdle: "correlated_idle"
    case .unhealthyHalt: "unhealthy_halt"
    case .killSwitch: "kill_switch"
    case .kindNeverActs: "kind_never_acts"
    case .clockSkew: "clock_skew"
    case .inFlight: "in_flight"
    case .superseded: "superseded"
    case .expired: "expired"
    case .belowMinimum: "below_minimum"
    case .enough: "enough"
    case .noLaunchTemplate: "no_launch_template"
    case .capacityQuarantine: "capacity_quarantine"
    }
  }
}

/// What showed that an accelerator is at work.
public enum Activity: String, Sendable, Hashable, Codable, CaseIterable {
  case engine, tensor, dram, power, pcie, requests, utilization, loading, lowUse = "low_use"
}
