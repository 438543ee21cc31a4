import FleetModel
import Planner
import TestSupport
import Testing

/// Public cases: a node of Karpenter stopped as a plain machine (aws/karpenter-provider-aws#6866),
/// members of a group stopped and replaced (amazon-archives/ec2-scheduler#17), scale-in protection
/// not respected (hjacobs/kube-aws-autoscaler#29), stop protection
/// (cloud-custodian/cloud-custodian#10594), local SSD lost by a stop
/// (GoogleCloudPlatform/gcsfuse-tools#196, skypilot-org/skypilot#2586).
@Suite("Ownership: whose a machine is, what cannot be done, what is lost")
struct OwnershipTests {
  private static func idle(_ facts: NodeFacts?, _ action: Intent = .stop) -> TestFleet {
    var fleet = GuardTests.idle()
    fleet.nodes[0].facts = facts
    fleet.rulebook.pools[0].idleIntent = action
    return fleet
  }

  @Test(
    "I35: a machine of another controller is never ended past it", arguments: MachineAct.allCases)
  func owned(act: MachineAct) {
    for kind in NodeOwner.Kind.allCases {
      let owner = NodeOwner(kind, name: "gpu")
      let fleet = Self.idle(NodeFacts(owner: owner), act == .stop ? .stop : .terminate)
      #expect(fleet.reason() == .owned(owner, act))
      #expect(fleet.plan.decisions.isEmpty)
      #expect(fleet.reason().sentence.contains("gpu"))
      #expect(fleet.reason().barRemedy?.isEmpty == false)
    }
  }

  @Test("facts that say nothing bar nothing, and so does a cloud that was not asked")
  func free() {
    #expect(Self.idle(NodeFacts()).verdict().intent == .stop)
    #expect(Self.idle(nil).verdict().intent == .stop)
  }

  @Test("a member leaves through its group where its own pool names that group, and no other")
  func group() {
    let owner = NodeOwner(.autoScalingGroup, name: "web")
    for (workload, action, ends): (WorkloadID, Intent, Bool) in [
      ("asg/web", .terminate, true), ("asg/other", .terminate, false),
      ("mig/zone/web", .terminate, false), ("asg/web", .stop, false),
    ] {
      var fleet = Self.idle(NodeFacts(owner: owner), action)
      fleet.rulebook.pools[0].match.workload = workload
      #expect((fleet.verdict().intent == .terminate) == ends, "\(workload) \(action)")
    }
  }

  @Test("a node of a watched cluster is drained by the cluster; what Ray made in it is Ray's")
  func cluster() {
    for (kind, ends): (NodeOwner.Kind, Bool) in [
      (.karpenter, true), (.eks, true), (.autoScalingGroup, true), (.ray, false),
    ] {
      var fleet = Self.idle(NodeFacts(owner: NodeOwner(kind)), .terminate)
      fleet.rulebook.drains = ["aws"]
      #expect((fleet.verdict().intent == .terminate) == ends, "\(kind)")
    }
  }

  private static let protected = ActHindrance(
    .stop, .protected, because: "stop protection is on", remedy: "switch stop protection off")

  @Test("what is protected from a stop is not given back either")
  func protection() {
    for action in [Intent.stop, .terminate] {
      let fleet = Self.idle(NodeFacts(hindrances: [Self.protected]), action)
      #expect(fleet.reason() == .barred(Self.protected))
      #expect(fleet.reason().code == "cloud_protected")
    }
  }

  @Test("protection from termination leaves the stop")
  func terminationProtection() {
    let hindrance = ActHindrance(.terminate, .protected, because: "termination protection is on")
    #expect(Self.idle(NodeFacts(hindrances: [hindrance])).verdict().intent == .stop)
    #expect(
      Self.idle(NodeFacts(hindrances: [hindrance]), .terminate).reason() == .barred(hindrance))
  }

  private static let spot = ActHindrance(
    .stop, .impossible, because: "spot machines cannot be stopped")

  @Test("where a stop is impossible the ladder climbs on to giving back, where the pool has it")
  func climbs() {
    var fleet = Self.idle(NodeFacts(hindrances: [Self.spot]))
    #expect(fleet.reason() == .barred(Self.spot))
    #expect(fleet.reason().code == "act_impossible")
    fleet.rulebook.pools[0].ladder = IdleLadder(terminate: .minutes(12))
    #expect(fleet.verdict().intent == .terminate)
  }

  @Test("local disks are erased by a stop only where the pool says so")
  func localDisks() {
    let disks = LocalDisks(gigabytes: 3800, name: "instance store")
    var fleet = Self.idle(NodeFacts(localDisks: disks))
    #expect(fleet.reason() == .localDisks(disks))
    #expect(fleet.reason().sentence.contains("3800 GB of instance store"))
    #expect(fleet.reason().barRemedy?.contains("local_disks: lost") == true)
    fleet.rulebook.pools[0].localDisks = .keep
    #expect(fleet.reason() == .localDisks(disks))
    fleet.rulebook.pools[0].localDisks = .lost
    #expect(fleet.verdict().intent == .stop)
    fleet.rulebook.pools[0].localDisks = nil
    fleet.rulebook.pools[0].idleIntent = .terminate
    #expect(fleet.verdict().intent == .terminate)
  }

  @Test("what became another's, protected or full of disks after the decision is not ended")
  func recheck() throws {
    var fleet = Self.idle(nil)
    let decision = try #require(fleet.decision())
    #expect(fleet.recheck(decision) == nil)
    let owner = NodeOwner(.karpenter, name: "gpu")
    fleet.nodes[0].facts = NodeFacts(owner: owner)
    #expect(fleet.recheck(decision) == .owned(owner, .stop))
    fleet.nodes[0].facts = NodeFacts(localDisks: LocalDisks(name: "local SSD"))
    #expect(fleet.recheck(decision) == .localDisks(LocalDisks(name: "local SSD")))
  }

  @Test("a look that says nothing of the owner does not undo what the listing said")
  func listingHolds() throws {
    var fleet = Self.idle(nil)
    let decision = try #require(fleet.decision())
    let bare = fleet.nodes[0]
    fleet.nodes[0].facts = NodeFacts(owner: NodeOwner(.slurm))
    let reason = Planner.recheck(
      decision, node: bare, memory: fleet.memory, at: fleet.now, under: fleet.rulebook,
      in: fleet.snapshot)
    #expect(reason == .owned(NodeOwner(.slurm), .stop))
  }

  @Test("advice on barred nodes names what would work and promises no saving")
  func advice() throws {
    let fleet = Self.idle(NodeFacts(owner: NodeOwner(.autoScalingGroup, name: "web")))
    let advice = try #require(fleet.plan.advice?.first { $0.kind == .barred })
    #expect(advice.monthlySaving == .zero)
    #expect(advice.text.contains("match: {workload: asg/web}"))
  }
}
