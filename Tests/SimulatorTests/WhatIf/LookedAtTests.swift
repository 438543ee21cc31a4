import FleetModel
import Planner
import TestSupport
import Testing

@testable import Simulator

@Suite("How closely a recorded time was looked at")
struct LookedAtTests {
  static func at(_ minutes: [Int64]) -> LookedAt {
    LookedAt(minutes.map { TestFleet.start.advanced(by: .minutes($0)) }, gap: .minutes(5))
  }

  @Test("looks five minutes apart are near each other, six are not", arguments: [5, 6])
  func limit(minutes: Int64) {
    let looked = Self.at([0, minutes])
    #expect(looked.near.count == (minutes == 5 ? 2 : 0))
    #expect(looked.closely == (minutes == 5 ? .minutes(5) : .zero))
    #expect(looked.hourly == (minutes == 5 ? .zero : .minutes(6)))
  }

  @Test("an hour and five minutes is a look an hour, more is time nobody saw", arguments: [65, 66])
  func unseen(minutes: Int64) {
    let looked = Self.at([0, minutes])
    #expect(looked.hourly == (minutes == 65 ? .minutes(65) : .zero))
    #expect(looked.unseen == (minutes == 65 ? .zero : .minutes(66)))
  }

  @Test("a look alone is not planned again, and every time is of one kind")
  func kinds() {
    let looked = Self.at([0, 60, 120, 121, 122, 180, 400, 401])
    #expect(looked.near.count == 5)
    #expect(looked.closely == .minutes(3))
    #expect(looked.hourly == .minutes(178))
    #expect(looked.unseen == .minutes(220))
    #expect(looked.whole == .minutes(401))
  }

  @Test("no look and one look are no time")
  func none() {
    #expect(Self.at([]).whole == .zero)
    #expect(Self.at([]).from == nil)
    #expect(Self.at([3]).near.isEmpty)
  }

  @Test("scrapes further apart make looks further apart near")
  func scrapes() {
    var rules = TestFleet().rulebook
    #expect(LookedAt.longestGap(under: rules) == .minutes(5))
    rules.scrapeInterval = .minutes(2)
    #expect(LookedAt.longestGap(under: rules) == .minutes(8))
  }
}
