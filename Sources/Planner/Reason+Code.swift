extension Reason {
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
    case .aboveMaximum: "above_maximum"
    case .noLaunchTemplate: "no_launch_template"
    case .workload(let hold): "workload_\(hold.rawValue)"
    case .capacityQuarantine: "capacity_quarantine"
    case .quota: "quota"
    default: sizingCode ?? moneyCode
    }
  }

  private var sizingCode: String? {
    switch self {
    case .demand: "demand"
    case .demandUnknown: "demand_unknown"
    case .pendingCapacity: "pending_capacity"
    case .nMinusOneUnsafe: "n_minus_1_unsafe"
    case .pressure: "pressure"
    case .burst: "burst"
    case .surplus: "surplus"
    case .draining: "draining"
    case .stuckLaunch: "stuck_launch"
    case .retained: "retained"
    case .scaleToZero: "scale_to_zero"
    case .woken: "woken"
    case .ladder(let rung, _, _): "idle_\(rung.rawValue)"
    case .scheduled: "scheduled"
    case .protectedHours: "protected_hours"
    case .forecastFloor: "forecast_floor"
    case .forecastOff: "forecast_off"
    case .spotPlacement: "spot_placement"
    case .onDemandFallback: "on_demand_fallback"
    case .returnToSpot: "return_to_spot"
    case .interruption: "interruption"
    case .interrupted: "interrupted"
    case .overflow: "overflow"
    default: nil
    }
  }

  private var moneyCode: String {
    switch self {
    case .budgetDenied: "budget_denied"
    case .budgetShrink: "budget_shrink"
    case .spotOnly: "spot_only"
    case .priceAboveLimit: "price_above_limit"
    case .priceSuspect: "price_suspect"
    case .commitmentCovered: "commitment_covered"
    case .belowMinimumSaving: "below_min_saving"
    case .restartRisk: "restart_risk"
    case .disruptionBudget: "disruption_budget"
    case .errorBudget: "error_budget"
    case .rateLimited: "rate_limited"
    case .flipFlop: "flip_flop"
    case .longJob: "long_job"
    case .unsupported: "unsupported"
    case .awaitingApproval: "awaiting_approval"
    case .approvalExpired: "approval_expired"
    default: "unknown"
    }
  }
}
