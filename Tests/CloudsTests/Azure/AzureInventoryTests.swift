import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

@Suite struct AzureInventoryTests {
  @Test(.timeLimit(.minutes(2)))
  func `All pages of both lists make one sorted list, with states and GPU counts`() async throws {
    let scene = try await AzureScene.open()
    scene.cloud.setPageSize(7)
    for index in 0..<20 {
      _ = scene.cloud.add(
        "VM-\(index)", group: "Fleet", type: "Standard_ND96isr_H100_v5",
        power: index % 2 == 0 ? "running" : "deallocated", tags: [Tag.fleet: "f"])
    }
    _ = scene.cloud.add("other", group: "fleet", type: azureSpec.type, tags: [Tag.fleet: "g"])
    let nodes = try await scene.actuator.inventory().nodes
    await scene.cloud.stop()
    #expect(nodes.count == 20)
    #expect(nodes.map(\.id) == nodes.map(\.id).sorted())
    #expect(nodes.filter { $0.state == .stopped }.count == 10)
    #expect(nodes.allSatisfy { $0.acceleratorCount == 8 })
    #expect(scene.cloud.calls("VirtualMachines_ListAll").count == 6)
    #expect(scene.cloud.calls("VirtualMachines_InstanceView").isEmpty)
  }

  @Test(.timeLimit(.minutes(2)))
  func `A pool's machines are listed without the fleet's tag, and spot is told`() async throws {
    let scene = try await AzureScene.open(pools: [["team": "a", "kind": "gpu"]])
    _ = scene.cloud.add(
      "one", group: "fleet", type: azureSpec.type, zone: "2", spot: true,
      tags: ["team": "a", "kind": "gpu", "finops-target": "10.0.0.4:9400"])
    _ = scene.cloud.add("two", group: "fleet", type: azureSpec.type, tags: ["team": "a"])
    let nodes = try await scene.actuator.inventory().nodes
    await scene.cloud.stop()
    #expect(nodes.map(\.id) == ["fleet/one"])
    #expect(nodes.first?.capacity == .spot && nodes.first?.zone == "2")
    #expect(nodes.first?.tags[Tag.target] == "10.0.0.4:9400")
    #expect(nodes.first?.region == "eastus")
  }

  @Test(.timeLimit(.minutes(2)))
  func `A machine whose power state is not in the list is asked for singly`() async throws {
    let scene = try await AzureScene.open()
    _ = scene.cloud.add(
      "odd", group: "fleet", type: azureSpec.type, power: "", tags: [Tag.fleet: "f"])
    #expect(try await scene.actuator.inventory().nodes.map(\.id) == ["fleet/odd"])
    await scene.cloud.stop()
    #expect(scene.cloud.calls("VirtualMachines_InstanceView").count == 1)
  }

  @Test(arguments: [
    ("running", InstanceState.running), ("starting", .pending), ("deallocating", .stopping),
    ("deallocated", .stopped), ("stopping", .stopping), ("stopped", .stopping),
    ("unknown", .running), ("", .running),
  ])
  func `A machine that is only off counts as billed`(
    power: String, state: InstanceState
  ) async throws {
    let scene = try await AzureScene.open()
    let node = scene.cloud.add(
      "gpu", group: "fleet", type: azureSpec.type, power: power, tags: [Tag.fleet: "f"])
    let seen = try await scene.actuator.observe(node)
    await scene.cloud.stop()
    #expect(seen?.state == state)
    #expect(seen?.state.isBilled == (power != "deallocated" && power != "starting"))
  }

  @Test(arguments: [
    "https://evil.example/next", "http://arm.example/next", "https://a:b@arm.example/",
  ])
  func `A next page on another host is not followed`(link: String) async {
    let page = Result<HTTPResponse, TransportError>.json(#"{"value":[],"nextLink":"\#(link)"}"#)
    let transport = ScriptedTransport([page])
    await #expect(throws: ActuateError.self) { try await azureActuator(transport).inventory() }
    #expect(transport.requests.count == 1)
  }

  @Test func `A list that never ends is an error`() async {
    let page = Result<HTTPResponse, TransportError>.json(
      #"{"value":[],"nextLink":"https://arm.example:443/same"}"#)
    let transport = ScriptedTransport(Array(repeating: page, count: 9))
    await #expect(throws: ActuateError.self) { try await azureActuator(transport).inventory() }
    #expect(transport.requests.count == 2)
  }

  @Test(arguments: [
    Result<HTTPResponse, TransportError>.json("<html>404</html>", status: 404),
    .arm("ResourceGroupNotFound", status: 404), .arm("SubscriptionNotFound", status: 404),
    .arm("SomethingElse", status: 404), .arm("AuthorizationFailed", status: 403),
  ])
  func `Only a missing resource says that a machine is gone`(
    answer: Result<HTTPResponse, TransportError>
  ) async {
    let transport = ScriptedTransport([answer])
    await #expect(throws: ActuateError.self) {
      try await azureActuator(transport).observe("fleet/gpu" as NodeID)
    }
  }

  @Test func `A missing resource is nil`() async throws {
    let transport = ScriptedTransport([.arm("ResourceNotFound", status: 404)])
    #expect(try await azureActuator(transport).observe("fleet/gpu" as NodeID) == nil)
  }

  @Test(arguments: [
    "gpu", "a/b/c", "/gpu", "fleet/", "fleet/..", "fleet/a?b", "fleet/a b", "fleet/a%2F",
  ])
  func `What is no name of Azure's is never sent`(node: NodeID) async throws {
    let transport = ScriptedTransport([])
    let actuator = azureActuator(transport)
    #expect(try await actuator.observe(node) == nil)
    for intent in [Intent.stop, .start, .terminate] {
      await #expect(throws: ActuateError.self) {
        try await actuator.carryOut(Action(token: "t", intent: intent, node: node))
      }
    }
    #expect(transport.requests.isEmpty)
  }

  @Test func `I10: a machine called like an instance of a set is the one that is meant`()
    async throws
  {
    let scene = try await AzureScene.open()
    let set = scene.cloud.addScaleSet(
      "gpu", group: "fleet", type: azureSpec.type, capacity: 2, tags: [Tag.fleet: "f"])
    let machine = scene.cloud.add("gpu_1", group: "fleet", type: azureSpec.type)
    _ = try await scene.actuator.carryOut(Action(token: "t", intent: .terminate, node: machine))
    scene.time.advance(by: .seconds(30))
    await scene.cloud.stop()
    #expect(scene.cloud.nodes().isEmpty)
    #expect(scene.cloud.members(of: set).count == 2)
  }
}
