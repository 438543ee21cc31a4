import FleetModel
import Simulator
import Testing

@Suite("Demand model")
struct DemandModelTests {
  @Test("a replica ordered in a tick is billed from the next and serves after its cold start")
  func coldStart() throws {
    let script = Script([1])
    let model = try TinyTrace.model(
      [1, 1, 1, 1, 1, 1], wait: .seconds(1), start: .zero)
    let result = model.run(script, named: "one")
    #expect(script.log.moments.map(\.ready) == [0, 0, 0, 1, 1, 1])
    #expect(script.log.moments.map(\.pending) == [0, 1, 1, 0, 0, 0])
    #expect(script.log.moments.map(\.backlog) == [1, 2, 3, 3, 3, 3])
    #expect(script.log.moments.map(\.inFlight) == [1, 2, 3, 4, 4, 4])
    #expect(result.cost == .dollars(5))
    #expect(result.billed == .seconds(5))
    #expect(result.lateShare == 1)
    #expect(result.starts == 1)
  }

  @Test("the youngest pending are taken back first, then ready ones at once")
  func cancelling() throws {
    let script = Script([7, 8, 7, 8, 5])
    let model = try TinyTrace.model(Array(repeating: 4, count: 10))
    let result = model.run(script, named: "script")
    // Had the elder of the two pending been taken back in tick 2, tick 3 would have six ready.
    #expect(script.log.moments.map(\.ready) == [6, 6, 6, 7, 7, 5, 5, 5, 5, 5])
    #expect(script.log.moments.map(\.pending) == [0, 1, 2, 0, 1, 0, 0, 0, 0, 0])
    #expect(result.starts == 3)
    #expect(result.cost == .dollars(6 + 7 + 8 + 7 + 8 + 25))
    #expect(result.peakReplicas == 8)
  }

  @Test("what a rule wants is held to twice the constant count, and to nothing below zero")
  func cap() throws {
    let model = try TinyTrace.model([1, 1, 1, 1], start: .zero)
    #expect(model.alwaysOnCount == 1)
    let greedy = model.run(Script([5]), named: "greedy")
    #expect(greedy.peakReplicas == 2)
    #expect(greedy.starts == 2)
    let modest = model.run(Script([2]), named: "modest")
    #expect(modest.cost == greedy.cost)
    #expect(model.run(Script([-3]), named: "negative").cost == .zero)
  }

  @Test(
    "work is late when it waits longer than allowed, and only the part that does",
    arguments: [
      ([2.0, 0, 0, 0], Int64(0), 0.5), ([2, 0, 0, 0], 1, 0), ([3, 0, 0, 0, 0], 1, 1.0 / 3),
      ([3, 0, 0, 0, 0], 2, 0), ([0, 0, 0, 2], 0, 0.5), ([0, 0, 0, 2], 1, 0.5),
      // First come, first served: the second tick's work waits for the first's.
      ([2, 2, 0, 0, 0, 0], 1, 0.25), ([2, 2, 0, 0, 0, 0], 2, 0),
    ] as [([Double], Int64, Double)])
  func lateness(offered: [Double], wait: Int64, share: Double) throws {
    let model = try TinyTrace.model(offered, wait: .seconds(wait))
    let result = model.run(OneReplica(), named: "one")
    #expect(abs(result.lateShare - share) < 1e-12)
  }

  /// Holds what is there to one; the model begins with one or more.
  struct OneReplica: DemandChooser {
    func wanted(_ moment: DemandMoment) -> Int { 1 }
  }

  @Test(
    "the constant count is the smallest that is never late",
    arguments: [([3.0, 0, 0], Int64(0), 3), ([3, 0, 0], 1, 2), ([3, 0, 0], 2, 1), ([0.2], 0, 1)]
      as [([Double], Int64, Int)])
  func constantCount(offered: [Double], wait: Int64, count: Int) throws {
    let model = try TinyTrace.model(offered, wait: .seconds(wait))
    #expect(model.alwaysOnCount == count)
    let result = model.run(.alwaysOn)
    #expect(result.lateShare == 0)
    #expect(result.cost == .dollars(Int64(count * offered.count)))
    #expect(result.starts == 0)
  }

  @Test("the model begins with the first minute's mean at 70 %, or with nothing")
  func start() throws {
    let offered = Array(repeating: 1.4, count: 60) + Array(repeating: 9, count: 60)
    #expect(try TinyTrace.model(offered).initialCount == 2)
    #expect(try TinyTrace.model(offered, start: .zero).initialCount == 0)
    #expect(try TinyTrace.model([1.41]).initialCount == 3)
  }

  @Test("who knows the demand bridges a pause as long as a cold start, and no longer one")
  func clairvoyant() throws {
    let bridged = try TinyTrace.model([0, 0, 1, 0, 0, 1]).clairvoyant
    #expect(bridged.replicaTicks == 2 + 2 + 2)
    #expect(bridged.starts == 1)
    #expect(bridged.paid == [1, 1, 1, 1, 1, 1])
    let stopped = try TinyTrace.model([0, 0, 1, 0, 0, 0, 1]).clairvoyant
    #expect(stopped.replicaTicks == 2 + 2 + 2)
    #expect(stopped.starts == 2)
    #expect(stopped.paid == [1, 1, 1, 0, 1, 1, 1])
    // A start before the first tick is paid for in the first.
    #expect(try TinyTrace.model([1]).clairvoyant.paid == [3])
    #expect(try TinyTrace.model([0, 1]).clairvoyant.paid == [2, 1])
  }

  @Test("who knows the demand lets work wait as long as it may where that is cheaper")
  func slack() throws {
    let model = try TinyTrace.model([2, 0, 2, 0], wait: .seconds(1))
    #expect(model.clairvoyant.needed == [1, 1, 1, 1])
    #expect(model.clairvoyant.slackTicks == 1)
    #expect(model.run(.clairvoyant).cost == .dollars(4 + 2))
    #expect(try TinyTrace.model([2, 0, 2, 0]).clairvoyant.slackTicks == 0)
  }

  @Test("a trace without demand, or without a tick, costs nothing and is late for nobody")
  func nothing() throws {
    for offered in [[], Array(repeating: 0.0, count: 500)] {
      let model = try TinyTrace.model(offered)
      for baseline in DemandBaseline.allCases {
        let result = model.run(baseline)
        #expect(result.cost == .zero)
        #expect(result.lateShare == 0)
        #expect(result.ratio == nil)
        #expect(result.peakReplicas == 0)
      }
      #expect(model.workBound == .zero)
    }
  }

  @Test("a series has at most as many buckets as asked for, and they add up to the bill")
  func series() throws {
    let offered = (0..<1501).map { Double($0 % 7) }
    var model = try TinyTrace.model(offered, wait: .seconds(1))
    for baseline in DemandBaseline.allCases {
      let result = model.run(baseline)
      #expect(result.series.offered.count == 501)
      #expect(result.series.bucket == .seconds(3))
      #expect(result.series.billed.reduce(.zero, +) == result.billed)
      #expect(result.series.lateShare.allSatisfy { (0...1).contains($0) })
    }
    model.seriesPoints = 0
    #expect(model.run(.skyServe).series.offered.isEmpty)
  }

  @Test("a bill beyond what money can hold is refused before the run")
  func tooDear() throws {
    let trace = TinyTrace.trace(Array(repeating: 900_000, count: 10_000), tick: .seconds(5))
    func model(_ price: HourlyRate) throws -> DemandModel {
      try DemandModel(
        trace,
        under: DemandConditions(serviceTime: .seconds(1), longestWait: .zero, price: price))
    }
    #expect(throws: DemandTooDear.self) { try model(HourlyRate(perHour: .dollars(100_000))) }
    #expect(try model(HourlyRate(perHour: .dollars(10))).run(.alwaysOn).lateShare == 0)
  }

  @Test("a rule never sees what comes later")
  func causal() throws {
    let offered = (0..<400).map { Double(($0 * 37) % 11) }
    let whole = Script([4])
    let cut = Script([4])
    _ = try TinyTrace.model(offered).run(whole, named: "whole")
    _ = try TinyTrace.model(Array(offered.prefix(200))).run(cut, named: "cut")
    #expect(Array(whole.log.moments.prefix(200)) == cut.log.moments)
  }
}
