import CostModel
import FleetModel
import Planner
import Ports
import Testing

@testable import PostgresStore

struct UsageTests {
  private func off(_ id: NodeID, from: Int64, until: Int64?) -> OffInterval {
    OffInterval(
      node: id, pool: "batch", decision: "k", from: start.advanced(by: .seconds(from)),
      until: until.map { start.advanced(by: .seconds($0)) }, rate: dollar,
      storage: HourlyRate(perHour: Money(nanos: 7)), restartMicroseconds: 60_000_000)
  }

  @Test func `hours in the range and off times that touch it come back whole`() async throws {
    let store = try await TestDatabase.make().store()
    let hour = start.startOfHour
    let hours = (-1...2).map { usageHour(hour: hour.advanced(by: .hours($0))) }
    let offs = [
      off("ends-at-start", from: -100, until: 0), off("touches", from: -100, until: 1),
      off("open", from: 10, until: nil), off("starts-at-end", from: 7200, until: 7300),
    ]
    try await store.addHistory(hours: hours, off: offs)
    let usage = try await store.usage(in: start..<start.advanced(by: .hours(2)))
    #expect(start == hour)
    #expect(usage.hours == Array(hours[1...2]))
    #expect(usage.off == [offs[1], offs[2]])
  }

  @Test func `no price stays no price, beside the priced hours of the same node`() async throws {
    let store = try await TestDatabase.make().store()
    let lease = try await lead(store)
    let hours = [usageHour(seconds: 10, rate: nil), usageHour(seconds: 20)]
    _ = try await store.record(tick(usage: hours), under: lease)
    let moment = start.advanced(by: .seconds(15))
    _ = try await store.record(tick(at: moment, usage: hours), under: lease)
    let usage = try await store.usage(in: start..<start.advanced(by: .hours(1)))
    #expect(usage.hours.map(\.rate) == [dollar, nil])
    #expect(usage.hours.map(\.billedMicroseconds) == [40_000_000, 20_000_000])
  }

  @Test func `the same history twice is there once`() async throws {
    let store = try await TestDatabase.make().store()
    let hours = [usageHour("i-1"), usageHour("i-2", rate: nil, accelerators: 0)]
    for _ in 0..<2 {
      try await store.addHistory(hours: hours, off: [off("i-1", from: 0, until: 5)])
    }
    let usage = try await store.usage(in: start..<start.advanced(by: .hours(1)))
    #expect(usage.hours == hours)
    #expect(usage.off.count == 1)
  }

  @Test func `thirty days of 24 nodes go in and come out whole, in a fraction of a report's time`()
    async throws
  {
    let store = try await TestDatabase.make().store()
    let hours = (0..<720).flatMap { hour in
      (10..<34).map { usageHour(NodeID("i-\($0)"), hour: start.advanced(by: .hours(Int64(hour)))) }
    }
    let began = ContinuousClock.now
    try await store.addHistory(hours: hours, off: [])
    let added = ContinuousClock.now
    let usage = try await store.usage(in: start..<start.advanced(by: .days(30)))
    let read = ContinuousClock.now
    print("17,280 node-hours: in \(added - began), out \(read - added)")
    #expect(usage.hours == hours)
    // `demo --once --days 30` has ten seconds for everything.
    #expect(read - began < .seconds(5))
  }

  @Test func `an off time that closes replaces its open form`() async throws {
    let store = try await TestDatabase.make().store()
    let lease = try await lead(store)
    _ = try await store.record(tick(off: [off("i-1", from: 0, until: nil)]), under: lease)
    let closed = off("i-1", from: 0, until: 60)
    let later = tick(
      at: start.advanced(by: .seconds(60)), off: [off("i-1", from: 0, until: nil), closed])
    _ = try await store.record(later, under: lease)
    #expect(try await store.usage(in: start..<start.advanced(by: .hours(1))).off == [closed])
  }

  @Test func `the fleet was watched until the newest tick`() async throws {
    let store = try await TestDatabase.make().store()
    #expect(try await store.watchedUntil() == nil)
    let lease = try await lead(store)
    for second: Int64 in [0, 60] {
      _ = try await store.record(tick(at: start.advanced(by: .seconds(second))), under: lease)
    }
    #expect(try await store.watchedUntil() == start.advanced(by: .seconds(60)))
  }

  @Test func `time that is in no bucket is refused, and with it the whole tick`() async throws {
    let database = try await TestDatabase.make()
    let store = try await database.store()
    let lease = try await lead(store)
    var broken = usageHour(seconds: 10)
    broken.billedMicroseconds += 1
    let whole = tick(usage: [broken])
    let error = await #expect(throws: StoreError.self) {
      try await store.record(whole, under: lease)
    }
    guard case .refused(let text) = error else { throw error ?? .fenced }
    #expect(text.contains("node_hour_conserved"))
    #expect(try database.number("SELECT count(*) FROM tick") == 0)
  }

  @Test func `the views say the money of the same times, and what off time saved`() async throws {
    let database = try await TestDatabase.make()
    let store = try await database.store()
    let hours = [usageHour(seconds: 1800, bucket: .warmIdle), usageHour("i-2", seconds: 3600)]
    var pause = off("i-1", from: 1800, until: 5400)
    pause.storage = .zero
    try await store.addHistory(hours: hours, off: [pause])
    let split = try database.text(
      """
      SELECT concat_ws(' ', sum(effective), sum(productive), sum(idle), sum(overhead))
      FROM report_node_hour
      """)
    #expect(
      split
        == "1.500000000000000000 1.000000000000000000 0.500000000000000000 0.000000000000000000")
    let saved = try database.text(
      "SELECT string_agg(saved::text, ' ' ORDER BY hour) FROM report_saved_hour")
    // Half an hour off; half an hour less the minute of restarting.
    #expect(saved == "0.500000000000000000 0.483333333333333333")
  }

  @Test func `capabilities keep the newest valid measurement of each type and model`() async throws
  {
    let store = try await TestDatabase.make().store()
    func measured(_ second: Int64, rate: Double, invalid: String? = nil) -> NodeCapability {
      let quantiles = NodeCapability.Quantiles(p50: 1, p90: 2, p99: 3.25, max: 4)
      return NodeCapability(
        node: "p5.48xlarge", model: "m", offeredRate: rate, achievedRate: rate,
        inputTokensPerSecond: 1, outputTokensPerSecond: 0.1, timeToFirstToken: quantiles,
        latency: quantiles, requests: 3, failures: 0, rate: dollar,
        perMillionOutputTokens: Money(nanos: 5), measuredAt: Timestamp(seconds: second),
        invalid: invalid)
    }
    for capability in [
      measured(1, rate: 1), measured(2, rate: 2), measured(3, rate: 3, invalid: "client lagged"),
    ] { try await store.store(capability) }
    #expect(try await store.capabilities() == [measured(2, rate: 2)])
  }
}
