import FleetModel

extension Reason {
  var spendSentence: String? {
    switch self {
    case .budgetDenied(.hourlyCap, let would, let cap):
      "It would bring the fleet to $\(would.cents) an hour, the ceiling is $\(cap.cents)."
    case .budgetDenied(.month(let name), let would, let cap):
      "Budget \(name) would come to $\(would.cents) this month, it has $\(cap.cents)."
    case .budgetShrink(let name, let spent, let budget):
      "Budget \(name) will come to $\(spent.cents) of $\(budget.cents): down to the minimum."
    case .spotOnly(let name, let spent, let budget):
      "Budget \(name) will come to $\(spent.cents) of $\(budget.cents): spot capacity only."
    case .priceAboveLimit(let price, let limit):
      "It costs $\(price.perHour.cents) an hour, the pool pays at most $\(limit.perHour.cents)."
    case .priceSuspect(let was, let now):
      "Its price went from $\(was.perHour.cents) to $\(now.perHour.cents) an hour in one poll: "
        + "believed when a second one says so."
    case .commitmentCovered(let name): "\(name) pays for it anyway: stopping it saves nothing."
    case .belowMinimumSaving(let daily, let least):
      "It would save $\(daily.cents) a day, less than the $\(least.cents) an act has to be worth."
    case .restartRisk(let failed, let of):
      "\(failed) of the last \(of) starts of its type failed: it may not come back."
    default: nil
    }
  }

  var limitSentence: String {
    switch self {
    case .disruptionBudget(let allowed, let disrupted):
      "Its disruption budget allows \(allowed), \(disrupted) are disrupted already."
    case .errorBudget(let rate, let limit):
      "Its error budget burns \(rate.brief) times too fast, the limit is \(limit.brief)."
    case .rateLimited(let acts, let limit):
      "\(acts) acts in the last minute, at most \(limit) are done."
    case .flipFlop(let reversals, let until):
      "It went up and down \(reversals) times: nothing is taken away until \(until)."
    case .longJob(let worked, let idle, let limit):
      "It worked for \(worked.brief) without a break and has been idle for \(idle.brief): "
        + "left alone for \(limit.brief)."
    case .unsupported(let intent, let why): "Its cloud cannot \(intent.rawValue): \(why)."
    case .awaitingApproval(let until): "Waits for a person's approval until \(until)."
    case .approvalExpired(let age): "Nobody approved it for \(age.brief)."
    default: code
    }
  }
}

extension Money {
  /// Dollars and cents, rounded half up, for people.
  var cents: String {
    let rounded = (nanos.magnitude + 5_000_000) / 10_000_000
    let fraction = String(100 + rounded % 100).dropFirst()
    return (nanos < 0 ? "-" : "") + "\(rounded / 100).\(fraction)"
  }
}
