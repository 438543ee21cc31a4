import FleetModel

extension DemandTrace {
  /// Blocks of the trace drawn with repetition until it is as long as it was.
  func drawnAnew(_ chance: inout SplitMix64) -> DemandTrace {
    let day = Duration.days(1).ticks(of: tick)
    let block = count >= 2 * day ? day : max(1, count / 20)
    guard count > block else { return self }
    let blocks = count / block
    var offered: [Double] = []
    var requests: [Double] = []
    offered.reserveCapacity(count)
    requests.reserveCapacity(count)
    while offered.count < count {
      let first = Int(chance.next(upperBound: UInt64(blocks))) * block
      let end = first + min(block, count - offered.count)
      offered += self.offered[first..<end]
      requests += self.requests[first..<end]
    }
    return DemandTrace(tick: tick, offered: offered, requests: requests)
  }

  func scaled(by factor: Double) -> DemandTrace {
    DemandTrace(
      tick: tick, offered: offered.map { $0 * factor }, requests: requests.map { $0 * factor })
  }

  /// Moves each tick the given share of the way to its block's mean.
  func smoothed(by share: Double, over block: Int) -> DemandTrace {
    func smooth(_ values: [Double]) -> [Double] {
      var smooth = values
      for first in stride(from: 0, to: values.count, by: block) {
        let range = first..<min(first + block, values.count)
        let mean = values[range].reduce(0, +) / Double(range.count)
        for index in range { smooth[index] += share * (mean - values[index]) }
      }
      return smooth
    }
    return DemandTrace(tick: tick, offered: smooth(offered), requests: smooth(requests))
  }

  /// Multiplies each block by a factor of mean 1 and the given standard deviation; the sums of work
  /// and of requests stay what they were.
  func roughened(
    by deviation: Double, over block: Int, _ chance: inout SplitMix64
  ) -> DemandTrace {
    var factors = [Double](repeating: 1, count: count)
    for first in stride(from: 0, to: count, by: block) {
      let factor = 1 - deviation + deviation * chance.exponential()
      for index in first..<min(first + block, count) { factors[index] = factor }
    }
    func rough(_ values: [Double]) -> [Double] {
      let rough = zip(values, factors).map { $0 * $1 }
      let sum = rough.reduce(0, +)
      guard sum > 0 else { return values }
      let back = values.reduce(0, +) / sum
      return rough.map { $0 * back }
    }
    return DemandTrace(tick: tick, offered: rough(offered), requests: rough(requests))
  }
}

extension SplitMix64 {
  /// Very nearly exponential with mean 1: half the sum of two squared normal numbers, each the sum
  /// of twelve even ones. Without a logarithm, so alike on every machine.
  mutating func exponential() -> Double {
    let (first, second) = (normal(), normal())
    return (first * first + second * second) / 2
  }

  private mutating func normal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += Self.unit(next()) }
    return sum
  }
}
