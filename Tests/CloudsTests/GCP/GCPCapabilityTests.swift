import Clouds
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// What the code can ask for, and what the list of permissions says it asks for.
@Suite struct GCPCapabilityTests {
  /// Does everything the actuator and the prices can do, and gives back what was sent.
  static func everything() async throws -> [RecordingTransport.Exchange] {
    var sent: [RecordingTransport.Exchange] = []
    try await withGCP { bench in
      let zonal = bench.cloud.addGroup("gpu", size: 2, labels: [Tag.fleet: "f"])
      let regional = bench.cloud.addGroup(
        "far", in: "us-central1", size: 2, allInstances: [Tag.fleet: "f"])
      bench.settle()
      let actuator = bench.actuator(groups: [zonal, regional], reservation: "block")
      _ = try await bench.actuator(zones: []).inventory()
      let plain = bench.cloud.add(name: "a", type: "e2-standard-4", labels: [Tag.fleet: "f"])
      _ = try await bench.actuator(pools: [["team": "ml", "env": "x"]]).inventory()
      for (index, market) in CapacityType.allCases.enumerated() {
        var spec = gcpSpec
        spec.capacity = market
        spec.subnet = index == 0 ? "gpus" : nil
        if market == .spot { spec.type = "n1-standard-8+nvidia-tesla-t4:1" }
        _ = try await actuator.carryOut(gcpLaunch("make-\(market.rawValue)", spec))
      }
      bench.cloud.sellOut([.init("a2-highgpu-1g")])
      bench.cloud.exhaustQuota(of: ["a3-highgpu-8g"])
      for type in ["a2-highgpu-1g", "a3-highgpu-8g"] as [InstanceType] {
        var spec = gcpSpec
        spec.type = type
        _ = await actuator.outcome(gcpLaunch("no-\(type)", spec))
      }
      for intent in [Intent.stop, .start, .stop, .terminate, .terminate] {
        _ = try await actuator.carryOut(
          gcpAct(intent, plain, token: UUID().uuidString.lowercased()))
        if intent == .terminate { break }
      }
      bench.settle()
      _ = await actuator.outcome(gcpAct(.terminate, plain, token: "gone"))
      try await wakeSuspended(bench, actuator)
      for group in [zonal, regional] {
        _ = try await actuator.observe(group)
        _ = try await actuator.carryOut(gcpScale(group, from: 2, to: 3, token: group.rawValue))
        bench.settle()
        let victim = try #require(bench.cloud.members(of: group).first)
        _ = try await actuator.carryOut(gcpAct(.terminate, victim, token: group.parts[2]))
      }
      _ = try await GCPPrices(
        cloud: "gcp", endpoint: bench.endpoint, credentials: gcpCredentials(bench.time),
        transport: bench.transport, time: bench.time
      ).prices(of: [], in: ["us-central1"])
      sent = bench.transport.exchanges
      let seen = Set(
        bench.cloud.calls().filter { $0.action != "compute.instances.suspend" }.map(\.action))
      #expect(seen == Set(CloudCapabilities.gcp.permissions.flatMap(\.calls)))
    }
    return sent
  }

  private static func wakeSuspended(_ bench: GCPBench, _ actuator: GCPActuator) async throws {
    let node = bench.cloud.add(name: "sleeper", type: "g2-standard-8")
    let path = "zones/us-central1-a/instances/sleeper/suspend"
    _ = try await LoopbackClient().send(
      HTTPRequest(
        method: "POST", url: "\(bench.endpoint)/compute/v1/projects/demo-project/\(path)",
        headers: [HTTPField("Authorization", "Bearer " + GCPBench.token)]))
    bench.settle()
    _ = try await actuator.carryOut(gcpAct(.start, node, token: "wake"))
  }

  @Test(.timeLimit(.minutes(2)))
  func `The permissions are those of the calls the code can make, no more and no fewer`()
    async throws
  {
    #expect(try await !Self.everything().isEmpty)
  }

  @Test func `The sources know no call but these`() throws {
    let folder = SharedFiles.packageRoot.appending(path: "Sources/Clouds/GCP")
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    let text = try files.filter { !$0.path.hasSuffix("GCPCapabilities.swift") }
      .map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    let named = text.matches(of: /CloudCall\(\s*"((?:compute|cloudbilling)\.[\w.]+)"/)
      .map { String($0.1) }
    let known = Set(CloudCapabilities.gcp.permissions.flatMap(\.calls))
    #expect(Set(named).isSubset(of: known), "\(Set(named).subtracting(known))")
    #expect(Set(named).count >= 9)
  }

  @Test(arguments: [false, true])
  func `The role is one gcloud takes, and only acting can change anything`(acting: Bool) {
    let gcp = CloudCapabilities.gcp
    let role = gcp.policy(gcp.permissions(forActing: acting))
    let lines = role.split(separator: "\n").map(String.init)
    #expect(lines.first == "title: finops \(acting ? "auto" : "observe")")
    #expect(lines.contains("includedPermissions:") && lines.contains("stage: GA"))
    let permissions = lines.filter { $0.hasPrefix("- ") }
    #expect(permissions == permissions.sorted() && Set(permissions).count == permissions.count)
    let changing = ["create", "delete", "update", "start", "stop", "set", "resume"]
    let changes = permissions.filter { line in changing.contains { line.contains("." + $0) } }
    #expect(changes.isEmpty == !acting)
  }

  @Test func `What can not be done has a reason, and what can be has an idempotency`() {
    let gcp = CloudCapabilities.gcp
    for intent in Intent.allCases {
      switch gcp[intent] {
      case .can(let note): #expect(!note.isEmpty && gcp.idempotency[intent] != nil)
      case .cannot(let reason): #expect(!reason.isEmpty && gcp.idempotency[intent] == nil)
      }
    }
    #expect(Clouds.named("gcp") == gcp)
  }
}
