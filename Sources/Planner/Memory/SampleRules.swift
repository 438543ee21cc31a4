import FleetModel

/// The limits one sample is judged by, taken out of the rulebook once per reading.
struct SampleRules {
  var thresholds: Thresholds
  var interval: Duration
  /// A longer hole voids a window.
  var largestGap: Duration
  var frozenAfter: Duration
  /// The shortest span of which a mean power is believed.
  var powerSpan: PowerSpan
  /// What is published, and what the fleet shows, of the target's type of device.
  var board = BoardPower(model: nil)
  var fleetPower: TypePower?
  /// The interval in microseconds: a Duration's are a division of 128 bits, and every accelerator
  /// asks.
  private let step: Int64

  init(_ rulebook: Rulebook) {
    thresholds = rulebook.thresholds
    interval = rulebook.scrapeInterval
    step = max(1, interval.microseconds)
    largestGap = interval * thresholds.largestGapInIntervals
    frozenAfter = max(thresholds.frozenAfter, largestGap)
    powerSpan = PowerSpan(
      time: max(thresholds.powerSpan, interval * thresholds.powerSpanInIntervals),
      edges: Int32(clamping: thresholds.powerSpanEdges))
  }

  /// For devices of one model, beside what the fleet shows of it.
  init(_ rulebook: Rulebook, model: String?, in fleet: FleetPower?) {
    self.init(rulebook)
    board = BoardPower(model: model)
    fleetPower = model.flatMap { fleet?.types[$0] }
  }

  /// How many samples a time should have brought, its first one included.
  func expected(from start: Timestamp, to end: Timestamp) -> Int {
    Int((end.microseconds - start.microseconds + step / 2) / step) + 1
  }
}

/// What an inference server's counters say of the time since the last reading.
enum Demand {
  /// The target has never offered request counters.
  case notOffered
  /// It did before, and does not now.
  case missing
  /// Nothing runs or waits, and nothing was finished.
  case none
  case some
}
