import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Long jobs")
struct LongJobTests {
  /// A node that worked for so long and then rests.
  private func fleet(work: Duration, rest: Duration, longJob: Duration? = .hours(2)) -> TestFleet {
    var fleet = TestFleet(1, gpus: 1)
    fleet.rulebook.pools[0].longJob = longJob
    fleet.pass(work, .busy)
    fleet.step()
    fleet.pass(rest)
    return fleet
  }

  // 200 min of work ask for 20 min of rest; the pool's own idle window is 10 min.
  @Test(
    "a tenth of the work must have been rest", arguments: [(19, false), (20, true), (21, true)])
  func tenth(minutes: Int64, stops: Bool) {
    let fleet = fleet(work: .seconds(200 * 60 - 15), rest: .minutes(minutes))
    #expect(fleet.plan.decisions.isEmpty != stops)
    if !stops { #expect(fleet.reason().code == "long_job") }
  }

  @Test("a job no longer than the limit is not long", arguments: [(7185, true), (7200, false)])
  func limit(seconds: Int64, stops: Bool) {
    let fleet = fleet(work: .seconds(seconds), rest: .minutes(11))
    #expect(fleet.plan.decisions.isEmpty != stops)
  }

  @Test("without the rule nothing is long")
  func off() {
    let fleet = fleet(work: .hours(4), rest: .minutes(11), longJob: nil)
    #expect(fleet.plan.decisions.count == 1)
  }

  @Test("a short pause is part of the job, a long one ends it")
  func pauses() {
    var fleet = fleet(work: .hours(2), rest: .minutes(5))
    fleet.step()
    fleet.pass(.minutes(10), .busy)
    #expect(fleet.memory.targets["10.0.0.0:9400"]?.workedSince == TestFleet.start)
    fleet.step()
    fleet.pass(.minutes(20))
    let resumed = fleet.now.advanced(by: .seconds(15))
    fleet.step()
    fleet.pass(.minutes(1), .busy)
    #expect(fleet.memory.targets["10.0.0.0:9400"]?.workedSince == resumed)
  }
}
