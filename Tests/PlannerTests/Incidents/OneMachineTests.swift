import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

/// A Node and its instance both counted: project-koku/koku#816, opencost/opencost#3113, #3146;
/// names used again: opencost/opencost#673, kubernetes/cloud-provider-gcp#589; Nodes without a
/// provider id: awslabs/eks-node-viewer#372.
@Suite("B6: one machine seen by two clouds is one node")
struct OneMachineTests {
  private static let instance = TestFleet.node(0, gpus: nil)

  private static func kube(
    _ provider: String?, name: NodeID = "ip-10-0-0-7", cloud: CloudName = "kube"
  ) -> Node {
    var node = TestFleet.node(1)
    (node.id, node.cloud) = (name, cloud)
    node.tags[Tag.provider] = provider
    return node
  }

  private static func join(_ nodes: [Node], drains: [CloudName]? = ["kube"]) -> [Node] {
    var rulebook = TestFleet().rulebook
    rulebook.drains = drains
    return MachineJoin(rulebook).once(nodes)
  }

  private static let provider = "aws:///us-east-1a/i-000000"

  @Test("where its cluster is drained the Node stays, on the bill of its machine, once")
  func drained() throws {
    let nodes = Self.join([Self.instance, Self.kube(Self.provider)])
    let node = try #require(nodes.first)
    #expect(nodes.map(\.id) == ["ip-10-0-0-7"])
    #expect((node.cloud, node.billedBy, node.type) == ("kube", "aws", "p4d.24xlarge"))

    var fleet = TestFleet(1)
    fleet.nodes = nodes
    fleet.memory.accountedAt = fleet.now
    fleet.now = fleet.now.advanced(by: .minutes(60))
    let usage = account(fleet.snapshot, under: fleet.rulebook).usage
    #expect(usage.map(\.billedMicroseconds).reduce(0, +) == 3_600_000_000)
    #expect(usage.allSatisfy { $0.cloud == "aws" && $0.rate != nil })
  }

  @Test("where nobody drains, or no pool wants the Node, the machine stays and is the cluster's")
  func held() throws {
    var stranger = Self.kube(Self.provider)
    stranger.tags[Tag.pool] = "elsewhere"
    for nodes in [
      Self.join([Self.instance, Self.kube(Self.provider)], drains: nil),
      Self.join([Self.instance, stranger]),
    ] {
      #expect(nodes.map(\.id) == [Self.instance.id])
      #expect(nodes.first?.facts?.owner == NodeOwner(.kubernetes, name: "kube"))
    }
  }

  @Test("of two Nodes that name one machine nothing is ended, and it is billed once")
  func twice() {
    let nodes = Self.join([
      Self.instance, Self.kube(Self.provider), Self.kube(Self.provider, name: "ip-10-0-0-8"),
    ])
    #expect(nodes.map(\.id) == [Self.instance.id])
    #expect(nodes.first?.facts?.owner?.kind == .kubernetes)
  }

  @Test(
    "a machine is known by the names of its own cloud",
    arguments: [
      ("aws:///us-east-1a/i-000000", "i-000000", "", true),
      ("aws:///us-east-1a/i-000001", "i-000000", "", false),
      ("aws:///us-east-1a/9f/fargate-ip-10-0-0-7", "i-000000", "", false),
      ("gce://project/us-central1-a/gpu-1", "us-central1-a/42", "gpu-1", true),
      ("gce://project/us-central1-b/gpu-1", "us-central1-a/42", "gpu-1", false),
      (
        "azure:///subscriptions/S/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/N",
        "rg/n", "", true
      ),
      (
        "azure:///subscriptions/S/resourceGroups/rg/providers/Microsoft.Compute/"
          + "virtualMachineScaleSets/set/virtualMachines/3", "rg/set_3", "", true
      ),
      ("", "i-000000", "", false), ("kind://docker/kind/worker", "i-000000", "", false),
    ])
  func names(provider: String, id: NodeID, name: String, joins: Bool) {
    var machine = Self.instance
    machine.id = id
    if !name.isEmpty { (machine.zone, machine.tags["Name"]) = ("us-central1-a", name) }
    #expect(Self.join([machine, Self.kube(provider)]).count == (joins ? 1 : 2))
  }

  @Test("one name that two machines answer to joins nothing")
  func ambiguous() {
    var other = Self.instance
    other.cloud = "aws-2"
    #expect(Self.join([Self.instance, other, Self.kube(Self.provider)]).count == 3)
  }

  @Test("a protection and another fleet's name on either one hold for both")
  func words() throws {
    var machine = Self.instance
    machine.tags[Tag.protect] = "true"
    machine.tags[Tag.fleet] = "prod"
    var fleet = TestFleet(1)
    fleet.rulebook.drains = ["kube"]
    fleet.nodes = MachineJoin(fleet.rulebook).once([machine, Self.kube(Self.provider)])
    #expect(fleet.nodes[0].tags[Tag.protect] == "true")
    #expect(fleet.verdict().reason == .notOurs)
  }

  @Test("of two protections the longer one holds", arguments: [true, false])
  func longer(isFirst: Bool) {
    let (early, late) = ("2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z")
    var (machine, node) = (Self.instance, Self.kube(Self.provider))
    machine.tags[Tag.protect] = isFirst ? late : early
    node.tags[Tag.protect] = isFirst ? early : late
    #expect(Self.join([machine, node]).map { $0.tags[Tag.protect] } == [late])
  }

  @Test("the Node of a machine that is off is off: it costs nothing and is no capacity")
  func off() {
    var machine = Self.instance
    machine.state = .stopped
    #expect(Self.join([machine, Self.kube(Self.provider)]).map(\.state) == [.stopped])
  }
}
