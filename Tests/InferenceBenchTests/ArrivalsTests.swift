import Testing

@testable import InferenceBench

struct ArrivalsTests {
  @Test(arguments: Arrivals.allCases)
  func `The same seed gives the same moments, ascending and inside the run`(_ arrivals: Arrivals) {
    let first = arrivals.schedule(rate: 137, duration: .seconds(20), seed: 7)
    let second = arrivals.schedule(rate: 137, duration: .seconds(20), seed: 7)
    #expect(first == second)
    #expect(zip(first, first.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(first.allSatisfy { (0..<20_000_000_000).contains($0) })
  }

  @Test func `Another seed gives other Poisson moments`() {
    let first = Arrivals.poisson.schedule(rate: 50, duration: .seconds(2), seed: 1)
    #expect(first != Arrivals.poisson.schedule(rate: 50, duration: .seconds(2), seed: 2))
  }

  @Test(arguments: [(10.0, 1.0, 10), (3, 1, 3), (0.5, 1, 1), (7, 3, 21), (1000, 0.0015, 2)])
  func `Constant arrivals are rate times time, evenly spaced`(
    rate: Double, seconds: Double, count: Int
  ) {
    let moments = Arrivals.constant.schedule(
      rate: rate, duration: .microseconds(Int64(seconds * 1e6)), seed: 0)
    #expect(moments.count == count)
    #expect(moments == (0..<count).map { Int64((Double($0) / rate * 1e9).rounded()) })
  }

  /// 100,000 exponential gaps: their mean lies within 5 standard errors (1.6 %) of 1/rate, and
  /// their coefficient of variation is near 1, where that of even spacing is 0.
  @Test func `Poisson gaps have the mean and the spread of an exponential`() {
    let moments = Arrivals.poisson.schedule(rate: 1000, duration: .seconds(100), seed: 42)
    #expect(abs(Double(moments.count) - 100_000) < 5 * 316.3)
    let gaps = zip(moments, moments.dropFirst()).map { Double($1 - $0) / 1e6 }
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
    #expect(abs(mean - 1) < 0.016)
    #expect(abs(variance.squareRoot() / mean - 1) < 0.03)
  }

  /// First output for seed 0 of the reference program of SplitMix64.
  @Test func `The generator gives the numbers of its reference`() {
    var random = SplitMix64(seed: 0)
    #expect(random.next() == 0xe220_a839_7b1d_cdaf)
    #expect(random.next() == 0x6e78_9e6a_a1b9_65f4)
  }
}
