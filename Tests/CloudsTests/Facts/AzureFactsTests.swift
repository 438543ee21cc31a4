import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

@testable import Clouds

/// What Azure says of ending a machine, and that nothing is sent against it.
@Suite(.serialized) struct AzureFactsTests {
  private func with(
    sets: Set<WorkloadID> = [], _ body: (AzureScene) async throws -> Void
  ) async throws {
    let scene = try await AzureScene.open(lag: .none, sets: sets)
    do { try await body(scene) } catch {
      await scene.cloud.stop()
      throw error
    }
    await scene.cloud.stop()
  }

  private func act(_ intent: Intent, _ node: NodeID) -> Action {
    Action(token: "t-\(intent.rawValue)", intent: intent, node: node)
  }

  @Test(arguments: [
    (["aks-managed-poolName": "gpu"], NodeOwner(.aks, name: "gpu")),
    (["AKS-Managed-Cluster-Name": "prod"], NodeOwner(.aks, name: "prod")),
    (["karpenter.sh_nodepool": "gpu"], NodeOwner(.karpenter, name: "gpu")),
    (["karpenter.azure.com_cluster": "prod"], NodeOwner(.karpenter, name: "prod")),
    (["ray-cluster-name": "r"], NodeOwner(.ray, name: "r")),
    (["skypilot-cluster-name": "s"], NodeOwner(.skyPilot, name: "s")),
  ])
  func `A tag names the owner, in any case`(tags: [String: String], owner: NodeOwner) {
    #expect(AzureOwners.owner(of: tags, set: nil) == owner)
  }

  @Test(arguments: ["aks-managed", "aks-managed-", "aks", "my-aks-managed-x", "karpenter.sh"])
  func `A tag that merely resembles a sign is no owner`(key: String) {
    #expect(AzureOwners.owner(of: [key: "x"], set: nil) == nil)
    let set = AzureName(group: "G", name: "S")
    #expect(AzureOwners.owner(of: [key: "x"], set: set)?.name == "vmss/g/s")
  }

  /// MicrosoftDocs/azure-docs#41362, #91735: such a machine is not deallocated.
  @Test(.timeLimit(.minutes(2)))
  func `A machine with an ephemeral system disk is not stopped, and can be ended`() async throws {
    try await with { scene in
      let node = scene.cloud.add(
        "eph", group: "fleet", type: azureSpec.type, tags: [Tag.fleet: "f"])
      scene.cloud.makeEphemeral(node)
      let facts = try await scene.actuator.inventory().nodes.first?.facts
      #expect(facts?.hindrances.map(\.act) == [.stop])
      #expect(facts?.hindrances.first?.remedy.contains("terminate") == true)
      #expect(await scene.outcome(act(.stop, node)).failure?.refusal?.code == "Impossible")
      #expect(scene.cloud.calls("VirtualMachines_Deallocate").isEmpty)
      #expect(await scene.outcome(act(.terminate, node)).failure == nil)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `Temporary and NVMe disks are local disks, and a type without any has none`()
    async throws
  {
    try await with { scene in
      let gpu = scene.cloud.add(
        "gpu", group: "fleet", type: "Standard_NC24ads_A100_v4", tags: [Tag.fleet: "f"])
      let temporary = scene.cloud.add(
        "t4", group: "fleet", type: "Standard_NC4as_T4_v3", tags: [Tag.fleet: "f"])
      let plain = scene.cloud.add(
        "cpu", group: "fleet", type: "Standard_D2s_v5", tags: [Tag.fleet: "f"])
      let nodes = try await scene.actuator.inventory().nodes
      func disks(_ id: NodeID) -> LocalDisks? { nodes.first { $0.id == id }?.facts?.localDisks }
      #expect(disks(gpu) == LocalDisks(gigabytes: 1024, name: "temporary disk and local NVMe"))
      #expect(disks(temporary) == LocalDisks(gigabytes: 176, name: "temporary disk"))
      #expect(disks(plain) == nil && nodes.allSatisfy { $0.facts != nil })
    }
  }

  /// The grace of a fresh start was void for a machine that was made months ago.
  @Test(.timeLimit(.minutes(2)))
  func `A machine is as old as its last start, in the list and looked at singly`() async throws {
    try await with { scene in
      let made = scene.time.now()
      let node = scene.cloud.add(
        "old", group: "fleet", type: azureSpec.type, power: "deallocated",
        tags: [Tag.fleet: "f"], since: made)
      scene.time.advance(by: .hours(24 * 90))
      #expect(try await scene.actuator.observe(node)?.launchedAt == made)
      _ = try await scene.actuator.carryOut(act(.start, node))
      scene.time.advance(by: .minutes(1))
      let seen = try #require(try await scene.actuator.observe(node))
      #expect(seen.launchedAt.duration(since: made) >= .hours(24 * 90))
      #expect(seen.state == .running && seen.launchedAt <= scene.time.now())
      #expect(try await scene.actuator.inventory().nodes.first?.launchedAt == seen.launchedAt)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `An instance of AKS's is neither stopped nor ended`() async throws {
    let named: WorkloadID = "vmss/fleet/aks-gpu-1-vmss"
    try await with(sets: [named]) { scene in
      let set = scene.cloud.addScaleSet(
        "aks-gpu-1-vmss", group: "fleet", type: azureSpec.type, capacity: 1,
        tags: [Tag.fleet: "f", "aks-managed-poolName": "gpu"])
      let node: NodeID = "fleet/aks-gpu-1-vmss_0"
      for intent in [Intent.stop, .terminate] {
        #expect(await scene.outcome(act(intent, node)).failure?.refusal?.code == "Owned")
      }
      let listed = try await scene.actuator.inventory()
      #expect(listed.nodes.first?.facts?.owner == NodeOwner(.aks, name: "gpu"))
      #expect(listed.workloads.first?.hold != nil)
      let said = await scene.outcome(AzureScenarioTests.scale(set, to: 2, .scaleUp))
      #expect(said.failure?.refusal?.code == "NumberOwned")
      #expect(scene.cloud.capacity(of: set) == 1)
    }
  }

  /// Azure/azure-cli#9164, hashicorp/terraform-provider-azurerm#7305, microsoft/onefuzz#1964.
  @Test(
    .timeLimit(.minutes(2)),
    arguments: [
      ("protectFromScaleIn", [MachineAct.terminate]),
      ("protectFromScaleSetActions", [.stop, .terminate]),
    ])
  func `A protected instance stays in the set that is named`(
    protection: String, acts: [MachineAct]
  ) async throws {
    try await with(sets: ["vmss/FLEET/gpu"]) { scene in
      let set = scene.cloud.addScaleSet(
        "gpu", group: "fleet", type: azureSpec.type, capacity: 2, tags: [Tag.fleet: "f"])
      scene.cloud.protect("0", of: set, [protection])
      let nodes = try await scene.actuator.inventory().nodes
      #expect(nodes.first?.facts?.hindrances.map(\.act) == acts)
      #expect(nodes.first?.facts?.owner == NodeOwner(.scaleSet, name: set.rawValue))
      let said = await scene.outcome(act(.terminate, "fleet/gpu_0")).failure?.refusal
      #expect(said?.code == "Protected" && scene.cloud.members(of: set).count == 2)
      #expect(await scene.outcome(act(.terminate, "fleet/gpu_1")).failure == nil)
      #expect(scene.cloud.members(of: set) == ["0"])
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `An instance leaves only through the set that is named, and is never stopped`()
    async throws
  {
    try await with(sets: ["vmss/fleet/other"]) { scene in
      let set = scene.cloud.addScaleSet(
        "gpu", group: "fleet", type: azureSpec.type, capacity: 1, tags: [Tag.fleet: "f"])
      let flexible = scene.cloud.add(
        "flex", group: "fleet", type: azureSpec.type, tags: [Tag.fleet: "f"])
      scene.cloud.join(
        flexible,
        to: "/subscriptions/\(azureSubscription)/resourceGroups/FLEET/providers/"
          + "Microsoft.Compute/virtualMachineScaleSets/Flexible")
      for node in ["fleet/gpu_0", flexible] as [NodeID] {
        #expect(await scene.outcome(act(.stop, node)).failure?.refusal?.code == "Owned")
        let said = await scene.outcome(act(.terminate, node)).failure?.refusal
        #expect(said?.code == "GroupNotNamed")
      }
      #expect(scene.cloud.members(of: set) == ["0"] && scene.cloud.nodes() == [flexible])
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `An autoscale setting owns its set's number, one that is off does not`() async throws {
    try await with(sets: ["vmss/fleet/gpu"]) { scene in
      let set = scene.cloud.addScaleSet(
        "gpu", group: "fleet", type: azureSpec.type, capacity: 1, tags: [Tag.fleet: "f"])
      scene.cloud.addAutoscale("asleep", on: set, isOn: false)
      let before = try await scene.actuator.observe(set)
      #expect(before?.numberOwner == nil)
      scene.cloud.addAutoscale("cpu", on: set)
      #expect(try await scene.actuator.observe(set)?.numberOwner?.contains("cpu") == true)
      #expect(try await scene.actuator.inventory().workloads.first?.hold != nil)
      let said = await scene.outcome(AzureScenarioTests.scale(set, to: 3, .scaleUp))
      #expect(said.failure?.refusal?.code == "NumberOwned")
      let end = await scene.outcome(act(.terminate, "fleet/gpu_0")).failure?.refusal
      #expect(end?.code == "NumberOwned" && scene.cloud.capacity(of: set) == 1)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `Where autoscale settings may not be looked at the number is left alone`() async throws {
    try await with { scene in
      let set = scene.cloud.addScaleSet(
        "gpu", group: "fleet", type: azureSpec.type, capacity: 1, tags: [Tag.fleet: "f"])
      scene.cloud.forbid(["AutoscaleSettings_ListBySubscription"])
      let clause = try await scene.actuator.observe(set)?.numberOwner
      #expect(clause?.contains("Microsoft.Insights/autoscalesettings/read") == true)
      #expect(try await scene.actuator.inventory().workloads.count == 1)
    }
  }
}
