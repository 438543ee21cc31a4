import CostModel
import FleetModel

extension FleetReport {
  /// The report as JSON: keys always in the same order, amounts as exact decimal strings in US
  /// dollars, shares as fractions of 1, times in RFC 3339 UTC.
  public func json() -> String { document.text }

  /// The document behind `json()`, to be put into a larger one.
  public var document: JSONValue {
    .object([
      .init("report", "finops/1"),
      .init("currency", .string(Self.currency)),
      .init("from", .string(range.lowerBound.description)),
      .init("until", .string(range.upperBound.description)),
      .init("asOf", .string(now.description)),
      .init("asOfMicroseconds", .integer(now.microseconds)),
      .init("totals", .object(totals.amounts + totals.facts)),
      .init("buckets", totals.spend.buckets),
      .init("coverage", coverage),
      .init("pools", .array(pools.map(\.json))),
      .init("nodes", .array(nodes.map(\.json))),
      .init("days", .array(days.map(\.json))),
      .init("stops", .array(stops.map(\.json))),
      .init("notes", .array(notes.map { .string($0) })),
    ])
  }

  private var coverage: JSONValue {
    .object([
      .init("observed", .share(totals.coverage)),
      .init("nodes", .integer(Int64(nodes.count))),
      .init(
        "unpricedNodes",
        .integer(Int64(nodes.filter { $0.figures.unpricedMicroseconds > 0 }.count))),
      .init("unpricedNodeHours", .hours(totals.unpricedMicroseconds)),
    ])
  }
}

extension Figures {
  var amounts: [JSONValue.Member] {
    spend.members + [.init("saved", .money(saved)), .init("alwaysOn", .money(alwaysOn))]
  }

  var facts: [JSONValue.Member] {
    [
      .init("savedShare", .share(savedShare)), .init("stops", .integer(Int64(stops))),
      .init("billedNodeHours", .hours(billedMicroseconds)),
      .init("billedMicroseconds", .integer(billedMicroseconds)),
      .init("unpricedNodeHours", .hours(unpricedMicroseconds)),
      .init("observed", .share(coverage)),
    ]
  }
}

extension SpendSplit {
  var members: [JSONValue.Member] {
    [
      .init("effective", .money(effective)), .init("productive", .money(productive)),
      .init("idle", .money(idle)), .init("overhead", .money(overhead)),
      .init("unusedCommitment", .money(unusedCommitment)),
    ]
  }

  var buckets: JSONValue {
    .object(
      Bucket.allCases.map { .init("\($0)", .money(self[$0])) } + [
        .init("stoppedStorage", .money(stoppedStorage))
      ])
  }
}

extension FleetReport.PoolLine {
  var json: JSONValue {
    .object(
      [.init("pool", .string(name.rawValue)), .init("nodes", .integer(Int64(nodes)))]
        + figures.amounts + figures.facts)
  }
}

extension FleetReport.NodeLine {
  var json: JSONValue {
    .object(
      [
        .init("node", .string(id.rawValue)), .init("pool", .string(pool.rawValue)),
        .init("type", .text(type?.rawValue)), .init("cloud", .text(cloud?.rawValue)),
        .init("region", .text(region?.rawValue)),
        .init("hourly", rate.map { .money($0.perHour) } ?? .null),
      ] + figures.amounts + figures.facts + [.init("buckets", figures.spend.buckets)])
  }
}

extension FleetReport.DayLine {
  var json: JSONValue {
    .object([.init("day", .string(People.day(day)))] + spend.members)
  }
}

extension RealisedSaving {
  var json: JSONValue {
    .object([
      .init("node", .string(interval.node.rawValue)),
      .init("pool", .string(interval.pool.rawValue)),
      .init("decision", .string(interval.decision)),
      .init("from", .string(interval.from.description)),
      .init("until", .text(interval.until?.description)),
      .init("fromMicroseconds", .integer(interval.from.microseconds)),
      .init("untilMicroseconds", interval.until.map { .integer($0.microseconds) } ?? .null),
      .init("hourly", .money(interval.rate.perHour)),
      .init("storageHourly", .money(interval.storage.perHour)),
      .init("offMicroseconds", .integer(offMicroseconds)),
      .init("coveredMicroseconds", .integer(coveredMicroseconds)),
      .init("restartMicroseconds", .integer(restartMicroseconds)),
      .init("gross", .money(gross)), .init("restart", .money(restart)),
      .init("storage", .money(storage)), .init("saved", .money(saved)),
    ])
  }
}

extension JSONValue: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self = .string(value) }

  static func money(_ money: Money) -> JSONValue { .string(money.description) }
  static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
  static func share(_ share: Share?) -> JSONValue {
    share.map { .decimal(digits: $0.millionths, places: 6) } ?? .null
  }
  static func hours(_ microseconds: Int64) -> JSONValue {
    .decimal(digits: (microseconds + 1800) / 3600, places: 6)
  }
}
