import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import Synchronization
import TestSupport
import Testing

/// What becomes of an act, against our fake.
@Suite(.timeLimit(.minutes(2))) struct SageMakerScenarioTests {
  let time = VirtualTime()

  private func kind(_ ending: Result<Receipt, ActuateError>) -> ActFailure.Kind? {
    guard case .failure(.refused(let failure)) = ending else { return nil }
    return failure.kind
  }

  @Test func `While it is updated it refuses another number, and takes it afterwards`() async throws
  {
    let cloud = stockedAccount(time)
    try await serving(cloud) { endpoint in
      let actuator = sageMaker(endpoint, time: time)
      #expect(await taken(actuator, scale(chat, to: 3)) == 3)
      #expect(await seen(actuator, chat)?.state == .changing)
      let busy = await ending(actuator, scale(chat, to: 2))
      guard case .failure(.retryLater(let after, let failure)) = busy else {
        Issue.record("\(busy)")
        return
      }
      #expect(after == .seconds(30) && failure.code == "Updating")
      time.advance(by: .seconds(20))
      #expect(await seen(actuator, chat)?.ready == 3)
      #expect(await taken(actuator, scale(chat, from: 3, to: 2)) == 2)
    }
    #expect(cloud.changes(of: chat) == 2)
  }

  @Test(arguments: [
    // Managed scaling's least, and whether the variant may have no instance.
    (nil as ClosedRange<Int>?, "model" as String?, false), (1...4, nil, false), (0...4, nil, true),
    // Without components the bounds of managed scaling do not make it sleep.
    (0...4, "model", false),
  ])
  func `A variant goes to zero only where components let it`(
    managed: ClosedRange<Int>?, model: String?, sleeps: Bool
  ) async throws {
    let cloud = FakeAWSApps(time: time)
    cloud.add(
      endpoint: "chat", [.init("main", model: model, managed: managed)], tags: [Tag.fleet: "f"])
    let (end, bounds) = try await serving(cloud) { endpoint in
      let actuator = sageMaker(endpoint, time: time)
      return (
        await ending(actuator, scale(chat, to: 0)), try await actuator.observe(chat)?.bounds
      )
    }
    #expect(bounds?.lowerBound == (sleeps ? 0 : 1))
    #expect(kind(end) == (sleeps ? nil : .unsupported))
    #expect(cloud.changes(of: chat) == (sleeps ? 1 : 0))
  }

  @Test(arguments: [(0, true), (1, false)])
  func `An asynchronous endpoint sleeps where its target allows it`(
    least: Int, sleeps: Bool
  ) async throws {
    let cloud = FakeAWSApps(time: time)
    cloud.add(endpoint: "chat", [.init("main")], tags: [Tag.fleet: "f"], isAsync: true)
    cloud.register("endpoint/chat/variant/main", bounds: least...4)
    let end = try await serving(cloud) { endpoint in
      await ending(sageMaker(endpoint, time: time), scale(chat, to: 0))
    }
    #expect((try? end.get())?.replicas == (sleeps ? 0 : nil))
  }

  @Test func `No capacity is told late, and then refuses growth for ten minutes`() async throws {
    let cloud = stockedAccount(time)
    cloud.sellOut(["ml.g5.xlarge"])
    try await serving(cloud) { endpoint in
      let actuator = sageMaker(endpoint, time: time)
      _ = try await actuator.carryOut(scale(chat, to: 3))
      time.advance(by: .seconds(20))
      let after = try #require(try await actuator.observe(chat))
      #expect(after.desired == 1 && after.figures["failed_for_capacity"] == 1)
      #expect(kind(await ending(actuator, scale(chat, to: 3))) == .capacity)
      time.advance(by: .minutes(10) - .milliseconds(1))
      #expect(kind(await ending(actuator, scale(chat, to: 3))) == .capacity)
      time.advance(by: .milliseconds(1))
      cloud.sellOut([])
      #expect(await taken(actuator, scale(chat, to: 3)) == 3)
      time.advance(by: .seconds(20))
      #expect(await seen(actuator, chat)?.ready == 3)
    }
    #expect(cloud.changes(of: chat) == 2)
  }

  @Test func `A limit of the account is told apart from capacity`() async throws {
    let cloud = stockedAccount(time)
    cloud.limit("ml.g5.xlarge", to: 2)
    try await serving(cloud) { endpoint in
      let actuator = sageMaker(endpoint, time: time)
      #expect(kind(await ending(actuator, scale(chat, to: 2))) == .quota)
      cloud.limit("ml.g5.xlarge", to: 3)
      #expect(await taken(actuator, scale(chat, to: 2)) == 2)
    }
  }

  @Test(arguments: [chat, llama])
  func `A lost answer is unknown, and the same act again changes nothing more`(
    workload: WorkloadID
  ) async throws {
    let action =
      workload == chat
      ? "UpdateEndpointWeightsAndCapacities" : "UpdateInferenceComponentRuntimeConfig"
    let lost = FaultRule(
      match: .init(service: .sagemaker, action: action), count: 1, effect: FaultEffect(.dropAfter))
    let cloud = stockedAccount(time, faults: [lost])
    try await serving(cloud) { endpoint in
      let actuator = sageMaker(endpoint, time: time)
      let first = await ending(actuator, scale(workload, to: 2))
      guard case .failure(.outcomeUnknown) = first else {
        Issue.record("\(first)")
        return
      }
      #expect(await taken(actuator, scale(workload, to: 2)) == 2)
    }
    #expect(cloud.changes(of: workload) == 1)
    #expect(cloud.calls(action).count == 1)
  }

  @Test func `A key that expires on the way is replaced, and the act is done once`() async throws {
    let cloud = stockedAccount(time)
    let keys = Mutex(["FIRST", "SECOND"])
    let credentials = CredentialCache<AWSCredentials>(time: time) {
      () async throws(ActuateError) in
      let key = keys.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
      return Issued(
        AWSCredentials(accessKeyID: key, secretAccessKey: Secret("s")), link: "test",
        expiresAt: time.now().advanced(by: .hours(1)))
    }
    cloud.accept(["FIRST", "SECOND"])
    try await serving(cloud) { endpoint in
      let actuator = sageMaker(endpoint, time: time, credentials: credentials)
      _ = try await actuator.inventory()
      cloud.expire(["FIRST"])
      #expect(await taken(actuator, scale(chat, to: 2)) == 2)
      cloud.expire(["FIRST", "SECOND"])
      time.advance(by: .seconds(20))
      #expect(kind(await ending(actuator, scale(chat, from: 2, to: 3))) == .auth)
    }
    #expect(cloud.changes(of: chat) == 1)
  }

  @Test func `A throttled change is for later, and was not done`() async throws {
    let rule = FaultRule(
      match: .init(service: .sagemaker, action: "UpdateEndpointWeightsAndCapacities"),
      effect: FaultEffect(.error, status: 400, code: "ThrottlingException"))
    let cloud = stockedAccount(time, faults: [rule])
    let end = try await serving(cloud) { endpoint in
      await ending(sageMaker(endpoint, time: time), scale(chat, to: 2))
    }
    guard case .failure(.retryLater(_, let failure)) = end else {
      Issue.record("\(end)")
      return
    }
    #expect(failure.kind == .throttled && cloud.changes(of: chat) == 0)
  }

  @Test func `Acts an endpoint has not are refused with their reason`() async {
    let actuator = sageMaker(nil, time: time, transport: ScriptedTransport([]))
    for intent in [Intent.launch, .start, .stop, .terminate, .keep, .unload] {
      #expect(kind(await ending(actuator, Action(token: "t", intent: intent))) == .unsupported)
    }
  }
}
