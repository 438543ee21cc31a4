import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

@testable import Clouds

/// What Compute Engine says of ending a machine, and that nothing is sent against it.
@Suite struct GCPFactsTests {
  private static let gpu = GCPGroup(scope: .zone("us-central1-a"), name: "gpu")
  private static let gke = GCPGroup(scope: .zone("us-central1-a"), name: "gke-prod-pool-1a2b-grp")

  @Test(arguments: [
    (["goog-gke-node": "", "goog-k8s-node-pool-name": "l4"], NodeOwner(.gke, name: "l4")),
    (["goog-gke-node": ""], NodeOwner(.gke)),
    (["slurm_cluster_name": "hpc"], NodeOwner(.slurm, name: "hpc")),
    (["ray-cluster-name": "r"], NodeOwner(.ray, name: "r")),
    (["skypilot-cluster-name": "s"], NodeOwner(.skyPilot, name: "s")),
    (["dstack_name": "d"], NodeOwner(.dstack, name: "d")),
  ])
  func `A label names the owner`(labels: [String: String], owner: NodeOwner) {
    #expect(GCPOwners.owner(of: labels, group: nil) == owner)
    #expect(GCPOwners.owner(of: labels, group: Self.gpu) == owner)
  }

  @Test(arguments: [
    "goog-gke", "gke-node", "goog-gke-nodes", "slurm", "slurm_cluster", "created-by",
  ])
  func `A label that merely resembles a sign is no owner`(key: String) {
    #expect(GCPOwners.owner(of: [key: "x"], group: nil) == nil)
  }

  @Test func `What made a machine owns it, and GKE's groups are GKE's`() {
    let group = GCPOwners.owner(of: [:], group: Self.gpu)
    #expect(group == NodeOwner(.instanceGroup, name: "mig/us-central1-a/gpu"))
    #expect(GCPOwners.owner(of: [:], group: Self.gke)?.kind == .gke)
    let like = GCPGroup(scope: .zone("us-central1-a"), name: "my-gke-grp")
    #expect(GCPOwners.owner(of: [:], group: like)?.kind == .instanceGroup)
  }

  /// skypilot-org/skypilot#2586, hashicorp/terraform-provider-google#13519, #26173,
  /// openshift/installer#8649, fog/fog-google#621: without the word the stop is refused.
  @Test(.timeLimit(.minutes(1)))
  func `A machine with local SSD stops, and only it is told that the disks are lost`()
    async throws
  {
    try await withGCP(lag: .none) { bench in
      let labels = [Tag.fleet: "f"]
      let disks = bench.cloud.add(name: "a", type: "g2-standard-8", labels: labels)
      let plain = bench.cloud.add(name: "b", type: "g2-standard-8", labels: labels)
      bench.cloud.attach(localDisks: [375, 375], to: disks)
      let actuator = bench.actuator()
      let nodes = try await actuator.inventory().nodes
      let facts = nodes.first { $0.id == disks }?.facts
      #expect(facts?.localDisks == LocalDisks(gigabytes: 750, name: "local SSD"))
      #expect(nodes.first { $0.id == plain }?.facts == NodeFacts())
      for node in [disks, plain] {
        let token = String(node.rawValue.suffix(8))
        let receipt = try await actuator.carryOut(gcpAct(.stop, node, token: token))
        #expect(receipt.state == .stopped)
      }
      let asked = bench.transport.exchanges.map(\.request.url).filter { $0.contains("/stop?") }
      #expect(asked.map { $0.contains("discardLocalSsd=true") } == [true, false])
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `Our fake refuses a stop that does not say what becomes of local SSD`() async throws {
    try await withGCP(lag: .none) { bench in
      let node = bench.cloud.add(name: "a", type: "g2-standard-8", labels: [Tag.fleet: "f"])
      bench.cloud.attach(localDisks: [375], to: node)
      let number = node.rawValue.split(separator: "/")[1]
      let url =
        bench.endpoint
        + "/compute/v1/projects/demo-project/zones/us-central1-a/instances/\(number)/stop"
      let reply = try await LoopbackClient().send(
        HTTPRequest(
          method: "POST", url: url,
          headers: [HTTPField("Authorization", "Bearer " + GCPBench.token)]))
      let said = String(decoding: reply.body, as: UTF8.self)
      #expect(reply.status == 400 && said.contains("undefined value for `discard-local-ssd`"))
      #expect(bench.cloud.status(of: node) == "RUNNING")
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A node of GKE's is left alone, and deletion protection keeps from deletion only`()
    async throws
  {
    try await withGCP(lag: .none) { bench in
      let labels = [Tag.fleet: "f"]
      let gke = bench.cloud.add(
        name: "gke-1", type: "g2-standard-8", labels: labels.merging(["goog-gke-node": ""]) { $1 })
      let kept = bench.cloud.add(name: "kept", type: "g2-standard-8", labels: labels)
      bench.cloud.protect(kept)
      let actuator = bench.actuator()
      for intent in [Intent.stop, .terminate] {
        let said = await actuator.outcome(gcpAct(intent, gke)).failure?.refusal
        #expect(said?.code == "Owned" && said?.kind == .unsupported)
      }
      let said = await actuator.outcome(gcpAct(.terminate, kept)).failure?.refusal
      #expect(said?.code == "Protected")
      #expect(bench.cloud.calls("compute.instances.delete").isEmpty)
      let seen = try await actuator.observe(kept)
      #expect(seen?.facts?.hindrances.map(\.act) == [.terminate])
      #expect(try await actuator.carryOut(gcpAct(.stop, kept)).state == .stopped)
      bench.cloud.protect(kept, false)
      #expect(await actuator.outcome(gcpAct(.terminate, kept, token: "u")).failure == nil)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A member leaves only through the group that is named`() async throws {
    try await withGCP(lag: .none) { bench in
      let ours = bench.cloud.addGroup("gpu", size: 2, labels: [Tag.fleet: "f"])
      let other = bench.cloud.addGroup("web", size: 2, labels: [Tag.fleet: "f"])
      bench.settle()
      let actuator = bench.actuator(groups: [ours])
      let theirs = try #require(bench.cloud.members(of: other).first)
      let said = await actuator.outcome(gcpAct(.terminate, theirs)).failure?.refusal
      #expect(said?.code == "GroupNotNamed" && said?.message.contains(other.rawValue) == true)
      #expect(bench.cloud.members(of: other).count == 2)
      let mine = try #require(bench.cloud.members(of: ours).first)
      #expect(await actuator.outcome(gcpAct(.terminate, mine)).failure == nil)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `A group of GKE's, or with an autoscaler, keeps its number`() async throws {
    try await withGCP(lag: .none) { bench in
      let labels = [Tag.fleet: "f"]
      let pool = bench.cloud.addGroup(
        "gke-prod-pool-1a2b-grp", size: 1, labels: labels.merging(["goog-gke-node": ""]) { $1 })
      let auto = bench.cloud.addGroup("auto", size: 1, labels: labels, autoscaler: "theirs")
      let free = bench.cloud.addGroup("free", size: 1, labels: labels)
      bench.settle()
      let actuator = bench.actuator(groups: [pool, auto, free])
      let listed = try await actuator.inventory().workloads
      #expect(listed.first { $0.id == free }?.numberOwner == nil)
      for group in [pool, auto] {
        #expect(listed.first { $0.id == group }?.hold != nil)
        let said = await actuator.outcome(gcpScale(group, from: 1, to: 2)).failure?.refusal
        #expect(said?.code == "NumberOwned")
      }
      let member = try #require(bench.cloud.members(of: auto).first)
      let said = await actuator.outcome(gcpAct(.terminate, member)).failure?.refusal
      #expect(said?.code == "NumberOwned" && bench.cloud.members(of: auto).count == 1)
    }
  }
}
