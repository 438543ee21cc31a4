import FleetModel
import Simulator
import Testing

@Suite("Rules of the baselines")
struct BaselineRuleTests {
  static let tick = Duration.seconds(5)

  @Test(
    "knative panics when the load is twice what is ready, and not below",
    arguments: [(2.11, 4), (2.1, 3)])
  func panic(load: Double, wanted: Int) {
    var rule = KnativeKPA(tick: Self.tick)
    for tick in 0..<11 {
      #expect(rule.wanted(TinyTrace.moment(tick, inFlight: 1.4, ready: 2)) == 2)
    }
    // The mean of the minute is 1.46: 3 replicas at 70 %.
    let next = rule.wanted(TinyTrace.moment(11, inFlight: load, ready: 2))
    #expect(next == wanted)
  }

  @Test("knative keeps what is there for thirty seconds without load, then goes to zero")
  func knativeZero() {
    var rule = KnativeKPA(tick: Self.tick)
    let wants = (0..<7).map { rule.wanted(TinyTrace.moment($0, ready: 3, pending: 1)) }
    #expect(wants == [4, 4, 4, 4, 4, 4, 0])
  }

  @Test(
    "the pod autoscaler leaves a tenth alone, and acts beyond it",
    arguments: [(7.69, 10), (7.71, 12), (6.31, 10), (6.29, 9)])
  func tolerance(load: Double, wanted: Int) {
    var rule = KedaHPA(tick: Self.tick)
    #expect(rule.wanted(TinyTrace.moment(0, inFlight: load, ready: 10)) == wanted)
  }

  @Test("the pod autoscaler goes up by four or to double, and down to the last minutes' largest")
  func steps() {
    var rule = KedaHPA(tick: Self.tick)
    #expect(rule.wanted(TinyTrace.moment(0, inFlight: 70, ready: 3)) == 7)
    #expect(rule.wanted(TinyTrace.moment(1, inFlight: 70, ready: 3)) == 3)
    var calm = KedaHPA(tick: Self.tick)
    #expect(calm.wanted(TinyTrace.moment(0, inFlight: 7, ready: 10)) == 10)
    #expect(calm.wanted(TinyTrace.moment(60, inFlight: 1.4, ready: 10)) == 10)
    #expect(calm.wanted(TinyTrace.moment(63, inFlight: 1.4, ready: 10)) == 2)
  }

  @Test("the pod autoscaler goes to zero after five minutes without work, and not before")
  func kedaZero() {
    var rule = KedaHPA(tick: Self.tick)
    #expect(rule.wanted(TinyTrace.moment(0, inFlight: 0.7, ready: 1)) == 1)
    #expect(rule.wanted(TinyTrace.moment(60, ready: 1)) == 1)
    #expect(rule.wanted(TinyTrace.moment(63, ready: 1)) == 0)
    #expect(rule.wanted(TinyTrace.moment(66, inFlight: 9, ready: 0)) == 1)
  }

  @Test("SkyServe goes up after fifteen looks above, and from zero at once")
  func skyServe() {
    var rule = SkyServe(tick: Self.tick)
    let wants = (0...60).map { rule.wanted(TinyTrace.moment($0, ready: 1, offered: 2.1)) }
    #expect(wants[0..<56].allSatisfy { $0 == 1 })
    #expect(wants[56] == 3)
    var empty = SkyServe(tick: Self.tick)
    #expect(empty.wanted(TinyTrace.moment(0, ready: 0, offered: 2.1)) == 3)
  }

  @Test("an idle replica is kept for the timeout, and not longer")
  func idle() {
    var rule = IdleTimeout(tick: Self.tick, timeout: .seconds(10))
    #expect(rule.wanted(TinyTrace.moment(0, inFlight: 2.5, ready: 0)) == 3)
    #expect(rule.wanted(TinyTrace.moment(1, ready: 3)) == 3)
    #expect(rule.wanted(TinyTrace.moment(2, ready: 3)) == 0)
    var loose = IdleTimeout(tick: Self.tick, utilisation: 0.5)
    #expect(loose.wanted(TinyTrace.moment(0, inFlight: 2.5, ready: 0)) == 5)
  }
}
