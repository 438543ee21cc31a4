public import FleetModel
public import Planner

/// What a policy gets to see of the zones.
public enum SpotObservation: String, Sendable, Hashable, Codable, CaseIterable {
  /// The state of every zone at every tick.
  case full
  /// Only zones in which it holds or tries something; a successful probe is billed four ticks.
  case limited
}

/// How many losses are announced, and how long before.
public struct SpotNotice: Sendable, Hashable, Codable {
  /// From 0 to 1.
  public var share: Double
  public var seed: UInt64
  public var lead: Duration

  public init(share: Double, seed: UInt64, lead: Duration = .seconds(120)) {
    self.share = share
    self.seed = seed
    self.lead = lead
  }
}

/// One backtest on spot capacity: the trace, what is needed, and what it costs.
public struct SpotSetup: Sendable {
  public var trace: SpotTrace
  public var replicas: Int
  public var coldStart: Duration
  public var onDemand: HourlyRate
  /// By zone of the trace.
  public var spot: [HourlyRate]
  public var notice: SpotNotice?
  public var observation: SpotObservation
  public var baseOnDemand = 0
  public var rules = SpotRules()

  public init(
    trace: SpotTrace, replicas: Int, coldStart: Duration = .seconds(120), onDemand: HourlyRate,
    spot: [HourlyRate], notice: SpotNotice? = nil, observation: SpotObservation = .full
  ) {
    precondition(spot.count == trace.zones.count, "one price for each zone")
    self.trace = trace
    self.replicas = replicas
    self.coldStart = coldStart
    self.onDemand = onDemand
    self.spot = spot
    self.notice = notice
    self.observation = observation
  }

  /// The terms our policy is asked under.
  public var terms: SpotTerms {
    let offerings = trace.zones.indices.map { zone in
      SpotOffering(
        name: trace.zones[zone], region: SpotTrace.region(of: trace.zones[zone]), rank: 1,
        share: Double(spot[zone].perHour.nanos)
          / Double(max(onDemand.perHour.nanos, 1)))
    }
    var terms = SpotTerms(
      offerings: offerings, replicas: replicas, baseOnDemand: baseOnDemand, interval: trace.tick,
      coldStart: coldStart, rules: rules)
    if let notice { terms.noticeLead = notice.lead }
    return terms
  }

  func ticks(in duration: Duration) -> Int {
    Int((duration.microseconds + trace.tick.microseconds - 1) / trace.tick.microseconds)
  }
}
