import FleetModel
import Planner
import Simulator
import Testing

@Suite("Spot backtest")
struct SpotRunTests {
  static let up = String(repeating: "u", count: 40)

  @Test("an unannounced loss costs nine ticks a replica, an announced one a single tick")
  func lossCosts() throws {
    let states = Self.up + "." + Self.up
    let trace = SpotFixture.trace([("a-1a", states), ("b-1a", Self.up + Self.up + "u")])
    let cold = 4 * 9
    for (share, expected) in [(0.0, cold + 4 * 9), (1.0, cold + 4 * 1)] {
      var chooser = FirstZone(terms: SpotFixture.setup(trace).terms)
      let setup = SpotFixture.setup(trace, notice: SpotNotice(share: share, seed: 1))
      let score = simulateSpot(setup, named: "first", asking: &chooser)
      #expect((score.missingShare * 4 * 81).rounded() == Double(expected))
      #expect(score.preemptions == 4)
    }
  }

  @Test("replica-ticks are priced once, exactly")
  func exact() {
    let trace = SpotFixture.trace([("a-1a", Self.up)])
    let score = SpotBaseline.oneZone("a-1a", fallsBack: false).run(SpotFixture.setup(trace))
    // Four replicas, billed from the second of 40 ticks: 39 · 15 · 4 s at 0.8874 $/h.
    #expect(score.costUSD == Money(nanos: 576_810_000))
    #expect(score.missingShare == 9.0 / 40)
  }

  @Test("a trace without zones is served on-demand, and the policy is not lost")
  func noZones() {
    let trace = SpotTrace(zones: [], tick: .seconds(15), ticks: 100, up: [])
    let score = SpotFixture.ours(SpotFixture.setup(trace))
    #expect(score.onDemandHours > 1.6)
    #expect(score.missingShare == 0.09)
    for baseline in SpotBaseline.all {
      #expect(baseline.run(SpotFixture.setup(trace)).spotHours == 0)
    }
  }

  @Test("spot dearer than on-demand is never launched")
  func dear() {
    let trace = SpotFixture.trace([("a-1a", String(repeating: "u", count: 3000))])
    #expect(SpotFixture.ours(SpotFixture.setup(trace, percent: 110)).spotHours == 0)
    #expect(SpotFixture.ours(SpotFixture.setup(trace, percent: 30)).spotHours > 0)
  }

  @Test("a flapping zone is left alone: nothing is lost there")
  func flapping() {
    let states = String(repeating: "uuuuuuuuuuuuuuuuuuuu..........", count: 100)
    let score = SpotFixture.ours(SpotFixture.setup(SpotFixture.trace([("a-1a", states)])))
    #expect(score.preemptions == 0)
    #expect(score.missingShare == 9.0 / 3000)
  }

  @Test("decisions up to a tick are the same when the trace ends there and when it goes on")
  func causality() {
    let whole = Self.random(ticks: 6000, seed: 5)
    for cut in [500, 2345, 5999] {
      for share in [0.0, 1.0] {
        // What is announced at the cut belongs to the past, so the cut keeps the lead.
        let short = Self.record(whole.slice(0..<cut), share)
        let long = Self.record(whole, share)
        let until = cut - (share > 0 ? 9 : 0)
        #expect(Array(short.prefix(until)) == Array(long.prefix(until)))
      }
    }
  }

  @Test("limited sight: zones are known by trying, and the fleet still runs")
  func limited() {
    let trace = Self.random(ticks: 6000, seed: 9)
    let full = SpotFixture.ours(SpotFixture.setup(trace))
    let limited = SpotFixture.ours(SpotFixture.setup(trace, observation: .limited))
    #expect(limited.missingShare < 0.05)
    #expect(limited.spotHours > 0)
    #expect(full != limited)
  }

  /// Three zones that go up and down at random, a few hours each.
  static func random(ticks: Int, seed: UInt64) -> SpotTrace {
    var random = SplitMix64(seed: seed)
    let up = (0..<3).map { _ in
      var runs: [Range<Int>] = []
      var tick = Int.random(in: 0..<100, using: &random)
      while tick < ticks {
        let end = min(ticks, tick + Int.random(in: 20..<1500, using: &random))
        runs.append(tick..<end)
        tick = end + Int.random(in: 5..<400, using: &random)
      }
      return runs
    }
    return SpotTrace(
      zones: ["a-1a", "a-1b", "b-1a"], tick: .seconds(15), ticks: ticks, up: up)
  }

  static func record(_ trace: SpotTrace, _ share: Double) -> [SpotChoice] {
    let setup = SpotFixture.setup(trace, notice: SpotNotice(share: share, seed: 3))
    var recorder = Recorder(policy: SpotPolicyChooser(setup.terms))
    _ = simulateSpot(setup, named: "default", asking: &recorder)
    return recorder.choices
  }
}

/// Our policy, with all it chose.
private struct Recorder: SpotChooser {
  var policy: SpotPolicyChooser
  var choices: [SpotChoice] = []

  mutating func choose(_ look: SpotLook, at tick: Int) -> SpotChoice {
    choices.append(policy.choose(look, at: tick))
    return choices[choices.count - 1]
  }
}

/// Holds everything in the first zone that is up and not about to go.
private struct FirstZone: SpotChooser {
  var terms: SpotTerms

  func choose(_ look: SpotLook, at tick: Int) -> SpotChoice {
    var choice = SpotChoice(zones: look.offerings.count)
    var held = 0
    for seen in look.offerings where !seen.isNoticed { held += seen.ready + seen.pending }
    let first = look.offerings.firstIndex { $0.isUp == true && !$0.isNoticed }
    if let first { choice.launch[first] = max(0, terms.replicas - held) }
    return choice
  }
}
