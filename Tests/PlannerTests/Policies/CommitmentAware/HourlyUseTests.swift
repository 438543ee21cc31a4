import FleetModel
import Foundation
import TestSupport
import Testing

@testable import Planner

@Suite("HourlyUse")
struct HourlyUseTests {
  static let start = TestFleet.start

  /// A use with these counts, one look each, this far apart.
  static func use(_ counts: [Int], every: Duration) -> HourlyUse {
    var use = HourlyUse(MachineKind(cloud: "aws", type: "t", region: "r"))
    for (number, count) in counts.enumerated() {
      use.fold(count, at: start.advanced(by: every * number))
    }
    return use
  }

  @Test("an hour is the mean of what was seen in it, and counts when it is over")
  func mean() {
    #expect(Self.use([2, 3, 3, 4], every: .minutes(20)).known == [Double(8) / 3].map { kept($0) })
    #expect(Self.use([2, 3], every: .minutes(59)).known == [])
  }

  @Test("of thirty days the oldest hour is forgotten")
  func length() {
    let known = Self.use(Array(0...721), every: .hours(1)).known
    #expect(known.count == 720)
    #expect(known.first == 1)
  }

  @Test("a memory of an older version has no use and no starts, and both are kept")
  func stored() throws {
    let empty = try JSONEncoder().encode(Memory())
    let text = String(decoding: empty, as: UTF8.self)
    #expect(!text.contains("usage") && !text.contains("starts"))
    var memory = Memory()
    memory.observe(TestFleet(3).nodes, at: Self.start, under: TestFleet().rulebook)
    let data = try JSONEncoder().encode(memory)
    #expect(try JSONDecoder().decode(Memory.self, from: data) == memory)
    #expect(memory.usage?.count == 1)
  }

  @Test("a type that has not run for thirty days is forgotten", arguments: [(719, 1), (721, 0)])
  func over(hours: Int, left: Int) {
    var memory = Memory()
    memory.noteUse(of: TestFleet(1).nodes, at: Self.start)
    for hour in 1...hours {
      memory.noteUse(of: [], at: Self.start.advanced(by: .hours(Int64(hour))))
    }
    #expect(memory.usage?.count == left)
  }

  private func kept(_ level: Double) -> Double {
    var ring = LevelRing(count: 1)
    ring[0] = level
    return ring[0] ?? -1
  }
}
