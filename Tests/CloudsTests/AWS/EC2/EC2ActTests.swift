import Clouds
import FleetModel
import Planner
import Ports
import Synchronization
import TestSupport
import Testing

@Suite struct EC2ActTests {
  @Test(arguments: [
    (Intent.stop, "StopInstances"), (.start, "StartInstances"),
    (.terminate, "TerminateInstances"),
  ])
  func `A change names its node and gives the state it is in`(
    intent: Intent, call: String
  ) async throws {
    let transport = ScriptedTransport([.changed("i-1", to: "stopping")])
    let action = Action(token: "t", intent: intent, node: "i-1")
    let receipt = try await actuator(transport).carryOut(action)
    #expect(receipt == Receipt(node: "i-1", state: .stopping, requestID: "req-3"))
    #expect(transport.forms[0]["Action"] == call)
    #expect(transport.forms[0]["InstanceId.1"] == "i-1")
  }

  @Test func `A launch carries its token, its tags and the fleet's`() async throws {
    let run = """
      <RunInstancesResponse><requestId>r</requestId><instancesSet><item>\
      <instanceId>i-7</instanceId><instanceType>g5.xlarge</instanceType>\
      <instanceState><name>pending</name></instanceState>\
      <launchTime>2026-11-21T01:44:22.000Z</launchTime></item></instancesSet></RunInstancesResponse>
      """
    let transport = ScriptedTransport([.xml(run)])
    let receipt = try await actuator(transport).carryOut(launch)
    #expect(receipt == Receipt(node: "i-7", state: .pending, requestID: "r"))
    let form = transport.forms[0]
    #expect(form["ClientToken"] == "tok1")
    #expect(form["MinCount"] == "1" && form["MaxCount"] == "1")
    let keys = (1...4).compactMap { form["TagSpecification.1.Tag.\($0).Key"] }
    #expect(keys == ["Name", "finops-fleet", "finops-intent", "finops-pool"])
    #expect(form["TagSpecification.1.Tag.3.Value"] == "tok1")
  }

  @Test func `The same action gives the same bytes`() async {
    let transport = ScriptedTransport([])
    let actuator = actuator(transport)
    for _ in 1...2 { _ = try? await actuator.carryOut(launch) }
    #expect(transport.requests.count == 2)
    #expect(transport.requests[0] == transport.requests[1])
  }

  @Test func `Every request is a signed POST to the root`() async {
    let transport = ScriptedTransport([])
    _ = try? await actuator(transport).carryOut(stop("i-1"))
    let request = transport.requests[0]
    #expect(request.method == "POST")
    #expect(request.url == "https://ec2.us-east-1.amazonaws.com/")
    #expect(
      request.signing
        == .awsSigV4(service: "ec2", region: "us-east-1", credentials: testCredentials))
  }

  @Test(arguments: [
    Action(token: "t", intent: .keep, node: "i-1"), Action(token: "t", intent: .stop),
    Action(token: "t", intent: .launch), Action(token: "", intent: .launch, launch: launchSpec),
    Action(token: String(repeating: "a", count: 65), intent: .launch, launch: launchSpec),
    Action(token: "ä", intent: .launch, launch: launchSpec),
    Action(
      token: "t", intent: .launch,
      launch: LaunchSpec(cloud: "aws", region: "eu-west-1", type: "g5.xlarge", image: "ami-1")),
  ])
  func `An action that can not be right is refused and not sent`(action: Action) async {
    let transport = ScriptedTransport([])
    await #expect(throws: ActuateError.self) { try await actuator(transport).carryOut(action) }
    #expect(transport.requests.isEmpty)
  }

  @Test func `Refused credentials are fetched anew once`() async throws {
    let keys = Mutex(["A", "B"])
    let transport = ScriptedTransport([
      .fault("ExpiredToken"), .changed("i-1", to: "stopping"),
    ])
    let actuator = EC2Actuator(
      cloud: "aws", region: "us-east-1",
      credentials: { () throws(ActuateError) in
        let key = keys.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        return AWSCredentials(accessKeyID: key, secretAccessKey: Secret("s"))
      }, fleet: "f", transport: transport, time: VirtualTime())
    #expect(try await actuator.carryOut(stop("i-1")).state == .stopping)
  }

  @Test func `The same credentials are not tried twice`() async {
    let transport = ScriptedTransport([.fault("AuthFailure", status: 401), .page([])])
    #expect(await inventoryOutcome(transport).failure?.refusal?.kind == .auth)
    #expect(transport.requests.count == 1)
  }

  @Test func `A burst of launches is slowed to one a second`() async {
    let time = VirtualTime()
    let start = time.now()
    let actuator = actuator(ScriptedTransport([]), time: time)
    for _ in 1...5 { _ = try? await actuator.carryOut(launch) }
    #expect(time.now() == start)
    for _ in 1...5 { _ = try? await actuator.carryOut(launch) }
    #expect(time.now().duration(since: start) == .seconds(5))
  }

  @Test func `After a throttle the burst is gone`() async {
    let time = VirtualTime()
    let start = time.now()
    let actuator = actuator(
      ScriptedTransport([.fault("RequestLimitExceeded", status: 503)]), time: time)
    for _ in 1...2 { _ = try? await actuator.carryOut(stop("i-1")) }
    #expect(time.now().duration(since: start) == .milliseconds(500))
  }
}
