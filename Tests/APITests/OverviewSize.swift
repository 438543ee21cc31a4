@testable import API
import CostModel
import FleetModel
import Planner
import Reports

/// How large the overview of a large fleet gets.
enum OverviewSize {
  static func bytes(nodes: Int) throws -> Int {
    let now = FixtureSource.now
    let rows = (0..<nodes).map { index in
      NodeRow(
        id: NodeID("i-0123456789abcdef\(index)"),
        pool: PoolName("pool-with-a-long-name-\(index % 100)"),
        type: "p6-b200.48xlarge", state: .running, doing: .warmIdle,
        reason: "idle 14 m of 15 m on 8 of 8 GPUs; model loaded, no requests; confidence high",
        idleFor: .minutes(14), rate: HourlyRate(perHour: .dollars(113)), since: now)
    }
    let decisions = (0..<100).map { index in
      DecisionRow(
        at: now, subject: "i-0123456789abcdef\(index)", pool: "pool-with-a-long-name",
        intent: .stop, outcome: "succeeded", reason: "idle 15 m, limit 15 m, confidence high")
    }
    let hours = (0..<nodes).map { index in
      UsageHour(
        node: NodeID("i-0123456789abcdef\(index)"),
        pool: PoolName("pool-with-a-long-name-\(index % 100)"), cloud: "aws", region: "us-east-1",
        type: "p6-b200.48xlarge", capacity: .onDemand, accelerators: 8,
        hour: now.startOfHour.advanced(by: .hours(Int64(-1 - index % 700))),
        rate: HourlyRate(perHour: .dollars(113)), billedMicroseconds: 3_600_000_000,
        buckets: BucketTimes())
    }
    let month = FleetReport.make(
      hours: hours, off: [], range: now.advanced(by: .days(-30))..<now, now: now)
    let status = FleetStatus(name: "large", takenAt: now, nodes: rows, decisions: decisions)
    return try OverviewPage().render(status, month: month, week: month, version: "1").utf8.count
  }
}
