import FleetModel
import Testing

@testable import Simulator

@Suite("Perturbed copies")
struct PerturbationTests {
  static let conditions = DemandConditions(
    serviceTime: .seconds(10), longestWait: .seconds(10), price: HourlyRate(perHour: .dollars(2)))

  /// Three days of ten-minute ticks; each value tells its day and its tick.
  static let days = DemandTrace(
    tick: .seconds(600), offered: (0..<450).map { Double($0) },
    requests: (0..<450).map { Double($0) * 2 })

  @Test("the same seed and index give the same copy, in any order; others give others")
  func deterministic() {
    let copies = Perturbation(seed: 3)
    func copy(_ index: Int, _ seed: UInt64 = 3) -> DemandTrace {
      Perturbation(seed: seed).copy(index, of: Self.days, under: Self.conditions).trace
    }
    let second = copy(1)
    let first = copy(0)
    #expect(copies.copy(0, of: Self.days, under: Self.conditions).trace == first)
    #expect(copy(1) == second)
    #expect(first != second)
    #expect(copy(0, 4) != first)
  }

  @Test("changes stay in their ranges, and reach both ends of them")
  func ranges() {
    let all = (0..<2000).map { Perturbation(seed: 1).changes(of: $0) }
    func check(_ figure: (DemandChanges) -> Double, _ low: Double, _ high: Double, _ middle: Double)
    {
      let sorted = all.map(figure).sorted()
      #expect(sorted[0] >= low && sorted[0] <= low + 0.05 * (high - low))
      #expect(sorted[1999] <= high && sorted[1999] >= high - 0.05 * (high - low))
      #expect(abs(sorted[1000] - middle) <= 0.15 * max(1, middle))
    }
    check({ $0.load }, 0.2, 5, 1)
    check({ $0.burstiness }, -1, 1, 0)
    check({ $0.coldStart.inSeconds }, 30, 600, 134)
    check({ $0.longestWait.inSeconds }, 5, 120, 24.5)
    check({ $0.tick.inSeconds }, 1, 30, 5.5)
  }

  @Test("whole days are drawn, each at its own time of day")
  func bootstrap() {
    var chance = SplitMix64(seed: 5)
    let drawn = Self.days.drawnAnew(&chance)
    #expect(drawn.count == 450)
    #expect(drawn.offered.enumerated().allSatisfy { Int($1) % 144 == $0 % 144 && $1 < 432 })
    #expect(Set(stride(from: 0, to: 450, by: 144).map { drawn.offered[$0] }).count <= 3)
    #expect(zip(drawn.offered, drawn.requests).allSatisfy { $0 * 2 == $1 })
  }

  @Test("a short trace is drawn in twentieths, and one of a single tick is kept")
  func shortBootstrap() {
    let short = DemandTrace(
      tick: .seconds(5), offered: (0..<105).map { Double($0) }, requests: (0..<105).map { _ in 1 })
    var chance = SplitMix64(seed: 5)
    let drawn = short.drawnAnew(&chance)
    #expect(drawn.count == 105)
    #expect(drawn.offered.enumerated().allSatisfy { Int($1) % 5 == $0 % 5 })
    let single = DemandTrace(tick: .seconds(5), offered: [1], requests: [1])
    #expect(single.drawnAnew(&chance) == single)
    let empty = DemandTrace(tick: .seconds(5), offered: [], requests: [])
    #expect(Perturbation(seed: 1).copy(0, of: empty, under: Self.conditions).trace.count == 0)
  }

  @Test("smoothing and roughening keep work and requests, and move the variance their way")
  func mass() {
    var chance = SplitMix64(seed: 9)
    let trace = DemandTrace(
      tick: .seconds(5), offered: (0..<5000).map { Double($0 % 4) },
      requests: (0..<5000).map { Double($0 % 4) * 7 })
    let smooth = trace.smoothed(by: 0.5, over: 4)
    let rough = trace.roughened(by: 0.8, over: 4, &chance)
    for other in [smooth, rough] {
      #expect(abs(other.requestCount - trace.requestCount) < 1e-6)
      #expect(abs(other.meanOffered - trace.meanOffered) < 1e-9)
      #expect(other.offered.allSatisfy { $0 >= 0 })
    }
    func spread(_ trace: DemandTrace) -> Double {
      trace.offered.reduce(0) { $0 + ($1 - 1.5) * ($1 - 1.5) } / 5000
    }
    #expect(abs(spread(smooth) - spread(trace) / 4) < 1e-9)
    #expect(spread(rough) > spread(trace) * 1.5)
    #expect(trace.smoothed(by: 1, over: 4).offered.allSatisfy { abs($0 - 1.5) < 1e-12 })
  }

  @Test("the noise has mean and deviation 1")
  func noise() {
    var chance = SplitMix64(seed: 2)
    let draws = (0..<20_000).map { _ in chance.exponential() }
    let mean = draws.reduce(0, +) / 20_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(abs(mean - 1) < 0.03)
    #expect(abs(variance.squareRoot() - 1) < 0.05)
  }

  @Test(
    "a power is what it should be",
    arguments: [(25.0, 0.0, 1.0), (25, 0.5, 5), (16, 0.25, 2), (16, 0.75, 8), (25, 1, 25)])
  func powers(base: Double, fraction: Double, result: Double) {
    #expect(abs(power(base, fraction) - result) < 1e-9)
  }
}

@Suite("Scorecard")
struct ScorecardTests {
  static func result(_ policy: String, _ dollars: Int64, late: Double) -> DemandResult {
    DemandResult(
      policy: policy, cost: .dollars(dollars), billed: .hours(dollars), clairvoyant: .dollars(10),
      lateShare: late, peakReplicas: 1, starts: 0, requests: 1,
      series: DemandSeries(bucket: .zero))
  }

  @Test("a baseline beats ours only when it is both cheaper and less late")
  func beaten() {
    func card(_ dollars: Int64, _ late: Double) -> Scorecard {
      Scorecard([
        [Self.result("default", 12, late: 0.01), Self.result("skyserve", dollars, late: late)]
      ])
    }
    #expect(card(11, 0.009).beaten == 1)
    #expect(card(12, 0.009).beaten == 0)
    #expect(card(11, 0.01).beaten == 0)
    #expect(card(11, 0.009).lines.map(\.beatsOurs) == [nil, 1])
  }

  @Test("ours is lowest by cost ratio plus one per percentage point late, a tie included")
  func lowest() {
    let ours = Self.result("default", 12, late: 0.01)
    func share(_ other: DemandResult) -> Double? { Scorecard([[ours, other]]).lowest }
    // 1.2 + 1 against 2.2 + 0, 2.1 + 0, and what is not reactive.
    #expect(share(Self.result("keda-hpa", 22, late: 0)) == 1)
    #expect(share(Self.result("keda-hpa", 21, late: 0)) == 0)
    #expect(share(Self.result("clairvoyant", 10, late: 0)) == nil)
  }

  @Test("median and nine in ten are of all copies; copies without cost do not count")
  func spreads() throws {
    let copies = (0...10).map { [Self.result("always-on", 10 + Int64($0), late: Double($0) / 100)] }
    var free = Self.result("always-on", 0, late: 0)
    free.clairvoyant = .zero
    let card = Scorecard(copies + [[free]])
    let line = try #require(card.lines.first)
    #expect(card.copies == 11)
    #expect(abs(line.ratio.median - 1.5) < 1e-9)
    #expect(abs(line.ratio.p90 - 1.9) < 1e-9)
    #expect(abs(line.late.p90 - 0.09) < 1e-9)
    #expect(card.lowest == nil && card.beaten == nil)
    #expect(Scorecard([]).lines.isEmpty)
  }
}
