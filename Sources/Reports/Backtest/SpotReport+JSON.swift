import FleetModel
import Simulator

extension SpotReport {
  /// The report as JSON: amounts as exact decimal strings in US dollars, shares as fractions of 1.
  ///
  /// The figures of the policy that was asked for stand at the top; `policies` has all of them.
  public func json() -> String {
    let first = scores.first.map(\.members) ?? []
    return JSONValue.object(
      [.init("report", "finops-backtest-spot/1"), .init("currency", "USD")]
        + first + [
          .init("trace", .object(traceMembers)), .init("conditions", .object(conditionMembers)),
          .init("policies", .array(scores.map { .object($0.members) })),
        ]
    ).text
  }

  private var traceMembers: [JSONValue.Member] {
    [
      .init("file", .string(source)), .init("campaign", .string(campaign)),
      .init("zones", .array(zones.map { .string($0) })),
      .init("tickSeconds", .number(tick.inSeconds, places: 6)),
      .init("ticks", .integer(Int64(ticks))),
    ]
  }

  private var conditionMembers: [JSONValue.Member] {
    [
      .init("replicas", .integer(Int64(replicas))),
      .init("coldStartSeconds", .number(coldStart.inSeconds, places: 6)),
      .init("onDemandHourlyUSD", .money(onDemand.perHour)),
      .init("spotHourlyUSD", .money(spot.perHour)),
      .init("noticeShare", notice.map { .number($0, places: 6) } ?? .null),
      .init("jitterTicks", jitter.map { .string("\($0.lowerBound)..\($0.upperBound)") } ?? .null),
      .init("seeds", .integer(Int64(runs))), .init("seed", .string(String(seeds.lowerBound))),
    ]
  }
}

extension SpotScore {
  fileprivate var members: [JSONValue.Member] {
    let ratio = Ratio(costUSD, over: clairvoyantUSD)
    return [
      .init("policy", .string(policy)), .init("costUSD", .money(costUSD)),
      .init("clairvoyantUSD", .money(clairvoyantUSD)),
      .init("costRatio", ratio.map { .decimal(digits: $0.millionths, places: 6) } ?? .null),
      .init("missingShare", .number(missingShare, places: 9)),
      .init("timeShort", .number(timeShort, places: 9)),
      .init("preemptions", .number(preemptions, places: 3)),
      .init("launches", .number(launches, places: 3)),
      .init("onDemandHours", .number(onDemandHours, places: 6)),
      .init("spotHours", .number(spotHours, places: 6)),
    ]
  }
}
