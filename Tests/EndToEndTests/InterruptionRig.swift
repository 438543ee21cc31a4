import Clouds
import Controller
import CostModel
import CurlTransport
import DemoFleet
import FleetModel
import Foundation
import Logging
import Planner
import Ports
import TestSupport

/// A controller of the real parts, save its store: a queue, a metadata service and EC2 on loopback
/// HTTP, spoken to through libcurl.
struct InterruptionRig: Sendable {
  let ec2: FakeEC2
  let queue: FakeQueue
  let metadata: FakeEC2Metadata
  let ledger = MemoryLedger()
  /// The machines that run at the start, in order.
  let nodes: [NodeID]
  let counters = Counters()
  private let endpoints: (ec2: String, queue: String, metadata: String)
  private let transport = CurlTransport(TransportOptions(version: "test"))
  private let pace: Pace

  /// The first machine's metadata service is the one that is read.
  static func start(
    machines: Int, queueTime: any TimeSource = SystemTime(), inventory: Duration = .seconds(1)
  ) async throws -> InterruptionRig {
    let ec2 = FakeEC2(lag: .none, time: SystemTime())
    let nodes = (0..<machines).map { _ in
      ec2.add(
        type: "g6.xlarge", spot: true, tags: [Tag.fleet: "f", Tag.pool: "p"],
        launchedAt: SystemTime().now().advanced(by: .zero - .hours(1)))
    }
    let queue = FakeQueue(time: queueTime)
    let metadata = FakeEC2Metadata(of: nodes.first ?? "i-0", time: SystemTime())
    return InterruptionRig(
      ec2: ec2, queue: queue, metadata: metadata, nodes: nodes,
      endpoints: (try await ec2.start(), try await queue.start(), try await metadata.start()),
      pace: pace(inventory))
  }

  /// The plan is made for a notice's sake only: its own turn is an hour away.
  private static func pace(_ inventory: Duration) -> Pace {
    var pace = Pace()
    pace.evaluate = .hours(1)
    pace.inventory = inventory
    return pace
  }

  private init(
    ec2: FakeEC2, queue: FakeQueue, metadata: FakeEC2Metadata, nodes: [NodeID],
    endpoints: (String, String, String), pace: Pace
  ) {
    self.ec2 = ec2
    self.queue = queue
    self.metadata = metadata
    self.nodes = nodes
    self.endpoints = endpoints
    self.pace = pace
  }

  static let credentials = AWSCredentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("secret"))

  /// Speaks to EC2 as somebody else of the account would.
  var actuator: EC2Actuator {
    EC2Actuator(
      cloud: "aws", region: "us-east-1", endpoint: endpoints.ec2,
      credentials: { () throws(ActuateError) in Self.credentials }, fleet: "f",
      transport: transport, time: SystemTime())
  }

  /// Runs a controller while `body` does its work.
  func running(_ body: () async throws -> Void) async throws {
    let controller = Controller(parts())
    let task = Task { try await controller.run() }
    do { try await body() } catch {
      task.cancel()
      _ = await task.result
      throw error
    }
    task.cancel()
    _ = await task.result
  }

  func stop() async {
    await ec2.stop()
    await queue.stop()
    await metadata.stop()
  }

  private func parts() -> ControllerParts {
    let sweep = InventorySweep(actuator, time: SystemTime())
    let events = AWSEventQueue(
      cloud: "aws", queue: queue.url, region: "us-east-1", endpoint: endpoints.queue,
      credentials: { () throws(ActuateError) in Self.credentials }, transport: transport,
      time: SystemTime())
    let imds = EC2Metadata(
      cloud: "aws", base: endpoints.metadata, transport: transport, time: SystemTime())
    var pool = PoolRules(
      name: "p", kind: .batch, mode: .auto, match: .init(tags: [Tag.pool: "p"]),
      minimumNodes: nodes.count)
    pool.launch = LaunchSpec(
      cloud: "aws", region: "us-east-1", type: "g6.xlarge", image: "ami-1")
    var rulebook = Rulebook(fleet: "f", pools: [pool], prices: PriceBook())
    // More nodes end at once here than the standard ten acts a minute would replace.
    rulebook.safety.actsPerMinute = 100
    return ControllerParts(
      rulebook: rulebook, pace: pace,
      collector: Deaf(), targets: { [] }, actuators: [sweep], ledger: ledger,
      leadership: ledger, samples: Forgetful(), outbox: Empty(), notifiers: [],
      retryDelay: { _ in nil }, clock: SystemTime(), identity: "test", counters: counters,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      interruptions: [events, imds, sweep])
  }

  /// The warning EventBridge sends for a spot instance, said now.
  static func warning(_ node: NodeID, at moment: Timestamp = SystemTime().now()) -> String {
    """
    {"version":"0","id":"1e5527d7","detail-type":"EC2 Spot Instance Interruption Warning",\
    "source":"aws.ec2","account":"123456789012","time":"\(moment)","region":"us-east-1",\
    "resources":[],"detail":{"instance-id":"\(node)","instance-action":"terminate"}}
    """
  }

  /// Looks every 20 ms, at most for `limit`; whether it came true.
  static func comesTrue(
    within limit: Duration = .seconds(60), _ condition: () async -> Bool
  ) async -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      if await condition() { return true }
      try? await Task.sleep(for: .milliseconds(20))
    }
    return await condition()
  }

  /// Machines asked for so far.
  var launches: Int { ec2.calls("RunInstances").count }

  /// Decisions to launch that the ledger has.
  func decidedLaunches() async -> Int {
    await ledger.events.count { event in
      guard case .intended(let decision) = event.kind else { return false }
      return decision.intent == .launch
    }
  }
}

private struct Deaf: Collector {
  func collect(_ target: Target, at moment: Timestamp) async throws(CollectError) -> NodeReading {
    throw .unreachable("no exporter in this test")
  }
}

private struct Forgetful: SampleStore {
  func append(_ readings: [NodeReading], batch: String) async throws(StoreError) {}
  func dropSamples(before moment: Timestamp) async throws(StoreError) -> Int { 0 }
}

private struct Empty: Outbox {
  func claim(limit: Int) async throws(StoreError) -> [OutboxMessage] { [] }
  func delivered(_ id: String, channel: String) async throws(StoreError) {}
  func retry(
    _ id: String, channel: String, after: Duration, error: String
  ) async throws(StoreError) {}
  func bury(_ id: String, channel: String, error: String) async throws(StoreError) {}
}
