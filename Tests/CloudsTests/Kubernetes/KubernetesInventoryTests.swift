import Clouds
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// What a list of nodes means, and when it is refused.
@Suite struct KubernetesInventoryTests {
  @Test(.timeLimit(.minutes(2)))
  func `A node says type, place, capacity, GPUs and where its metrics are`() async throws {
    try await Cluster.run { cluster in
      cluster.fake.add(
        .init(
          "gpu-1", type: "p5.48xlarge", gpus: 8, zone: "eu-west-1b",
          labels: [Tag.fleet: "f", "karpenter.sh/capacity-type": "spot"],
          annotations: ["finops-target": "10.0.0.1:9400", "other": "no"]))
      let list = try await cluster.actuator.inventory()
      let node = try #require(list.nodes.first)
      #expect(node.id == "gpu-1" && node.type == "p5.48xlarge" && node.state == .running)
      #expect(node.region == "eu-west-1" && node.zone == "eu-west-1b" && node.capacity == .spot)
      #expect(node.acceleratorCount == 8 && node.privateAddress == "10.0.0.1")
      #expect(node.tags[Tag.target] == "10.0.0.1:9400" && node.tags["other"] == nil)
      #expect(node.tags["finops-provider-id"] == "aws:///eu-west-1b/gpu-1")
      #expect(node.launchedAt == cluster.time.now())
      #expect(list.clockSkew != nil)
      #expect(try await cluster.actuator.observe(node.id) == node)
    }
  }

  @Test(
    .timeLimit(.minutes(2)),
    arguments: [
      (["eks.amazonaws.com/capacityType": "SPOT"], CapacityType.spot),
      (["eks.amazonaws.com/capacityType": "ON_DEMAND"], .onDemand),
      (["eks.amazonaws.com/capacityType": "CAPACITY_BLOCK"], .reserved),
      (["cloud.google.com/gke-spot": "true"], .spot),
      (["cloud.google.com/gke-spot": "false"], .onDemand),
      (["kubernetes.azure.com/scalesetpriority": "spot"], .spot),
      (["karpenter.sh/capacity-type": "reserved"], .reserved), ([:], .onDemand),
    ])
  func `How a node is bought is read from the labels of its cloud`(
    labels: [String: String], capacity: CapacityType
  ) async throws {
    try await Cluster.run(pools: [["pool": "p"]]) { cluster in
      cluster.fake.add(.init("n", labels: labels.merging(["pool": "p"]) { first, _ in first }))
      cluster.fake.add(.init("stranger"))
      let nodes = try await cluster.actuator.inventory().nodes
      #expect(nodes.map(\.id) == ["n"] && nodes.first?.capacity == capacity)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `Five hundred nodes are one page, and one more makes two`() async throws {
    for (count, pages) in [(500, 1), (501, 2)] {
      try await Cluster.run { cluster in
        for number in 0..<count { cluster.fake.add(.init("gpu-\(number)", labels: ours)) }
        let found = try await cluster.actuator.inventory().nodes.count
        #expect(found == count)
        #expect(cluster.fake.calls("list nodes").count == pages)
      }
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `A page that has expired means to begin again, and three times to give up`() async throws {
    for (count, calls) in [(1, 4), (2, 6), (9, 6)] {
      try await Cluster.run(faults: [
        fault("list nodes", FaultEffect(.error, status: 410, code: "Expired"), after: 1, count: 1),
        fault(
          "list nodes", FaultEffect(.error, status: 410, code: "Expired"), after: 3,
          count: count > 1 ? 1 : 0),
        fault(
          "list nodes", FaultEffect(.error, status: 410, code: "Expired"), after: 5,
          count: count > 2 ? 1 : 0),
      ]) { cluster in
        for number in 0..<501 { cluster.fake.add(.init("gpu-\(number)", labels: ours)) }
        do {
          #expect(try await cluster.actuator.inventory().nodes.count == 501 && count < 9)
        } catch {
          #expect(count == 9)
        }
        #expect(cluster.fake.calls("list nodes").count == calls)
      }
    }
  }

  @Test(.timeLimit(.minutes(2)), arguments: ["nodes", "deployments.apps", "statefulsets.apps"])
  func `A list that can not be read fails the inventory`(resource: String) async throws {
    for effect in [FaultEffect(.truncate), FaultEffect(.html), FaultEffect(.status, status: 500)] {
      try await Cluster.run(faults: [fault("list \(resource)", effect)]) { cluster in
        cluster.fake.add(.init("gpu-1", labels: ours))
        await #expect(throws: ActuateError.self) { try await cluster.actuator.inventory() }
        #expect(cluster.fake.calls("list \(resource)").count == 3)
      }
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `Where Karpenter may not be seen there are no pools, but nodes must be seen`() async throws {
    try await Cluster.run { cluster in
      cluster.fake.add(.init("gpu-1", labels: ours))
      cluster.fake.add(nodePool: "gpu", gpus: 8, labels: ours)
      cluster.fake.forbid(["list nodepools.karpenter.sh"])
      let list = try await cluster.actuator.inventory()
      #expect(list.nodes.count == 1 && list.workloads.isEmpty)
      cluster.fake.forbid(["list nodes"])
      await #expect(throws: ActuateError.self) { try await cluster.actuator.inventory() }
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `A token that is refused is fetched anew once`() async throws {
    let time = VirtualTime()
    let fake = FakeKubernetes(lag: .none, time: time)
    fake.add(.init("gpu-1", labels: ours))
    fake.accept(tokens: ["old"])
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "token")
    try "old\n".write(to: file, atomically: true, encoding: .utf8)
    let server = try await fake.start()
    let access = KubernetesAccess(server: server) { () throws(ActuateError) in
      (try? String(contentsOf: file, encoding: .utf8)).map {
        Secret($0.trimmingCharacters(in: .whitespacesAndNewlines))
      }
    }
    let actuator = KubernetesActuator(
      cloud: "k8s", access: access, fleet: "f", watches: false, transport: LoopbackClient(),
      time: time)
    #expect(try await actuator.inventory().nodes.count == 1)
    fake.accept(tokens: ["new"])
    await #expect(throws: ActuateError.self) { try await actuator.inventory() }
    try "new".write(to: file, atomically: true, encoding: .utf8)
    #expect(try await actuator.inventory().nodes.count == 1)
    await fake.stop()
    #expect(fake.calls("list nodes").map(\.status) == [200, 401, 401, 200])
  }
}
