import FleetModel
import Simulator

extension DemandReport {
  /// The report as JSON: amounts as exact decimal strings in US dollars, shares as fractions of 1.
  ///
  /// The figures of the rule that was asked for stand at the top; `policies` has all of them.
  public func json() -> String {
    let first = results.first.map(\.members) ?? []
    return JSONValue.object(
      [.init("report", "finops-backtest-demand/1"), .init("currency", "USD")] + first + [
        .init("trace", .object(traceMembers)), .init("conditions", .object(conditionMembers)),
        .init("workBoundUSD", .money(workBound)),
        .init("policies", .array(results.map { .object($0.members) })),
        .init("perturbed", copies.map(\.json) ?? .null),
      ]
    ).text
  }

  private var traceMembers: [JSONValue.Member] {
    [
      .init("file", .string(source)), .init("kind", .string(kind.rawValue)),
      .init("tickSeconds", .number(tick.inSeconds, places: 6)),
      .init("ticks", .integer(Int64(ticks))), .init("requests", .number(requests, places: 3)),
      .init("meanOffered", .number(meanOffered, places: 6)),
      .init("peakOffered", .number(peakOffered, places: 6)),
    ]
  }

  private var conditionMembers: [JSONValue.Member] {
    [
      .init("serviceTimeSeconds", .number(conditions.serviceTime.inSeconds, places: 6)),
      .init("sloWaitSeconds", .number(conditions.longestWait.inSeconds, places: 6)),
      .init("coldStartSeconds", .number(conditions.coldStart.inSeconds, places: 6)),
      .init("hourlyUSD", .money(conditions.price.perHour)),
      .init("startFrom", .string(conditions.start.rawValue)),
    ]
  }
}

extension DemandResult {
  fileprivate var members: [JSONValue.Member] {
    [
      .init("policy", .string(policy)), .init("costUSD", .money(cost)),
      .init("replicaHours", .hours(billed.microseconds)),
      .init("clairvoyantUSD", .money(clairvoyant)),
      .init("costRatio", ratio.map { .decimal(digits: $0.millionths, places: 6) } ?? .null),
      .init("lateShare", .number(lateShare, places: 9)),
      .init("peakReplicas", .integer(Int64(peakReplicas))),
      .init("starts", .integer(Int64(starts))), .init("requests", .number(requests, places: 3)),
    ]
  }
}

extension DemandReport.Copies {
  fileprivate var json: JSONValue {
    .object([
      .init("copies", .integer(Int64(card.copies))), .init("seed", .string(String(seed))),
      .init("ours", .string(card.ours)), .init("beatenShare", .share(card.beaten)),
      .init("lowestShare", .share(card.lowest)),
      .init(
        "policies",
        .array(
          card.lines.map { line in
            .object([
              .init("policy", .string(line.policy)), .init("costRatio", line.ratio.json(places: 6)),
              .init("lateShare", line.late.json(places: 9)),
              .init("beatsOursShare", .share(line.beatsOurs)),
            ])
          })),
    ])
  }
}

extension Scorecard.Spread {
  fileprivate func json(places: Int) -> JSONValue {
    .object([
      .init("median", .number(median, places: places)), .init("p90", .number(p90, places: places)),
    ])
  }
}

extension JSONValue {
  /// A number rounded to a fixed count of decimals.
  static func number(_ value: Double, places: Int) -> JSONValue {
    .decimal(digits: Decimals.digits(value, places), places: places)
  }

  fileprivate static func share(_ share: Double?) -> JSONValue {
    share.map { .number($0, places: 6) } ?? .null
  }
}
