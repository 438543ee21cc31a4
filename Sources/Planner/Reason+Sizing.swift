import FleetModel

extension Reason {
  var demandSentence: String? {
    switch self {
    case .demand(let want, let have, let level, let margin):
      "Demand is \(level.brief) replicas' worth, \(margin.brief) more may come while one starts: "
        + "\(want) are wanted, \(have) are up or coming."
    case .demandUnknown(let age?):
      "Nothing valid was heard of its demand for \(age.brief): nothing is taken away."
    case .demandUnknown(nil): "Nothing valid was ever heard of its demand: nothing is taken away."
    case .pendingCapacity(let pending, let want):
      "\(pending) on their way make the \(want) that are wanted."
    case .nMinusOneUnsafe(let measure, let would, let limit):
      "With one fewer its \(measure.words) would be \(would.brief), the limit is \(limit.brief)."
    case .pressure(let measure, let value, let limit):
      "Its \(measure.words) is \(value.brief), the limit is \(limit.brief): one more is wanted."
    case .burst(let until):
      "Demand was twice what stood ready: nothing is taken away until \(until)."
    case .surplus(let want, let have, let rest):
      "\(have) are up and \(want) are wanted; this one has had no request for \(rest.brief)."
    case .draining(let want, let have):
      "\(have) are up and \(want) are wanted; this one still answers requests."
    case .stuckLaunch(let since): "A launch of \(since) has not come up."
    case .retained(let idle, let limit):
      "Without work for \(idle.brief); kept warm for \(limit.brief), the price of a cold start."
    case .scaleToZero(let idle, let limit):
      "Without work for \(idle.brief), longer than the \(limit.brief) a cold start is worth."
    case .woken(let until): "Somebody woke it; it stays up until \(until)."
    case .ladder(let rung, let idle, let next?):
      "Idle for \(idle.brief): \(rung.words). The next step is at \(next.brief)."
    case .ladder(let rung, let idle, nil): "Idle for \(idle.brief): \(rung.words)."
    case .scheduled(let name, let until): "Schedule \(name) sets its limits until \(until)."
    case .protectedHours(let name, let until):
      "Schedule \(name) protects it until \(until)."
    case .forecastFloor(let floor, let error):
      "This hour of the week usually needs \(floor) (error of the forecast \(error.percent))."
    case .forecastOff(let error):
      "The forecast has been wrong by \(error.percent) and is not used."
    default: nil
    }
  }

  var placementSentence: String? {
    switch self {
    case .spotPlacement(let offering, let want, let have):
      "\(offering): \(want) are wanted there, \(have) are up or coming."
    case .onDemandFallback(let want, let have):
      "No spot capacity is worth its risk now: \(want) on demand are wanted, \(have) are there."
    case .returnToSpot(let offering, let age):
      "\(offering) has been available for \(age.brief), long enough to go back to."
    case .interruption(let offering, let at?): "\(offering) will be taken back at \(at)."
    case .interruption(let offering, nil): "\(offering) was taken back."
    case .interrupted(let times, let within, let until):
      "Interrupted \(times) times within \(within.brief): on demand until \(until)."
    case .overflow(let from, let missing):
      "\(from) cannot get the \(missing) it needs: they are served here."
    default: nil
    }
  }
}

extension Pressure {
  var words: String {
    switch self {
    case .cache: "key-value cache"
    case .queue: "queue per replica"
    case .tokens: "share of the measured tokens a second"
    case .timeToFirstToken: "time to first token in seconds"
    }
  }
}

extension Rung {
  var words: String {
    switch self {
    case .notify: "people are told"
    case .unload: "the engine puts its weights down"
    case .stop: "it is stopped"
    case .terminate: "it is given back"
    }
  }
}

extension Double {
  /// Two decimals, for people.
  var brief: String {
    guard isFinite, magnitude < 1e12 else { return "\(self)" }
    let hundredths = Int((self * 100).rounded())
    let fraction = String(100 + hundredths.magnitude % 100).dropFirst()
    return (hundredths < 0 ? "-" : "") + "\(hundredths.magnitude / 100).\(fraction)"
  }

  /// A share as whole percent.
  var percent: String {
    isFinite && magnitude < 1e12 ? "\(Int((self * 100).rounded())) %" : "\(self)"
  }
}
