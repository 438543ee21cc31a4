import FleetModel
import Foundation
import TestSupport
import Testing

@testable import Planner

@Suite("ForecastMemory")
struct ForecastMemoryTests {
  @Test("it comes back from storage as it was, in less than 32 KiB")
  func stored() throws {
    let memory = ForecastTests.memory(days: 29, ForecastTests.season)
    let data = try JSONEncoder().encode(memory)
    #expect(data.count < 32 * 1024)
    #expect(try JSONDecoder().decode(ForecastMemory.self, from: data) == memory)
  }

  @Test("a memory of an older version has none", arguments: ["forecast", "needs"])
  func older(field: String) throws {
    let old = try JSONEncoder().encode(PoolMemory())
    #expect(!String(decoding: old, as: UTF8.self).contains(field))
    #expect(try JSONDecoder().decode(PoolMemory.self, from: old) == PoolMemory())
  }

  @Test("levels are kept to 0.4 %, and unknown ones as such")
  func levels() {
    var ring = LevelRing(count: 4)
    var dice = SeededGenerator(seed: 3)
    for number in 0..<1000 {
      let level = Double.random(in: 0...5000, using: &dice)
      ring[Int64(number)] = level
      let kept = ring[Int64(number)] ?? -1
      #expect((kept - level).magnitude <= level * 0.004)
    }
    for whole in 0...256 {
      ring[0] = Double(whole)
      #expect(ring[0] == Double(whole))
    }
    ring[1] = nil
    #expect(ring[1] == nil)
    ring[-1] = 7
    #expect(ring[3] == 7)
  }

  @Test(
    "text that is no ring is refused", arguments: ["\"\"", "\"AA\"", "\"A!A\"", "\"__A\"", "1"])
  func refused(text: String) {
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(LevelRing.self, from: Data(text.utf8))
    }
  }
}
