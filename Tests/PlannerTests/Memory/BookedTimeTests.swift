import CostModel
import FleetModel
import Testing

@testable import Planner

@Suite("What may be booked")
struct BookedTimeTests {
  static let noon = Timestamp(seconds: 1_795_251_600)
  static func at(_ seconds: Int64) -> Timestamp { noon.advanced(by: .seconds(seconds)) }

  /// Passes of a loop in one process: (wall clock, steady clock), in seconds, and what each books.
  static func book(_ passes: [(wall: Int64, steady: Int64)]) -> [[Range<Timestamp>]] {
    var (clock, memory) = (BookClock(), Memory())
    return passes.map { pass in
      let moment = at(pass.wall)
      let observed = clock.observed(
        until: moment, steady: .seconds(pass.steady), isWrong: false)
      let times = memory.unbooked(of: observed, until: moment)
      memory.book(times + [moment..<moment])
      clock.store()
      return times
    }
  }

  /// ATTACK S2: a step of 30 s back, and the next full hour was billed with more than an hour.
  @Test("a clock that is set back books no moment twice")
  func back() {
    let booked = Self.book([(0, 0), (15, 15), (0, 30), (15, 45), (30, 60)])
    #expect(booked[1] == [Self.at(0)..<Self.at(15)])
    #expect(booked[2] == [Self.at(-15)..<Self.at(0)])
    #expect(booked[3] == [])
    #expect(booked[4] == [Self.at(15)..<Self.at(30)])
  }

  /// ATTACK S11: an hour ahead for 40 s cost 51,168 node-seconds.
  @Test("a clock that is set ahead books what passed, and what it skipped when it comes back")
  func ahead() {
    let booked = Self.book([(0, 0), (15, 15), (3630, 30), (3645, 45), (60, 60), (75, 75)])
    #expect(booked[2] == [Self.at(3615)..<Self.at(3630)])
    #expect(booked[3] == [Self.at(3630)..<Self.at(3645)])
    #expect(booked[4] == [Self.at(45)..<Self.at(60)])
    #expect(booked[5] == [Self.at(60)..<Self.at(75)])
  }

  @Test("a machine that slept books the time it slept: its steady clock went on")
  func asleep() {
    let booked = Self.book([(0, 0), (15, 15), (630, 630)])
    #expect(booked[2] == [Self.at(15)..<Self.at(630)])
  }

  @Test("while every cloud says that our clock is wrong nothing is booked, and then all of it")
  func wrong() {
    var (clock, memory) = (BookClock(), Memory())
    memory.book([Self.at(-15)..<Self.at(0)])
    _ = clock.observed(until: Self.at(0), steady: .zero, isWrong: false)
    clock.store()
    let off = clock.observed(until: Self.at(3615), steady: .seconds(15), isWrong: true)
    #expect(off?.isEmpty == true)
    #expect(memory.unbooked(of: off, until: Self.at(3615)).isEmpty)
    clock.store()
    let right = clock.observed(until: Self.at(30), steady: .seconds(30), isWrong: false)
    #expect(memory.unbooked(of: right, until: Self.at(30)) == [Self.at(0)..<Self.at(30)])
  }

  @Test("a new process goes on from what is booked before its time, not from a future one")
  func restart() {
    var memory = Memory()
    memory.book([Self.at(0)..<Self.at(60)])
    memory.book([Self.at(86_400)..<Self.at(86_415)])
    #expect(memory.unbooked(of: nil, until: Self.at(90)) == [Self.at(60)..<Self.at(90)])
    #expect(memory.unbooked(of: nil, until: Self.at(86_410)).isEmpty)
    #expect(memory.unbooked(of: nil, until: Self.at(30)).isEmpty)
  }

  @Test("an older program's memory has everything booked up to where it had come")
  func older() {
    var memory = Memory()
    memory.accountedAt = Self.at(60)
    #expect(memory.unbooked(of: nil, until: Self.at(75)) == [Self.at(60)..<Self.at(75)])
    #expect(memory.unbooked(of: nil, until: Self.at(30)).isEmpty)
  }

  @Test("a thousand steps leave 256 stretches, and the newest are right")
  func bounded() {
    var memory = Memory()
    for day in 0..<1000 {
      memory.book([Self.at(Int64(day) * 86_400)..<Self.at(Int64(day) * 86_400 + 15)])
    }
    #expect(memory.booked?.count == 256)
    #expect(memory.booked?.last?.until == Self.at(999 * 86_400 + 15))
    #expect(memory.accountedAt == Self.at(999 * 86_400 + 15))
  }
}
