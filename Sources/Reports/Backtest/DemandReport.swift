public import FleetModel
public import Simulator

/// What rules would have cost on a trace of demand, for people and for programs.
public struct DemandReport: Sendable, Hashable {
  /// Where the demand came from, as the user named it.
  public var source: String
  public var kind: DemandKind
  public var tick: Duration
  public var ticks: Int
  public var requests: Double
  /// In replicas.
  public var meanOffered: Double
  public var peakOffered: Double
  public var conditions: DemandConditions
  public var workBound: Money
  /// The first is the one that was asked for; the others stand beside it.
  public var results: [DemandResult]
  public var copies: Copies?

  /// How the same rules did on perturbed copies.
  public struct Copies: Sendable, Hashable {
    public var seed: UInt64
    public var card: Scorecard

    public init(seed: UInt64, card: Scorecard) {
      self.seed = seed
      self.card = card
    }
  }

  public init(
    source: String, kind: DemandKind, model: DemandModel, results: [DemandResult],
    copies: Copies? = nil
  ) {
    self.source = source
    self.kind = kind
    tick = model.trace.tick
    ticks = model.trace.count
    requests = model.trace.requestCount
    meanOffered = model.trace.meanOffered
    peakOffered = model.trace.offered.max() ?? 0
    conditions = model.conditions
    workBound = model.workBound
    self.results = results
    self.copies = copies
  }

  /// What the figures rest on, a sentence each.
  var notes: [String] {
    let bound = results.first.flatMap { Ratio(workBound, over: $0.clairvoyant) }
    let start = conditions.start == .zero ? "from zero" : "with the first minute's mean at 70 %"
    return [
      "A replica costs \(People.rate(conditions.price)) an hour and serves "
        + "\(conditions.coldStart.brief) after its order; a request takes "
        + "\(conditions.serviceTime.words) and is late after \(conditions.longestWait.words); "
        + "rules begin \(start).",
      "x C* is the cost over that of one who knew the demand (clairvoyant). The work alone, at "
        + "full utilisation without a cold start, costs \(People.money(workBound))"
        + (bound.map { " (\($0.text))" } ?? "") + ": nothing can be cheaper.",
    ]
  }

  var copyNotes: [String] {
    guard let copies, copies.card.copies > 0 else { return [] }
    guard let beaten = copies.card.beaten, let lowest = copies.card.lowest else { return [] }
    return [
      "On \(Decimals.percent(beaten)) % of the copies some reactive baseline is both cheaper and "
        + "less late than \(People.name(copies.card.ours)).",
      "On \(Decimals.percent(lowest)) % of them \(People.name(copies.card.ours)) is lowest by cost ratio "
        + "plus one for each percentage point late.",
    ]
  }
}

/// Numbers with a fixed count of decimals.
enum Decimals {
  /// "13.098"; what is too large for a figure is cut to the largest.
  static func text(_ value: Double, _ places: Int) -> String {
    JSONValue.decimal(digits(value, places), places)
  }

  static func digits(_ value: Double, _ places: Int) -> Int64 {
    let scaled = (0..<places).reduce(value) { scaled, _ in scaled * 10 }
    guard scaled.isFinite else { return 0 }
    return Int64(min(9e18, max(-9e18, scaled)).rounded())
  }

  static func percent(_ share: Double) -> String { text(share * 100, 1) }

  /// "126,750,520"
  static func grouped(_ value: Double) -> String {
    People.grouped(UInt64(min(9e18, max(0, value)).rounded()))
  }
}

extension Ratio {
  /// "1.330"
  var text: String { Decimals.text(value, 3) }
}

extension Duration {
  /// As `brief`, with the decimals of a few seconds: "28.7s".
  var words: String {
    guard microseconds % 1_000_000 != 0, self < .minutes(1) else { return brief }
    var text = Decimals.text(inSeconds, 3)
    while text.last == "0" { text.removeLast() }
    return text + "s"
  }
}
