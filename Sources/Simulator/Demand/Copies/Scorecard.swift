/// How rules did over many copies of a trace.
public struct Scorecard: Sendable, Hashable {
  /// The middle of some figures, and what nine in ten stay under.
  public struct Spread: Sendable, Hashable {
    public var median: Double
    public var p90: Double

    /// Between two figures the way is gone evenly; nil without a figure.
    public init?(_ figures: [Double]) {
      guard !figures.isEmpty else { return nil }
      let sorted = figures.sorted()
      func quantile(_ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
      }
      median = quantile(0.5)
      p90 = quantile(0.9)
    }
  }

  /// One rule over all copies.
  public struct Line: Sendable, Hashable {
    public var policy: String
    /// Cost ÷ clairvoyant cost.
    public var ratio: Spread
    /// Late requests, as a fraction of 1.
    public var late: Spread
    /// The share of copies on which this rule was both cheaper and less late than ours; nil for
    /// what is not reactive, and without a rule of ours.
    public var beatsOurs: Double?
  }

  public var lines: [Line]
  /// The rule the others are held against.
  public var ours: String
  /// Copies that count: those on which there was something to pay for.
  public var copies: Int
  /// The share of copies on which some reactive baseline was both cheaper and less late than ours.
  public var beaten: Double?
  /// The share of copies on which ours had the lowest cost ratio plus one for each percentage point
  /// of late requests, among reactive rules.
  public var lowest: Double?

  /// - Parameters:
  ///   - copies: the results of each copy, the same rules in the same order.
  ///   - ours: the rule the reactive baselines are held against.
  public init(_ copies: [[DemandResult]], ours: String = "default") {
    self.ours = ours
    let counted = copies.filter { $0.allSatisfy { $0.ratio != nil } }
    self.copies = counted.count
    let names = counted.first.map { $0.map(\.policy) } ?? []
    let rivals = Set(DemandBaseline.reactive.map(\.rawValue)).intersection(names)
    let duels = counted.compactMap { Duel($0, ours: ours, rivals: rivals) }
    func share(_ isSo: (Duel) -> Bool) -> Double? {
      duels.isEmpty || rivals.isEmpty
        ? nil : Double(duels.count { isSo($0) }) / Double(duels.count)
    }
    lines = names.enumerated().compactMap { place, name in
      guard let ratio = Spread(counted.map { $0[place].ratio?.value ?? 0 }),
        let late = Spread(counted.map { $0[place].lateShare })
      else { return nil }
      let beats = rivals.contains(name) ? share { $0.winners.contains(name) } : nil
      return Line(policy: name, ratio: ratio, late: late, beatsOurs: beats)
    }
    beaten = share { !$0.winners.isEmpty }
    lowest = share { $0.isOursLowest }
  }
}

/// Our rule against the reactive baselines on one copy.
private struct Duel {
  /// Baselines both cheaper and less late.
  let winners: Set<String>
  let isOursLowest: Bool

  init?(_ results: [DemandResult], ours: String, rivals: Set<String>) {
    guard let mine = results.first(where: { $0.policy == ours }) else { return nil }
    let others = results.filter { rivals.contains($0.policy) }
    winners = Set(
      others.filter { $0.cost < mine.cost && $0.lateShare < mine.lateShare }.map(\.policy))
    isOursLowest = others.allSatisfy { mine.score <= $0.score }
  }
}

extension DemandResult {
  /// Cost ratio plus one for each percentage point of late requests; smaller is better.
  public var score: Double { (ratio?.value ?? 0) + 100 * lateShare }
}
