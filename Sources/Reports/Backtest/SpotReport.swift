public import FleetModel
public import Simulator

/// What policies would have cost on recorded spot capacity, for people and for programs.
public struct SpotReport: Sendable, Hashable {
  /// Where the capacity came from, as the user named it.
  public var source: String
  public var campaign: String
  public var zones: [String]
  public var tick: Duration
  public var ticks: Int
  public var replicas: Int
  public var coldStart: Duration
  public var onDemand: HourlyRate
  public var spot: HourlyRate
  /// The share of losses that are announced, from 0 to 1; nil: none is.
  public var notice: Double?
  /// How many ticks earlier each change may come.
  public var jitter: ClosedRange<Int>?
  /// The seeds the figures are means over; one where chance plays no part.
  public var seeds: ClosedRange<UInt64>
  /// The first is the one that was asked for; the others stand beside it.
  public var scores: [SpotScore]

  /// - Parameter setup: as recorded, before any change is moved.
  public init(
    source: String, campaign: String, setup: SpotSetup, jitter: ClosedRange<Int>?,
    seeds: ClosedRange<UInt64>, scores: [SpotScore]
  ) {
    self.source = source
    self.campaign = campaign
    zones = setup.trace.zones
    tick = setup.trace.tick
    ticks = setup.trace.ticks
    replicas = setup.replicas
    coldStart = setup.coldStart
    onDemand = setup.onDemand
    spot = setup.spot.first ?? .init(perHour: .zero)
    notice = setup.notice?.share
    self.jitter = jitter
    self.seeds = seeds
    self.scores = scores
  }

  var runs: Int { Int(clamping: seeds.upperBound - seeds.lowerBound) + 1 }

  func facts(_ name: (String) -> String) -> String {
    "\((tick * ticks).brief) in ticks of \(tick.words) · campaign \(name(campaign)) · "
      + "\(People.count(zones.count, "zone")) · \(People.count(replicas, "replica"))"
  }

  /// What the figures rest on, a sentence each.
  var notes: [String] {
    let announced = notice.map { "\(Decimals.percent($0)) % of losses are announced 120 s ahead" }
    let moved = jitter.map {
      "every change comes \($0.lowerBound) to \($0.upperBound) ticks earlier than recorded"
    }
    let chance = ([announced ?? "no loss is announced"] + [moved].compactMap(\.self))
      .joined(separator: ", ")
    let mean =
      runs > 1
      ? "; figures are means over the seeds \(seeds.lowerBound) to \(seeds.upperBound)" : ""
    return [
      "A replica costs \(People.rate(onDemand)) an hour on demand and \(People.rate(spot)) on spot, "
        + "and serves \(coldStart.brief) after its launch; \(chance)\(mean).",
      "x C* is the cost over that of one who knew when each zone goes down"
        + (scores.first.map { ", \(People.money($0.clairvoyantUSD))" } ?? "")
        + " with nothing missing: who lets replicas be missing can be cheaper.",
      "Missing is replica-time that was needed and not ready; short, time in which any was missing.",
    ]
  }
}

extension SpotScore {
  /// Three decimals, "-" where the clairvoyant pays nothing.
  var ratioText: String { Ratio(costUSD, over: clairvoyantUSD)?.text ?? "-" }

  /// A count, with a decimal where it is a mean.
  static func count(_ value: Double) -> String {
    value == value.rounded() ? Decimals.grouped(value) : Decimals.text(value, 1)
  }
}
