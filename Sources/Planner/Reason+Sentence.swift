import FleetModel

extension Reason {
  /// One English sentence with the figures it rests on.
  public var sentence: String {
    evidenceSentence ?? placeSentence ?? guardSentence ?? barSentence ?? poolSentence
  }

  private var evidenceSentence: String? {
    switch self {
    case .idleConfirmed(let time, let limit, let confidence):
      "Idle for \(time.brief), the limit is \(limit.brief); confidence \(confidence.rawValue)."
    case .idleTooShort(let time, let limit):
      "Idle for \(time.brief), not yet for the limit of \(limit.brief)."
    case .busy(let activity): "At work: \(activity.sentence)."
    case .windowIncomplete(let heard, let expected, let gap):
      "Only \(heard) of \(expected) expected samples were heard, the largest gap was \(gap.brief)."
    case .stale(let age): "What is known is \(age.brief) old, too old to act on."
    case .neverHeard: "Its metrics were never heard."
    case .acceleratorsMissing(let heard, let expected):
      "Only \(heard) of \(expected) accelerators were heard."
    case .acceleratorCountUnknown: "Nobody says how many accelerators it has."
    case .exporterSlow(let took, let limit):
      "Its exporter takes \(took.brief) to answer: no reading can be younger than reread_age "
        + "(\(limit.brief)) when an act would leave."
    case .sensorFault(let id): "The sensors of \(id) contradict each other."
    case .withheld(let because): "Idle by its clocks, but a second look disagrees: \(because)."
    case .powerUnproven(let id, let watts?, let ceiling):
      "Nothing but its power shows work: \(id) drew \(watts.brief) W over the idle window, one at rest "
        + "draws at most \(ceiling.brief) W."
    case .powerUnproven(let id, nil, let ceiling):
      "The power of \(id) was not measured for long enough to say that it stays under "
        + "\(ceiling.brief) W."
    case .identityConflict(let id):
      "\(id) was heard from two targets, and neither machine was started anew since."
    case .acceleratorSilent(let id):
      "\(id) is known and says nothing of its load: it may be at work."
    case .identityChanged(let lost, let found, let moment):
      "Its exporter names \(found) in the place of \(lost) since \(moment), and the machine was not "
        + "started anew: another machine may answer at this address."
    case .faulty(let id): "\(id) is broken: replace it."
    case .suspectedHang(let id):
      "\(id) spins at full load without tensor or memory work: look whether its job hangs."
    case .confidenceTooLow(let confidence, let required):
      "Idle with \(confidence.rawValue) confidence only; the pool requires \(required.rawValue)."
    case .warmingUp(let age, let grace):
      "Up for \(age.brief) only; a node is left alone for its first \(grace.brief)."
    default: nil
    }
  }

  private var placeSentence: String? {
    switch self {
    case .notRunning(let state): "The node is \(state.rawValue)."
    case .unmatched: "No metrics target is known for it."
    case .notOurs: "It does not carry this fleet's tag."
    case .noPool: "It matches no pool."
    case .priceUnknown: "Its price is not known."
    default: nil
    }
  }

  private var guardSentence: String? {
    switch self {
    case .protected(let until?): "Protected until \(until)."
    case .protected(nil): "Protected without an end."
    case .minimumReached(let minimum): "The pool keeps at least \(minimum) nodes."
    case .cooldown(let left): "An act on it was not long ago; left alone for \(left.brief) more."
    case .blastRadius(let allowed, .zero):
      "No more than \(allowed) of the pool may go in one cycle."
    case .blastRadius(let allowed, let window):
      "No more than \(allowed) of the pool may go in \(window.brief)."
    case .correlatedIdle(let turned, let count):
      "\(turned) of \(count) nodes turned idle together: more likely a sensor than the truth."
    case .unhealthyHalt(let unknown, let count):
      "\(unknown) of \(count) nodes are unhealthy or unheard: nothing shrinks meanwhile."
    case .nodeLimit(let taken, let allowed, let window):
      "\(taken) nodes of the fleet were taken in \(window.brief), at most \(allowed) are."
    case .uncounted(let cloud):
      "What runs in \(cloud) is not known now: nothing grows under a limit that counts it."
    case .killSwitch: "A person halted all acts."
    case .kindNeverActs(let kind): "Idle, but nodes of kind \(kind.rawValue) are never stopped."
    case .clockSkew(let skew): "The cloud's clock differs from ours by \(skew.brief)."
    case .inFlight: "An act on it is under way."
    case .superseded: "What was decided was overtaken by a later state."
    case .expired(let age): "The decision was \(age.brief) old, too old to carry out."
    default: nil
    }
  }

  private var poolSentence: String {
    switch self {
    case .belowMinimum(let live, let minimum):
      "\(live) nodes are up or coming, the pool keeps at least \(minimum)."
    case .enough(let live, let minimum):
      "\(live) nodes are up or coming, at least \(minimum) are wanted."
    case .aboveMaximum(let live, let maximum):
      "\(live) are up or coming, the pool keeps at most \(maximum)."
    case .noLaunchTemplate: "The pool lacks nodes and has no launch settings to make one."
    case .workload(let hold): hold.sentence
    case .capacityQuarantine(let until):
      "The cloud refused the last launch; the next try is at \(until)."
    case .quota(let until): "A limit of the account is reached; asked again at \(until)."
    default: demandSentence ?? placementSentence ?? spendSentence ?? limitSentence
    }
  }
}

extension WorkloadHold {
  fileprivate var sentence: String {
    switch self {
    case .unlisted: "Its cloud does not list the workload this pool names."
    case .paused: "A person paused its workload: it stays so until somebody resumes it."
    case .failed: "Its cloud gave up on its workload: a person has to look."
    case .owned(let clause): "The number of its workload is not ours to set: \(clause)."
    }
  }
}

extension Activity {
  fileprivate var sentence: String {
    switch self {
    case .engine: "its engine is busy"
    case .tensor: "its tensor cores are busy"
    case .dram: "its memory is busy"
    case .power: "it draws more than an idle device"
    case .pcie: "data moves over PCIe"
    case .requests: "requests run, wait or were finished"
    case .utilization: "its utilisation is above the idle limit"
    case .loading: "a model is being loaded"
    case .host: "its host's CPUs, network or disks are busy"
    case .lowUse: "it is used a little, too often to be noise"
    }
  }
}
