import FleetModel

/// What was changed in a copy of a trace; each part is drawn independently of the others.
public struct DemandChanges: Sendable, Hashable {
  /// Factor on load and requests: 0.2 to 5.
  public var load: Double
  /// −1 (all of a block's demand spread over it) to 1 (blocks vary by a factor whose standard
  /// deviation is 1).
  public var burstiness: Double
  /// Length of the blocks that are smoothed or roughened: 10 s to 10 min.
  public var block: Duration
  /// 30 s to 600 s.
  public var coldStart: Duration
  /// 5 s to 120 s.
  public var longestWait: Duration
  /// 1 s to 30 s.
  public var tick: Duration
}

/// A trace like another one, and the conditions it is tried under.
public struct DemandCopy: Sendable {
  public let trace: DemandTrace
  public let conditions: DemandConditions
  public let changes: DemandChanges
}

/// Makes copies of a trace that differ from it and from each other: the same seed and index give
/// the same copy, in any order, on every machine.
///
/// Whole days are drawn anew with repetition, each at its own time of day (traces under two days:
/// twentieths of the trace). What spans more than a factor of ten is drawn evenly on a logarithmic
/// scale, so that short and long are tried alike.
public struct Perturbation: Sendable, Hashable {
  public let seed: UInt64

  public init(seed: UInt64) { self.seed = seed }

  /// - Parameter index: which copy; counts from 0.
  public func copy(
    _ index: Int, of trace: DemandTrace, under conditions: DemandConditions
  ) -> DemandCopy {
    let changes = changes(of: index)
    var chance = SplitMix64(seed: SplitMix64.hash(seed, index, 0))
    let shuffled = trace.drawnAnew(&chance)
    let scaled = shuffled.scaled(by: changes.load)
    let block = changes.block.ticks(of: trace.tick)
    let bursty =
      changes.burstiness < 0
      ? scaled.smoothed(by: -changes.burstiness, over: block)
      : scaled.roughened(by: changes.burstiness, over: block, &chance)
    var conditions = conditions
    conditions.coldStart = changes.coldStart
    conditions.longestWait = changes.longestWait
    return DemandCopy(
      trace: bursty.resampled(to: changes.tick), conditions: conditions, changes: changes)
  }

  /// What copy `index` changes.
  public func changes(of index: Int) -> DemandChanges {
    func unit(_ part: Int) -> Double { SplitMix64.unit(SplitMix64.hash(seed, index, part)) }
    func seconds(_ low: Double, _ high: Double, _ part: Int) -> Duration {
      .seconds(Int64((low * power(high / low, unit(part))).rounded()))
    }
    return DemandChanges(
      load: 0.2 * power(25, unit(1)), burstiness: 2 * unit(2) - 1, block: seconds(10, 600, 3),
      coldStart: seconds(30, 600, 4), longestWait: seconds(5, 120, 5), tick: seconds(1, 30, 6))
  }
}

/// `base` to the power of a fraction from 0 to 1, from square roots alone: those are rounded alike
/// on every machine, which a library's power is not.
func power(_ base: Double, _ fraction: Double) -> Double {
  var result = 1.0
  var root = base
  var left = fraction
  for _ in 0..<53 where left > 0 {
    root = root.squareRoot()
    left *= 2
    guard left >= 1 else { continue }
    left -= 1
    result *= root
  }
  return left >= 1 ? base : result
}
