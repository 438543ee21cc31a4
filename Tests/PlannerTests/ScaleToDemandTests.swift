import FleetModel
import Foundation
import Testing

@testable import Planner

/// A load made of a wave, noise and bursts; the same for the same seed.
private func load(_ count: Int, seed: UInt64, times factor: Double = 1) -> [Double] {
  var state = seed
  return (0..<count).map { tick in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let noise = Double(state >> 40) / Double(1 << 24)
    let burst = tick % 701 < 20 ? 6.0 : 0
    let wave = 5 + 4 * Double(abs(tick % 2000 - 1000)) / 1000
    return factor * (wave * (0.7 + 0.6 * noise) + burst)
  }
}

private func terms(
  _ interval: Int64 = 5, cold: Int64 = 120, slack: Int64 = 10,
  stance: DemandTerms.Stance = .standard
) -> DemandTerms {
  DemandTerms(
    interval: .seconds(interval), coldStart: .seconds(cold), slackWait: .seconds(slack),
    stance: stance)
}

private func look(_ offered: Double, backlog: Double = 0, ready: Int = 8) -> DemandLook {
  DemandLook(offered: offered, backlog: backlog, ready: ready, pending: 0)
}

/// What the rule answered on looks that do not depend on its answers.
private func answers(
  _ offered: [Double], _ terms: DemandTerms, from memory: DemandMemory = DemandMemory(),
  ready: Int = 8
) -> [Int] {
  var memory = memory
  return offered.map {
    memory.fold(look($0, ready: ready), under: terms)
    return memory.wanted ?? -1
  }
}

/// A pool that does what the rule wants: the share of the work served late, and replica-intervals.
private func serve(_ offered: [Double], _ terms: DemandTerms) -> (late: Double, cost: Int) {
  var memory = DemandMemory()
  var pool = TrialPool(multiple: 1, disbelief: 0, replicas: 0)
  var alive = 0
  var cost = 0
  var late = 0.0
  guard let pace = DemandPace(terms) else { return (1, 0) }
  for (tick, load) in offered.enumerated() {
    pool.serve(load * pace.seconds, at: tick, pace: pace, due: nil)
    cost += alive
    let allowed = Double(max(1, alive)) * terms.slackWait.inSeconds
    if pool.backlog > allowed { late += load }
    memory.fold(look(load, backlog: pool.backlog, ready: alive), under: terms)
    alive = memory.wanted ?? 0
    pool.resize(to: alive, readyAt: tick + pace.coldTicks + 1)
  }
  return (late / max(1, offered.reduce(0, +)), cost)
}

@Suite("ScaleToDemand")
struct ScaleToDemandTests {
  @Test("nothing is wanted before the first look")
  func beforeTheFirstLook() {
    #expect(DemandMemory().wanted == nil)
  }

  @Test(
    "two loads equal up to a moment have equal answers up to it, and then not",
    arguments: [DemandTerms.Stance.standard, .strict])
  func causal(stance: DemandTerms.Stance) {
    let one = load(3000, seed: 1)
    var other = one
    for tick in 2000..<3000 { other[tick] *= 3 }
    let terms = terms(stance: stance)
    let first = answers(one, terms)
    let second = answers(other, terms)
    #expect(first[..<2000] == second[..<2000])
    #expect(first[2000...] != second[2000...])
  }

  @Test(
    "in any pace the pool follows a load eight times as high up and down again",
    arguments: [(1, 30), (1, 600), (5, 120), (30, 30), (30, 600)] as [(Int64, Int64)])
  func pace(interval: Int64, cold: Int64) {
    let hour = Int(3600 / interval)
    let low = [Double](repeating: 2, count: hour)
    let high = [Double](repeating: 16, count: hour)
    let wanted = answers(low + high + low + low + low, terms(interval, cold: cold), ready: 3)
    #expect((2...5).contains(wanted[hour - 1]))
    #expect((17...60).contains(wanted[2 * hour - 1]))
    #expect(wanted[5 * hour - 1] < wanted[2 * hour - 1] / 2)
    #expect(wanted[5 * hour - 1] >= 2)
  }

  @Test("the first size stays until five minutes and two cold starts have passed, and no longer")
  func startHold() {
    let wanted = answers([Double](repeating: 0.1, count: 400), terms(), ready: 40)
    let end = (300 + 2 * 120) / 5
    #expect(wanted[end - 1] == 40)
    #expect(wanted[end] < 40)
  }

  @Test("one replica stays for half an hour after the last work, and no longer")
  func keepWarm() {
    let active = [Double](repeating: 0.4, count: 10)
    let wanted = answers(active + [Double](repeating: 0, count: 2000), terms(), ready: 0)
    let last = active.count - 1
    #expect(wanted[last + 359] == 1)
    #expect(wanted[last + 360] == 0)
    #expect(wanted[2009] == 0)
  }

  @Test("from nothing the first work, or the first that waits, wakes the pool")
  func fromZero() {
    var memory = DemandMemory()
    memory.fold(look(0, ready: 0), under: terms())
    #expect(memory.wanted == 0)
    var waiting = memory
    waiting.fold(look(0, backlog: 1, ready: 0), under: terms())
    #expect(waiting.wanted == 1)
    memory.fold(look(0.01, ready: 0), under: terms())
    #expect(memory.wanted == 1)
  }

  @Test("what waits asks for enough to be gone in half a minute")
  func backlog() {
    var memory = DemandMemory()
    memory.fold(look(0, backlog: 300, ready: 0), under: terms())
    #expect(memory.wanted == 10)
    #expect(memory.account.backlogShare == 10)
  }

  @Test(
    "a look that can't be true changes nothing",
    arguments: [
      look(.nan), look(.infinity), look(-1), look(1, backlog: .nan), look(1, backlog: -0.5),
      look(1, backlog: .infinity), look(1, ready: -1),
      DemandLook(offered: 1, backlog: 0, ready: 1, pending: -1),
    ])
  func invalid(bad: DemandLook) {
    var memory = DemandMemory()
    for offered in load(100, seed: 3) { memory.fold(look(offered), under: terms()) }
    let before = memory
    memory.fold(bad, under: terms())
    #expect(memory == before)
    memory.fold(look(50), under: terms())
    #expect(memory != before)
  }

  @Test(
    "terms that can't be true change nothing; the longest and shortest that can do",
    arguments: [(0, false), (-5, false), (86_401, false), (86_400, true), (1, true)]
      as [(Int64, Bool)])
  func interval(seconds: Int64, counts: Bool) {
    var memory = DemandMemory()
    memory.fold(look(3), under: terms(seconds))
    #expect((memory.wanted != nil) == counts)
  }

  @Test("a cold start or wait of any length, and numbers of any size, have an answer")
  func extremes() throws {
    let most = Duration.seconds(Int64.max)
    for cold in [Duration.seconds(-1), .zero, .hours(1), most] {
      for slack in [Duration.seconds(-1), .zero, .hours(1), most] {
        let odd = DemandTerms(interval: .seconds(1), coldStart: cold, slackWait: slack)
        var memory = DemandMemory()
        for offered in [0, 1e300, 5, Double.greatestFiniteMagnitude, 0] {
          memory.fold(look(offered, backlog: offered, ready: Int.max), under: odd)
          let wanted = try #require(memory.wanted)
          #expect((0...DemandRule.mostReplicas).contains(wanted))
        }
      }
    }
  }

  @Test("after a change of terms what is learned of the load stays, and the rest is learned anew")
  func change() throws {
    var memory = DemandMemory()
    for offered in load(3000, seed: 4) { memory.fold(look(offered), under: terms()) }
    let before = try #require(memory.wanted)
    let error = memory.account.error
    memory.fold(look(7), under: terms(10, cold: 300, slack: 30))
    let after = try #require(memory.wanted)
    #expect(abs(memory.account.error - error) < 0.05 * error)
    #expect((before / 2...before * 2).contains(after))
    for offered in load(3000, seed: 5) { memory.fold(look(offered), under: terms(1, cold: 30)) }
    #expect(try #require(memory.wanted) > 5)
  }

  @Test("a stored memory goes on as the one that was stored", arguments: [0, 1, 30, 2500])
  func codable(count: Int) throws {
    var memory = DemandMemory()
    let offered = load(count + 500, seed: 6)
    let terms = terms(stance: .strict)
    for load in offered.prefix(count) { memory.fold(look(load), under: terms) }
    let bytes = try JSONEncoder().encode(memory)
    let stored = try JSONDecoder().decode(DemandMemory.self, from: bytes)
    #expect(stored == memory)
    let rest = Array(offered.suffix(500))
    #expect(answers(rest, terms, from: stored) == answers(rest, terms, from: memory))
    #expect(bytes.count < 16_384)
  }

  @Test("twice the load never asks for fewer replicas", arguments: [1, 2, 3] as [UInt64])
  func monotone(seed: UInt64) {
    let single = answers(load(5000, seed: seed), terms())
    let double = answers(load(5000, seed: seed, times: 2), terms())
    let fewer = zip(single, double).filter { $0 > $1 }
    #expect(fewer.isEmpty)
    #expect(double.reduce(0, +) > 3 * single.reduce(0, +) / 2)
  }

  @Test("on the same looks strict never asks for fewer than standard, and does ask for more")
  func strict() {
    let quiet = [Double](repeating: 0, count: 3000)
    let offered = load(3000, seed: 7) + quiet + load(2000, seed: 8)
    let standard = answers(offered, terms(), ready: 0)
    let strict = answers(offered, terms(stance: .strict), ready: 0)
    let fewer = zip(standard, strict).filter { $0 > $1 }
    #expect(fewer.isEmpty)
    #expect(strict.reduce(0, +) > standard.reduce(0, +))
  }

  @Test("a steady load keeps a small margin, a wild one a large one")
  func margins() {
    let steady = [Double](repeating: 20, count: 20_000)
    let calm = serve(steady, terms())
    #expect(Double(calm.cost) < 1.15 * 20 * Double(steady.count))
    #expect(calm.late < 0.005)
    let shares = [steady, load(20_000, seed: 9)].map { offered in
      var memory = DemandMemory()
      for load in offered { memory.fold(look(load), under: terms()) }
      return memory.account.margin / memory.account.expected
    }
    #expect(shares[0] < 0.15)
    #expect(shares[1] > 0.25)
  }

  @Test("a pool late with the usual multiple learns a larger one")
  func raises() {
    var memory = DemandMemory()
    let spikes = (0..<40_000).map { $0 % 900 < 30 ? 20.0 : 5 }
    for offered in spikes { memory.fold(look(offered), under: terms(cold: 60)) }
    #expect(memory.account.multiple > 1.1 * DemandRule.firstMultiple)
  }

  @Test("a pool run by the rule is hardly ever late on a load with bursts")
  func closedLoop() {
    let offered = load(30_000, seed: 10)
    let (late, cost) = serve(offered, terms(slack: 30))
    #expect(late < 0.01)
    #expect(Double(cost) < 2 * offered.reduce(0, +))
  }

  @Test("the parts of the answer add up to it")
  func account() throws {
    var memory = DemandMemory()
    for offered in load(2000, seed: 11) { memory.fold(look(offered), under: terms()) }
    let parts = memory.account
    let risen = (parts.expected + parts.margin) / parts.allowance
    let wanted = try #require(memory.wanted)
    #expect(wanted >= Int((risen - DemandRule.rounding).rounded(.up)))
    #expect(parts.startHold == 0)
    #expect(parts.keepWarm == 1)
    #expect(parts.backlogShare == 0)
  }
}
