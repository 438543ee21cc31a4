import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

@testable import Simulator

@Suite("The recorded past under other rules")
struct HistoryReplayTests {
  /// One node at $21.957642 an hour; `works` says what it does at each minute; a look a minute.
  static func play(
    minutes: Int, idleAfter: Duration = .minutes(10), mode: OperatingMode = .observe,
    works: (Int) -> Bool
  ) -> HistoryScore {
    var fleet = TestFleet(kind: .batch, mode: mode)
    fleet.rulebook.pools[0].idleAfter = idleAfter
    var replay = HistoryReplay(under: fleet.rulebook)
    for minute in 0..<minutes {
      fleet.pass(.seconds(45), works(minute) ? .busy : .idle)
      replay.take(fleet.snapshot, recorded: fleet.plan)
      fleet.step()
    }
    return replay.score
  }

  @Test("a node that idles to the end of the record is stopped once and saves its price")
  func idles() {
    let score = Self.play(minutes: 120) { _ in false }
    let tally = HistoryScore.sum(score.policy)
    #expect(tally.stops == 1)
    #expect(tally.coldStarts == 0)
    #expect(score.covered == .minutes(119))
    // From the look at minute 10 or 11 to the end, at $21.957642 an hour.
    let hour = Money(nanos: 21_957_642_000)
    #expect(tally.saved > Money(nanos: hour.nanos * 105 / 60))
    #expect(tally.saved < Money(nanos: hour.nanos * 110 / 60))
    #expect(HistoryScore.sum(score.real) == HistoryScore.Tally())
  }

  @Test("a node at work is left alone")
  func busy() {
    let score = Self.play(minutes: 60) { _ in true }
    #expect(HistoryScore.sum(score.policy) == HistoryScore.Tally())
  }

  @Test("work after the stop is a cold start, and within the time a start takes a wrong stop")
  func wrongStop() throws {
    let first = try #require(
      (0..<30).first { minutes in
        HistoryScore.sum(Self.play(minutes: minutes) { _ in false }.policy).stops == 1
      })
    for (wait, isWrong) in [(1, true), (2, true), (3, false), (20, false)] {
      let score = Self.play(minutes: first + wait) { $0 >= first - 1 + wait }
      let tally = HistoryScore.sum(score.policy)
      #expect(tally.stops == 1)
      #expect(tally.coldStarts == 1)
      #expect(tally.wrongStops == (isWrong ? 1 : 0), "\(wait) minutes after the stop")
    }
  }

  @Test("a node that works and rests is stopped every time it rests long enough")
  func rests() {
    let score = Self.play(minutes: 180) { $0 % 60 < 20 }
    let tally = HistoryScore.sum(score.policy)
    #expect(tally.stops == 3)
    #expect(tally.coldStarts == 2)
    #expect(tally.wrongStops == 0)
  }

  @Test("a node that was stopped anyway saves nothing more from there on, and is really saved")
  func stoppedAnyway() {
    var fleet = TestFleet(kind: .batch, mode: .auto)
    var replay = HistoryReplay(under: fleet.rulebook)
    for _ in 0..<30 {
      fleet.pass(.seconds(45))
      replay.take(fleet.snapshot, recorded: Plan(takenAt: fleet.now, verdicts: [], decisions: []))
      fleet.step()
    }
    let before = HistoryScore.sum(replay.score.policy).saved
    #expect(before > .zero)
    fleet.nodes[0].state = .stopped
    fleet.memory.nodes[fleet.nodes[0].id]?.stoppedBy = "k"
    for _ in 0..<30 {
      fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
      replay.take(fleet.snapshot, recorded: Plan(takenAt: fleet.now, verdicts: [], decisions: []))
      fleet.now = fleet.now.advanced(by: .minutes(1))
    }
    let policy = HistoryScore.sum(replay.score.policy)
    let real = HistoryScore.sum(replay.score.real)
    #expect(policy.saved == before)
    #expect(policy.stops == 1)
    #expect(real.stops == 1)
    #expect(real.saved > .zero)
  }

  @Test("a stop that was made and is not asked for is told, with what it would cost at most")
  func unasked() throws {
    var fleet = TestFleet(kind: .batch, mode: .auto)
    fleet.pass(.minutes(12))
    let stop = fleet.plan
    try #require(stop.decisions.count == 1)
    var patient = fleet.rulebook
    patient.pools[0].idleAfter = .hours(5)
    var replay = HistoryReplay(under: patient)
    replay.take(fleet.snapshot, recorded: stop)
    fleet.nodes[0].state = .stopped
    fleet.memory.nodes[fleet.nodes[0].id]?.stoppedBy = stop.decisions[0].key
    for _ in 0..<61 {
      fleet.now = fleet.now.advanced(by: .minutes(1))
      fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
      replay.take(fleet.snapshot, recorded: Plan(takenAt: fleet.now, verdicts: [], decisions: []))
    }
    let policy = HistoryScore.sum(replay.score.policy)
    #expect(policy.unmade == 1)
    #expect(policy.unmadeCost == HistoryScore.sum(replay.score.real).saved)
    #expect(policy.stops == 0)
  }

  @Test("time between looks far apart counts for nothing", arguments: [5, 6])
  func hole(minutes: Int64) {
    var fleet = TestFleet(kind: .batch)
    var replay = HistoryReplay(under: fleet.rulebook)
    fleet.pass(.minutes(1))
    replay.take(fleet.snapshot, recorded: fleet.plan)
    fleet.now = fleet.now.advanced(by: .minutes(minutes))
    replay.take(fleet.snapshot, recorded: fleet.plan)
    #expect(replay.score.covered == (minutes == 5 ? .minutes(5) : .zero))
  }

  @Test("what was assumed before a hole is forgotten after it: no saving is carried over")
  func forgets() {
    var fleet = TestFleet(kind: .batch, mode: .observe)
    var replay = HistoryReplay(under: fleet.rulebook)
    for _ in 0..<20 {
      fleet.pass(.seconds(45))
      replay.take(fleet.snapshot, recorded: fleet.plan)
      fleet.step()
    }
    let before = HistoryScore.sum(replay.score.policy)
    #expect(before.stops == 1)
    fleet.now = fleet.now.advanced(by: .hours(1))
    replay.take(fleet.snapshot, recorded: fleet.plan)
    #expect(HistoryScore.sum(replay.score.policy).saved == before.saved)
    #expect(HistoryScore.sum(replay.score.policy).coldStarts == 0)
  }

  @Test("a silent pool does nothing, whatever its rules say")
  func silent() {
    let fleet = TestFleet(kind: .batch)
    for silent in [Set<PoolName>(), ["pool"]] {
      var idle = fleet
      var replay = HistoryReplay(under: idle.rulebook, silent: silent)
      for _ in 0..<20 {
        idle.pass(.seconds(45))
        replay.take(idle.snapshot, recorded: Plan(takenAt: idle.now, verdicts: [], decisions: []))
        idle.step()
      }
      #expect(HistoryScore.sum(replay.score.policy).stops == (silent.isEmpty ? 1 : 0))
    }
  }

  @Test("a month is told of the time it was made of, and of no time not at all")
  func month() {
    #expect(HistoryScore.monthly(.dollars(1), of: .zero) == nil)
    #expect(HistoryScore.monthly(.dollars(1), of: .hours(1)) == .dollars(720))
    #expect(HistoryScore.monthly(.dollars(-1), of: .days(15)) == .dollars(-2))
  }
}
