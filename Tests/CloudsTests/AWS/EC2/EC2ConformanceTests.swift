import Clouds
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// The whole actuator against clouds that answer over HTTP.
@Suite struct EC2ConformanceTests {
  @Test(.timeLimit(.minutes(2)))
  func `It conforms against our fake EC2`() async throws {
    let time = VirtualTime()
    let cloud = FakeEC2(lag: FakeEC2.Lag(), time: time)
    let endpoint = try await cloud.start()
    let suite = ActuatorConformance(
      actuator(LoopbackClient(), time: time, endpoint: endpoint), launching: launchSpec
    ) { time.advance(by: .seconds(30)) }
    let violations = await suite.violations(tokens: "conformance")
    await cloud.stop()
    #expect(violations == [])
    #expect(cloud.instances(ofToken: "conformance-a").count == 1)
  }

  @Test(.timeLimit(.minutes(2)))
  func `A page size of a thousand and more nodes make one list`() async throws {
    let time = VirtualTime()
    let cloud = FakeEC2(lag: .none, time: time)
    let endpoint = try await cloud.start()
    for _ in 0..<1001 {
      _ = cloud.add(type: "p5.48xlarge", tags: [Tag.fleet: "f"], launchedAt: time.now())
    }
    _ = cloud.add(type: "p5.48xlarge", tags: [Tag.fleet: "other"], launchedAt: time.now())
    let list = try await actuator(LoopbackClient(), time: time, endpoint: endpoint).inventory()
    await cloud.stop()
    #expect(list.nodes.count == 1001)
    #expect(list.nodes.allSatisfy { $0.acceleratorCount == 8 })
    #expect(cloud.calls("DescribeInstances").count == 2)
  }

  @Test(.timeLimit(.minutes(2)))
  func `A lost answer is unknown, and the same token gives the one machine`() async throws {
    let rule = FaultRule(
      match: .init(service: .ec2, action: "RunInstances"), count: 2,
      effect: FaultEffect(.dropAfter))
    let cloud = FakeEC2(
      lag: .none, time: VirtualTime(), faults: FaultInjector(FaultPlan(rules: [rule])))
    let endpoint = try await cloud.start()
    let actuator = actuator(LoopbackClient(), endpoint: endpoint)
    for _ in 1...2 {
      do throws(ActuateError) {
        _ = try await actuator.carryOut(launch)
        Issue.record("the answer was not lost")
      } catch {
        guard case .outcomeUnknown = error else {
          Issue.record("\(error)")
          continue
        }
      }
    }
    let receipt = try await actuator.carryOut(launch)
    let listed = try await actuator.inventory().nodes
    await cloud.stop()
    #expect(listed.map(\.id) == [receipt.node])
    #expect(cloud.instances(ofToken: launch.token) == [receipt.node])
  }

  @Test(.timeLimit(.minutes(2)))
  func `Another request under the same token is refused`() async throws {
    let cloud = FakeEC2(lag: .none, time: VirtualTime())
    let endpoint = try await cloud.start()
    let actuator = actuator(LoopbackClient(), endpoint: endpoint)
    _ = try await actuator.carryOut(launch)
    var other = launch
    other.launch?.type = "g6.xlarge"
    do throws(ActuateError) {
      _ = try await actuator.carryOut(other)
      Issue.record("taken")
    } catch {
      #expect(error.refusal?.code == "IdempotentParameterMismatch")
      #expect(error.refusal?.kind == .invalid)
    }
    await cloud.stop()
  }

  /// moto ignores ClientToken and starts terminated instances (both unlike AWS).
  @Test(
    .enabled(if: PythonJudge.has("moto.server", "flask"), "moto[server] is not installed"),
    .timeLimit(.minutes(3)))
  func `It conforms against moto`() async throws {
    let moto = try await Moto.start()
    defer { moto.stop() }
    let suite = ActuatorConformance(
      actuator(LoopbackClient(), endpoint: moto.endpoint), launching: launchSpec,
      cloud: .init(honoursTokens: false, refusesLateStart: false))
    let violations = await suite.violations(tokens: "moto")
    #expect(violations == [])
  }
}

/// moto's server as a child, on a port of its own.
struct Moto {
  let endpoint: String
  private let process: Process

  struct DidNotStart: Error {}

  static func start() async throws -> Moto {
    let port = Int.random(in: 20_000...60_000)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      PythonJudge.python, "-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p",
      "\(port)",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let moto = Moto(endpoint: "http://127.0.0.1:\(port)", process: process)
    // It answers within 5 s on a quiet machine; ours may be busy.
    for _ in 1...300 {
      let request = HTTPRequest(
        url: moto.endpoint + "/moto-api/", limits: HTTPLimits(total: .seconds(2)))
      if let reply = try? await LoopbackClient().send(request), reply.status == 200 { return moto }
      guard process.isRunning else { break }
      try await Task.sleep(for: .milliseconds(100))
    }
    moto.stop()
    throw DidNotStart()
  }

  /// moto takes its time over SIGTERM; nothing of it is to be kept.
  func stop() {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
