import CostModel
import FleetModel
import Testing

@testable import Planner

/// ATTACK S11: after an hour ahead every node was stale for an hour, also after a restart.
@Suite("A clock that comes back")
struct ComeBackTests {
  static let noon = Timestamp(seconds: 1_795_251_600)
  static let rulebook = Rulebook(fleet: "f", pools: [], prices: PriceBook())
  static func at(_ seconds: Int64) -> Timestamp { noon.advanced(by: .seconds(seconds)) }

  static func reading(_ seconds: Int64) -> NodeReading {
    var fields = DeviceReading()
    (fields[.engineActive], fields[.memoryUsed]) = (0, 500)
    return NodeReading(
      target: "a:9400", receivedAt: at(seconds),
      accelerators: [AcceleratorReading(id: "GPU-1", fields: fields)])
  }

  static func heard(_ seconds: StrideThrough<Int64>) -> Memory {
    var memory = Memory()
    for second in seconds { memory.fold(reading(second), under: rulebook) }
    return memory
  }

  @Test("readings of the future are dropped, and the next is taken; idle windows begin anew")
  func readings() {
    var memory = Self.heard(stride(from: 0, through: 3600, by: 15))
    memory.forgetFuture(at: Self.at(15))
    #expect(memory.targets["a:9400"]?.lastReadingAt == nil)
    memory.fold(Self.reading(20), under: Self.rulebook)
    #expect(memory.targets["a:9400"]?.lastReadingAt == Self.at(20))
    #expect(memory.targets["a:9400"]?.accelerators["GPU-1"]?.idleSince == Self.at(20))
  }

  @Test("an answer whose middle is a little ahead is no set clock", arguments: [0, 5] as [Int64])
  func crossing(ahead: Int64) {
    var memory = Self.heard(stride(from: 0, through: 600, by: 15))
    let before = memory
    memory.forgetFuture(at: Self.at(600 - ahead))
    #expect(memory == before)
  }

  @Test("demand is taken in again at once, and what was noted ahead of it goes")
  func demand() {
    var memory = Memory()
    memory.fold(
      PoolDemand(at: Self.at(9_000), interval: .seconds(15), offered: 2, backlog: 0), of: "p")
    memory.forgetFuture(at: Self.noon)
    memory.fold(
      PoolDemand(at: Self.at(15), interval: .seconds(15), offered: 3, backlog: 0), of: "p")
    #expect(memory.pools["p"]?.demand?.offered == 3)
  }

  @Test("what an act holds back counts from now, not from a moment that has yet to come")
  func acts() {
    var memory = Memory()
    memory.nodes["i-1"] = NodeMemory()
    memory.nodes["i-1"]?.lastActAt = Self.at(86_400)
    memory.pools["p"] = PoolMemory()
    memory.pools["p"]?.shrunk = [Self.at(-60), Self.at(86_400)]
    memory.pools["p"]?.quarantineUntil = Self.at(90_000)
    memory.turnedIdle = [Self.at(-60), Self.at(3600)]
    memory.forgetFuture(at: Self.noon)
    #expect(memory.nodes["i-1"]?.lastActAt == Self.noon)
    #expect(memory.pools["p"]?.shrunk == [Self.at(-60), Self.noon])
    #expect(memory.pools["p"]?.quarantineUntil == Self.at(24 * 60))
    #expect(memory.turnedIdle == [Self.at(-60)])
  }
}
