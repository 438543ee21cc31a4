import FleetModel
import Planner

/// The planner's rules as settings, one list for each of its structs. A test holds the lists to the
/// structs.
enum RuleKeys {
  static let scaling: [RuleKey<ScalingRules>] = [
    .number(
      "target_in_flight", \.targetInFlight, of: standardScaling, .positive,
      "Requests in flight that keep one replica fully at work."),
    .number(
      "requests_per_second", \.requestsPerSecond,
      "Requests a second one replica was measured to serve within its SLO."),
    .number(
      "tokens_per_second", \.tokensPerSecond,
      "Tokens a second one replica was measured to make."),
    .time(
      "slo_wait", \.slackWait, of: standardScaling, .milliseconds(100) ... .hours(1),
      "The longest wait the SLO allows."),
    .time(
      "cold_start", \.coldStart, of: standardScaling, .milliseconds(100) ... .hours(2),
      "From launch to serving, until the pool's own launches have been measured."),
    .time(
      "time_to_first_token", \.timeToFirstToken, .milliseconds(1) ... .minutes(10),
      "The time to first token the SLO allows; not watched without it."),
    stance,
    .time(
      "drain", \.drain, of: standardScaling, .zero ... .hours(1),
      "How long a replica must have been without a request before it is released."),
    .time(
      "scale_down_delay", \.scaleDownDelay, .zero ... .days(1),
      "A fixed delay before each release; the learned rule decides without it."),
    .count(
      "step_up", \.stepUp, 1...1000,
      "The most replicas that are added at a time; no limit without it."),
    .time(
      "burst_hold", \.burstHold, .minutes(1) ... .hours(6),
      "Nothing shrinks for this long after demand was twice what stood ready."),
    .share(
      "error_budget", \.errorBudget, of: standardScaling, .positiveShare,
      "The part of the requests that may be late; burn rates are measured by it."),
  ]

  private static let standardScaling = ScalingRules()

  private static let stance = RuleKey<ScalingRules>(
    name: "stance", leaf: .choice(DemandTerms.Stance.allCases.map(\.rawValue)),
    about: "How much is paid for being in time; strict keeps more replicas.",
    standard: DemandTerms.Stance.standard.rawValue
  ) { rules, value in
    if case .text(let text) = value, let stance = DemandTerms.Stance(rawValue: text) {
      rules.stance = stance
    }
  }

  /// A rung within the first minute would fall before anything can be known to idle.
  private static let rung = Duration.minutes(1)...Duration.days(30)

  static let ladder: [RuleKey<IdleLadder>] = [
    .time("notify", \.notify, rung, "After how much idle time people are told."),
    .time(
      "unload", \.unload, rung, "After how much idle time the engine puts its weights down."),
    .time("stop", \.stop, rung, "After how much idle time the node is stopped."),
    .time("terminate", \.terminate, rung, "After how much idle time the node is given back."),
  ]

  private static let standardForecast = ForecastRules()

  static let forecast: [RuleKey<ForecastRules>] = [
    .share(
      "quantile", \.quantile, of: standardForecast, .positiveShare,
      "Which quantile of the same times of the week is the floor."),
    .count(
      "days", \.daysNeeded, of: standardForecast, 1...28,
      "Whole days of history before it says anything; four weeks are looked at."),
    .share(
      "largest_error", \.largestError, of: standardForecast, .positiveShare,
      "Above this error (weighted absolute percentage error) it switches itself off."),
  ]

  private static let standardSpot = SpotPlaces(offerings: [])

  static let spot: [RuleKey<SpotPlaces>] = [
    .count(
      "base_on_demand", \.baseOnDemand, of: standardSpot, 0...1000,
      "Replicas that are always on demand; 1 where a pool with 'scaling' can buy them."),
    .time(
      "cold_start", \.coldStart, of: standardSpot, .milliseconds(100) ... .hours(2),
      "From launch to serving, until it has been measured."),
    .share(
      "least_advantage", \.leastAdvantage, of: standardSpot, .share,
      "A move for price alone needs at least this saving."),
  ]

  private static let standardSafety = SafetyRules()

  static let safety: [RuleKey<SafetyRules>] = [
    .count(
      "acts_per_minute", \.actsPerMinute, of: standardSafety, 1...1000,
      "Acts of the whole fleet in any minute."),
    .count(
      "max_nodes", \.nodesInWindow, of: standardSafety, 1...1000,
      "Nodes of the whole fleet that are taken in ten minutes, beside the shares of a pool."),
    .count(
      "flip_limit", \.flipLimit, of: standardSafety, 1...100,
      "Reversals of one pool (up then down, down then up) that stop its shrinking."),
    .time(
      "flip_window", \.flipWindow, of: standardSafety, .minutes(1) ... .days(1),
      "The time over which reversals are counted."),
    .time(
      "flip_hold", \.flipHold, of: standardSafety, .minutes(1) ... .days(1),
      "How long the pool's shrinking then waits."),
    .number(
      "burn_rate", \.burnRateLimit, of: standardSafety, .positive,
      "Shrinking freezes while a pool's error budget burns faster."),
    .share(
      "largest_jump", \.largestJump, of: standardSafety, .positiveShare,
      "A price that moves by more is believed when a second poll says the same."),
    leastSaving,
    .time(
      "approval_lifetime", \.approvalLifetime, of: standardSafety, .minutes(1) ... .days(7),
      "How long a decision waits for a person."),
    .time(
      "protection_notice", \.protectionNotice, of: standardSafety, .zero ... .days(30),
      "A protection that ends within this time is told of."),
  ]

  private static let leastSaving = RuleKey<SafetyRules>(
    name: "least_saving", leaf: .money(per: "day", example: "$0.50"),
    about: "An act must be worth this much a day, else it is not done.",
    standard: "$0.50/day"
  ) { rules, value in
    if case .nanoDollars(let nanos) = value { rules.leastSaving = Money(nanos: nanos) }
  }

  private static let standardBudget = MonthlyBudget(name: "", monthly: .zero)

  static let budget: [RuleKey<MonthlyBudget>] = [
    .share(
      "inform_at", \.informAt, of: standardBudget, .budgetShare, "From here on people are told."),
    .share(
      "spot_only_at", \.spotOnlyAt, of: standardBudget, .budgetShare,
      "From here on pools that are not critical launch only spot."),
    .share(
      "freeze_at", \.freezeAt, of: standardBudget, .budgetShare,
      "From here on pools that are not critical do not grow."),
    .share(
      "shrink_at", \.shrinkAt, of: standardBudget, .budgetShare,
      "From here on the pool of the lowest priority shrinks to its minimum."),
  ]
}
