import FleetModel
import Planner
import TestSupport
import Testing

/// Autoscalers that ended the machine they or their kind ran on: 2i2c-org/infrastructure#3363,
/// kubernetes/autoscaler#2045, #4789.
@Suite("A controller does not end the machine it runs on")
struct OwnMachineTests {
  /// Two idle nodes; the first is at 10.0.0.7.
  private static func idle() -> TestFleet {
    var fleet = TestFleet(2, gpus: 1)
    fleet.nodes[0].privateAddress = "10.0.0.7"
    fleet.nodes[0].tags[Tag.provider] = "aws:///us-east-1a/i-0abc"
    fleet.rulebook.thresholds.cycleShare = 1
    fleet.rulebook.thresholds.windowShare = 1
    fleet.pass(.minutes(15))
    return fleet
  }

  @Test(
    "I30: the controller's machine is known by address, instance or Node and never ended",
    arguments: [
      OwnMachine(addresses: ["10.0.0.7"]), OwnMachine(names: ["i-000000"]),
      OwnMachine(names: ["i-0abc"]),
    ])
  func kept(own: OwnMachine) {
    for action in [Intent.stop, .terminate] {
      var fleet = Self.idle()
      fleet.rulebook.pools[0].idleIntent = action
      fleet.nodes = fleet.nodes.map(own.marking)
      #expect(fleet.reason(0).code == "cloud_protected")
      #expect(fleet.reason(0).sentence.contains("this controller runs on it"))
      #expect(fleet.verdict(1).intent == action)
    }
  }

  @Test(
    "another machine is not taken for it",
    arguments: [
      OwnMachine(), OwnMachine(addresses: ["10.0.0.70", "172.17.0.1"]),
      OwnMachine(names: ["i-0ab", "i-00000", ""]),
    ])
  func others(own: OwnMachine) {
    var fleet = Self.idle()
    fleet.nodes = fleet.nodes.map(own.marking)
    #expect(fleet.nodes.allSatisfy { $0.facts == nil })
  }

  @Test("marking twice says it once, beside what the cloud said")
  func twice() {
    let own = OwnMachine(addresses: ["10.0.0.7"])
    var node = Self.idle().nodes[0]
    node.facts = NodeFacts(localDisks: LocalDisks(name: "instance store"))
    let marked = own.marking(own.marking(node))
    #expect(marked.facts?.hindrances.count == 2)
    #expect(marked.facts?.localDisks == node.facts?.localDisks)
  }
}
