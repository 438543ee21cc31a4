import API
import CostModel
import FleetModel
import Hummingbird
import Logging
import Planner
import Reports
import ServiceLifecycle

/// A fleet written out, made real by the same functions a controller uses.
struct FixtureSource: StatusSource {
  var problem: StatusError?
  var checks = [
    HealthCheck(name: "database", ok: true, detail: "PostgreSQL 15 answers in 0.4 ms"),
    HealthCheck(name: "leader", ok: true, detail: "this controller leads, epoch 7"),
  ]
  /// What /healthz rests on.
  var life: [HealthCheck] = []
  /// Put into every name there is.
  var mark = ""

  static let now = Timestamp(seconds: 1_795_251_600)
  static let hour: Int64 = 3_600_000_000

  func report(days: Int) async throws(StatusError) -> FleetReport {
    if let problem { throw problem }
    let start = Self.now.advanced(by: .days(Int64(-days)))
    var hours: [UsageHour] = []
    var off: [OffInterval] = []
    for index in max(0, days - 30) * 24..<(days * 24) {
      for node in 0..<6 {
        let moment = start.advanced(by: .hours(Int64(index)))
        let inDay = (index + 9) % 24
        let isNight = inDay < 7 || inDay > 20
        if node > 3 && isNight {
          if inDay == 21 { off.append(stop(node, from: moment)) }
          continue
        }
        hours.append(usage(node, at: moment, isNight: isNight, day: index / 24))
      }
    }
    return FleetReport.make(hours: hours, off: off, range: start..<Self.now, now: Self.now)
  }

  private func stop(_ node: Int, from: Timestamp) -> OffInterval {
    OffInterval(
      node: NodeID("i-0f\(node)\(mark)"), pool: pool(node), decision: "d", from: from,
      until: from.advanced(by: .hours(10)), rate: rate(node), restartMicroseconds: 240_000_000)
  }

  private func usage(_ node: Int, at: Timestamp, isNight: Bool, day: Int) -> UsageHour {
    var buckets = BucketTimes()
    let share = Int64((day * 7 + node * 13) % 20 + 60)
    buckets[.work] = (isNight ? 2 : 8) * Self.hour * share / 100
    buckets[.loading] = Self.hour / 5
    buckets[.unobserved] = Self.hour / 40
    buckets[node == 0 ? .warmIdle : .freeIdle] = 8 * Self.hour - buckets.total
    return UsageHour(
      node: NodeID("i-0f\(node)\(mark)"), pool: pool(node), cloud: "aws", region: "us-east-1",
      type: "p5.48xlarge", capacity: .onDemand, accelerators: 8, hour: at.startOfHour,
      rate: rate(node), billedMicroseconds: Self.hour, buckets: buckets)
  }

  private func pool(_ node: Int) -> PoolName {
    PoolName(["chat", "batch", "research"][node % 3] + mark)
  }

  private func rate(_ node: Int) -> HourlyRate {
    HourlyRate(perHour: Money(nanos: node % 3 == 0 ? 55_040_000_000 : 21_957_642_000))
  }

  func fleet() async throws(StatusError) -> FleetStatus {
    if let problem { throw problem }
    return FleetStatus(
      name: "walking" + mark, takenAt: Self.now, against: "the demo fleet" + mark,
      notice: mark.isEmpty ? nil : mark, nodes: rows, decisions: decisions)
  }

  private var rows: [NodeRow] {
    let states: [(InstanceState, DeviceState?, String, Duration?)] = [
      (.running, .busy, "tensor cores at work on 8 of 8 GPUs", nil),
      (.running, .warmIdle, "idle 4 m of 15 m; model loaded, no requests", .minutes(4)),
      (.running, .free, "idle 31 m, limit 10 m; pool is in mode advise", .minutes(31)),
      (.running, .spinning, "engine busy with no tensor or memory work: suspected hang", nil),
      (.running, .unknown, "only 7 of 8 GPUs heard: not enough evidence", nil),
      (.running, .loading, "a model is loading since 2 m", nil),
      (.stopped, nil, "stopped by finops, 10 h ago", nil),
      (.running, .low, "engine at 11 %", nil),
    ]
    return (0..<24).map { index in
      let (state, doing, reason, idle) = states[(index * 5) % states.count]
      return NodeRow(
        id: NodeID("i-0f\(index)a91c\(mark)"), pool: pool(index),
        type: InstanceType("p5.48xlarge" + mark), state: state, doing: doing,
        reason: reason + mark, idleFor: idle, rate: index == 5 ? nil : rate(index),
        since: Self.now.advanced(by: .hours(Int64(-index))))
    }
  }

  private var decisions: [DecisionRow] {
    (0..<6).map { index in
      DecisionRow(
        at: Self.now.advanced(by: .minutes(Int64(-7 * index))), subject: "i-0f\(index)\(mark)",
        pool: pool(index), intent: index == 2 ? .start : .stop,
        outcome: ["succeeded", "advised", "succeeded", "cancelled", "failed", "succeeded"][index]
          + mark,
        reason: "idle 15 m, limit 15 m, confidence high" + mark)
    }
  }

  func health() async -> [HealthCheck] { checks }
  func liveness() async -> [HealthCheck] { life }

  func metrics() async -> MetricsSnapshot {
    var metrics = MetricsSnapshot(version: "1.2.3" + mark)
    metrics.nodes = (0..<3).map {
      .init(
        node: NodeID("i-0f\($0)\(mark)"), pool: $0 == 2 ? nil : pool($0), type: "p5.48xlarge",
        rate: rate($0))
    }
    metrics.spent = [
      .init(.init(pool: pool(0), part: "productive"), Money(nanos: 12_345_678_901)),
      .init(.init(pool: pool(0), part: "idle"), .dollars(3)),
    ]
    metrics.saved = [.init("idle_confirmed", .dollars(-1)), .init("min_reached", .dollars(2))]
    metrics.poolNodes = [.init(pool: pool(0), state: .running, nodes: 8)]
    metrics.decisions = [.init(intent: .stop, outcome: "succeeded", count: 4)]
    metrics.decisionDuration.record(.milliseconds(7))
    metrics.decisionDuration.record(.seconds(60))
    metrics.collectorLag = [.init(target: "10.0.0.1:9400", age: .milliseconds(1500))]
    metrics.requests = [.init(cloud: "aws", operation: "StopInstances", code: "ok", count: 4)]
    return metrics
  }
}

/// Runs a server on a free port for the length of a test.
func serving(
  _ source: some StatusSource, desk: FixtureDesk? = nil, token: APIToken? = nil,
  _ test: @escaping @Sendable (_ port: Int) async throws -> Void
) async throws {
  let server = try WebServer(
    source: source, version: "1.2.3", port: 0, insights: desk, orders: desk, token: token)
  let (ports, arrival) = AsyncStream.makeStream(of: Int.self)
  let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  let application = server.application(logger: silent) { port in
    arrival.yield(port)
    arrival.finish()
  }
  try await withThrowingTaskGroup(of: Void.self) { group in
    // Stopped as in production: cancelled, a connection not yet served would end the process.
    let services = ServiceGroup(services: [application], logger: silent)
    group.addTask { try await services.run() }
    guard let port = await ports.first(where: { _ in true }) else { return }
    do { try await test(port) } catch {
      await services.triggerGracefulShutdown()
      throw error
    }
    await services.triggerGracefulShutdown()
  }
}
