import Clouds
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

@Suite struct EC2InventoryTests {
  @Test func `All pages make one sorted list with GPU counts`() async throws {
    let transport = ScriptedTransport([
      .page(["i-2"], next: "more"), .page([], next: "still"), .page(["i-1"]),
      .types([("g5.xlarge", 1)]),
    ])
    let list = try await actuator(transport).inventory()
    #expect(list.nodes.map(\.id) == ["i-1", "i-2"])
    #expect(list.nodes.map(\.acceleratorCount) == [1, 1])
    #expect(transport.forms.map { $0["NextToken"] } == [nil, "more", "still", nil])
    #expect(transport.forms[0]["Filter.1.Name"] == "tag%3Afinops-fleet")
    #expect(transport.forms[3]["InstanceType.1"] == "g5.xlarge")
  }

  @Test func `A node carries what the cloud says of it`() async throws {
    let transport = ScriptedTransport([.page(["i-1"]), .types([("g5.xlarge", 1)])])
    let node = try #require(try await actuator(transport).inventory().nodes.first)
    #expect(node.zone == "us-east-1a")
    #expect(node.state == .running)
    #expect(node.capacity == .onDemand)
    #expect(node.launchedAt == Timestamp(rfc3339: "2026-11-21T01:44:22Z"))
    #expect(node.tags == ["finops-fleet": "f", "Name": "a b <c>", "empty": ""])
  }

  @Test func `An error in the middle of the list throws, and gives no part of it`() async {
    let transport = ScriptedTransport([
      .page(["i-1"], next: "more"), .fault("InvalidNextToken"), .page(["i-9"]),
    ])
    let result = await inventoryOutcome(transport)
    #expect(result.failure?.refusal?.code == "InvalidNextToken")
  }

  @Test func `A list that never ends is an error`() async {
    let transport = ScriptedTransport([.page(["i-1"], next: "same"), .page(["i-2"], next: "same")])
    guard case .failure(.retryLater(_, let failure)) = await inventoryOutcome(transport) else {
      Issue.record("no error")
      return
    }
    #expect(failure.code == "EndlessPages")
  }

  @Test func `An empty fleet is an empty list, and no types are asked for`() async throws {
    let transport = ScriptedTransport([.page([])])
    #expect(try await actuator(transport).inventory().nodes.isEmpty)
    #expect(transport.forms.count == 1)
  }

  @Test func `Pools without the fleet's tag are listed too, each node once`() async throws {
    let transport = ScriptedTransport([
      .page(["i-1"]), .page(["i-1", "i-2"]), .types([("g5.xlarge", 1)]),
    ])
    let actuator = actuator(transport, pools: [["Name": "a b <c>"]])
    #expect(try await actuator.inventory().nodes.map(\.id) == ["i-1", "i-2"])
    #expect(transport.forms[1]["Filter.1.Name"] == "tag%3AName")
  }

  @Test func `A filter that matched as a wildcard is not believed`() async throws {
    let transport = ScriptedTransport([.page([]), .page(["i-1"])])
    let actuator = actuator(transport, pools: [["Name": "a*"]])
    #expect(try await actuator.inventory().nodes.isEmpty)
  }

  @Test func `I9: GPU counts are kept for a day, and asked for again after it`() async throws {
    let time = VirtualTime()
    let transport = ScriptedTransport([
      .page(["i-1"]), .types([("g5.xlarge", 1)]), .page(["i-1"]), .page(["i-1"]),
      .types([("g5.xlarge", 2)]),
    ])
    let actuator = actuator(transport, time: time)
    _ = try await actuator.inventory()
    time.advance(by: .hours(23))
    #expect(try await actuator.inventory().nodes.first?.acceleratorCount == 1)
    time.advance(by: .hours(1))
    #expect(try await actuator.inventory().nodes.first?.acceleratorCount == 2)
  }

  @Test func `A type nobody knows leaves the count unknown and the list whole`() async throws {
    let transport = ScriptedTransport([.page(["i-1"]), .fault("InvalidInstanceType")])
    let nodes = try await actuator(transport).inventory().nodes
    #expect(nodes.count == 1)
    #expect(nodes.first?.acceleratorCount == nil)
  }

  @Test(arguments: [(0, 500), (31_000, -30_500), (-31_000, 31_500)])
  func `I22: The skew is the cloud's date less ours`(ahead: Int64, skew: Int64) async throws {
    let time = VirtualTime(Timestamp(rfc3339: "2026-11-21T09:00:00Z") ?? Timestamp(seconds: 0))
    time.advance(by: .milliseconds(ahead))
    let date = HTTPField("date", "Sat, 21 Nov 2026 09:00:00 GMT")
    let transport = ScriptedTransport([.page([], headers: [date])])
    let list = try await actuator(transport, time: time).inventory()
    #expect(list.clockSkew == .milliseconds(skew))
  }

  @Test func `A node the cloud does not know yet is nil`() async throws {
    let transport = ScriptedTransport([.fault("InvalidInstanceID.NotFound"), .page([])])
    let actuator = actuator(transport)
    #expect(try await actuator.observe("i-1") == nil)
    #expect(try await actuator.observe("i-1") == nil)
  }

  @Test func `A page that is not found says nothing of the node`() async {
    let transport = ScriptedTransport([.xml("<html><body>404</body></html>", status: 404)])
    await #expect(throws: ActuateError.self) { try await actuator(transport).observe("i-1") }
  }
}

extension Result {
  var failure: Failure? {
    guard case .failure(let failure) = self else { return nil }
    return failure
  }
}

extension ActuateError {
  var refusal: ActFailure? {
    guard case .refused(let failure) = self else { return nil }
    return failure
  }
}
