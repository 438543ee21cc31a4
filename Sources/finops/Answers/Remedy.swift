import FleetModel
import Planner

/// What would have to change for something else to be done about a subject.
enum Remedy {
  /// One sentence; nil when nothing has to.
  ///
  /// - Parameter memory: what is remembered of the node's target, where the reason is one of its
  ///   evidence.
  static func of(_ reason: Reason, heard memory: TargetMemory? = nil) -> String? {
    if case .confidenceTooLow = reason, memory?.awaitsPowerLevels == true {
      return "An hour of rest of each of its GPUs has to be seen, so that it is known what they "
        + "draw then (RESTS AT); or min_confidence be medium."
    }
    return evidence(reason) ?? world(reason) ?? limits(reason) ?? bars(reason)
  }

  private static func evidence(_ reason: Reason) -> String? {
    switch reason {
    case .idleTooShort(let time, let limit):
      "It is acted on when it has rested \((limit - time).brief) more (idle_duration \(limit.brief))."
    case .busy: "All its accelerators have to come to rest and stay so for the pool's idle window."
    case .windowIncomplete, .stale, .neverHeard, .acceleratorsMissing:
      "Its exporter has to answer at every scrape: `finops doctor` says what fails."
    case .acceleratorSilent:
      "Its exporter has to list it with its load again. When it is gone for good, start the machine "
        + "anew, or tag it \(Tag.identity) with the time of now."
    case .acceleratorCountUnknown:
      "Tag it \(Tag.accelerators)=N, the number of physical accelerators it has."
    case .identityChanged(_, _, let moment):
      "Start the machine anew, or, when what its exporter says now is right, tag it "
        + "\(Tag.identity) with a time after \(moment)."
    case .exporterSlow:
      "Its exporter has to answer in less than twice reread_age; look what holds it up."
    case .sensorFault, .identityConflict, .faulty:
      "The device or its exporter has to be mended: what it says contradicts itself."
    case .withheld: "Both looks have to agree: if this stays so, it is a bug; please report it."
    case .powerUnproven:
      "It has to draw no more than a device at rest for the whole idle window."
    case .suspectedHang: "Its job has to end, or move its tensor cores or memory again."
    case .confidenceTooLow(_, let required):
      "Its exporter has to offer more signals, or min_confidence be less than \(required.rawValue)."
    case .warmingUp(let age, let grace): "It has to be up for \((grace - age).brief) more."
    default: nil
    }
  }

  private static func world(_ reason: Reason) -> String? {
    switch reason {
    case .unmatched: "Tag it \(Tag.target)=host:port, or write instance=ID after its target."
    case .notOurs: "Tag it \(Tag.fleet) with this fleet's name."
    case .noPool: "A pool's match has to fit it."
    case .priceUnknown: "Its price has to be known: prices: [{cloud: …, type: …, hourly: $…/h}]."
    case .kindNeverActs(let kind): "Pools of kind \(kind.rawValue) are never acted on."
    case .protected: "The tag \(Tag.protect) has to go, or its end to come."
    case .killSwitch: "A person has to type `finops resume`."
    case .noLaunchTemplate: "The pool needs launch settings."
    case .workload(.unlisted):
      "match.workload has to be a name its cloud lists: `finops doctor` shows those."
    case .workload(.paused): "Somebody has to resume it."
    case .workload(.failed): "The cloud's own page or log says what went wrong."
    default: nil
    }
  }

  /// A machine that may not be ended, and what would work.
  private static func bars(_ reason: Reason) -> String? {
    reason.barRemedy.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }
  }

  private static func limits(_ reason: Reason) -> String? {
    switch reason {
    case .minimumReached(let minimum): "The pool's nodes would have to be more than \(minimum)."
    case .cooldown(let left): "Nothing: it is looked at again in \(left.brief)."
    case .blastRadius: "Nothing: its turn comes when the others have gone."
    case .correlatedIdle:
      "It ends when each of them works, gives its memory back or is started anew; a person who "
        + "looked and believes the sensors types `finops resume`."
    case .nodeLimit: "Nothing: its turn comes when the window has passed (safety.max_nodes)."
    case .uncounted(let cloud): "\(cloud) has to be listed again: `finops doctor` says what fails."
    case .unhealthyHalt: "Enough of the fleet has to be heard again."
    case .capacityQuarantine(let until), .quota(let until): "Nothing before \(until)."
    case .idleConfirmed: "Any activity keeps it."
    case .awaitingApproval: "A person has to allow it: `finops decisions` shows its id."
    default: nil
    }
  }
}
