import FleetModel
public import Planner

extension Reason {
  /// The reason as people read it, with the figures it rests on; one line, no full stop.
  public var sentence: String {
    evidence ?? place ?? guardrail ?? pool ?? code
  }

  private var evidence: String? {
    switch self {
    case .idleConfirmed(let length, let limit, let confidence):
      "idle \(length.brief), limit \(limit.brief), confidence \(confidence.rawValue)"
    case .idleTooShort(let length, let limit): "idle \(length.brief) of \(limit.brief)"
    case .busy(let activity): "at work: \(activity.words)"
    case .windowIncomplete(let heard, let expected, let gap):
      "heard \(heard) of \(expected) samples, longest gap \(gap.brief): not enough evidence"
    case .stale(let age): "last reading is \(age.brief) old"
    case .neverHeard: "no reading has ever arrived"
    case .acceleratorsMissing(let heard, let expected):
      "only \(heard) of \(expected) GPUs heard: not enough evidence"
    case .acceleratorCountUnknown: "the cloud does not say how many GPUs it has"
    case .sensorFault(let id): "readings of \(id) contradict each other"
    case .identityConflict(let id): "\(id) is heard from two targets"
    case .faulty(let id): "\(id) is faulty: replace the node rather than save it"
    case .suspectedHang(let id): "\(id) is busy and does no work: suspected hang"
    case .confidenceTooLow(let confidence, let required):
      "evidence is \(confidence.rawValue), this pool wants \(required.rawValue)"
    case .warmingUp(let age, let grace): "started \(age.brief) ago, left alone for \(grace.brief)"
    default: nil
    }
  }

  private var place: String? {
    switch self {
    case .notRunning(let state): "is \(state.rawValue)"
    case .unmatched: "no metrics target speaks for it"
    case .notOurs: "is not tagged as part of this fleet"
    case .noPool: "belongs to no pool"
    case .priceUnknown: "no price is known"
    default: nil
    }
  }

  private var guardrail: String? {
    switch self {
    case .protected(let until):
      until.map { "protected until \(People.minute($0)) UTC" } ?? "protected without an end"
    case .minimumReached(let minimum): "the pool keeps at least \(minimum)"
    case .cooldown(let left): "acted on lately, left alone for \(left.brief) more"
    case .blastRadius(let allowed, let window):
      "only \(allowed) may shrink in \(window.brief), and did"
    case .correlatedIdle(let turned, let whole):
      "\(turned) of \(whole) nodes turned idle at once: more likely a fault than a coincidence"
    case .unhealthyHalt(let unknown, let whole):
      "\(unknown) of \(whole) nodes are unknown or unhealthy: nothing shrinks"
    case .killSwitch: "a person halted all acts"
    case .kindNeverActs(let kind): "\(kind.rawValue) nodes are never stopped for idleness"
    case .clockSkew(let skew): "the cloud's clock is \(skew.brief) off"
    case .inFlight: "an act is under way"
    default: nil
    }
  }

  private var pool: String? {
    switch self {
    case .belowMinimum(let live, let minimum): "\(live) of at least \(minimum) nodes live"
    case .enough(let live, let minimum): "\(live) nodes live, at least \(minimum) wanted"
    case .noLaunchTemplate: "too few nodes, and no launch: is configured"
    case .capacityQuarantine(let until):
      "the cloud had no machines, next try \(People.minute(until)) UTC"
    default: nil
    }
  }
}

extension Activity {
  var words: String {
    switch self {
    case .engine: "compute engine"
    case .tensor: "tensor cores"
    case .dram: "memory traffic"
    case .power: "power draw"
    case .pcie: "PCIe traffic"
    case .requests: "requests"
    case .utilization: "GPU utilisation"
    case .loading: "loading a model"
    case .lowUse: "low use"
    }
  }
}
