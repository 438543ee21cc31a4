import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// What the list says of endpoints, against our fake.
@Suite(.timeLimit(.minutes(2))) struct SageMakerListTests {
  let time = VirtualTime()
  private static let main = ["EndpointName": "chat", "VariantName": "main"]

  private func listed(_ cloud: FakeAWSApps, workloads: Set<WorkloadID> = []) async throws
    -> [WorkloadID: Workload]
  {
    let found = try await serving(cloud) { endpoint in
      try await sageMaker(endpoint, time: time, workloads: workloads).inventory().workloads
    }
    return Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
  }

  @Test(arguments: [1, 2, 100])
  func `Every page is read, and only what is ours is listed`(size: Int) async throws {
    let cloud = stockedAccount(time)
    cloud.add(endpoint: "none", [.init("s", isServerless: true)], tags: [Tag.fleet: "f"])
    cloud.page(by: size)
    let all = try await listed(cloud)
    #expect(Set(all.keys) == [chat, "sagemaker/shared/all", llama])
    #expect(all[chat]?.type == "ml.g5.xlarge" && all[chat]?.tags[Tag.pool] == "chat")
    #expect(all[llama]?.type == nil && all["sagemaker/shared/all"]?.bounds == 0...4)
  }

  @Test func `A named workload is listed without the fleet's tag`() async throws {
    let all = try await listed(stockedAccount(time), workloads: ["sagemaker/strange/main"])
    #expect(all["sagemaker/strange/main"]?.desired == 1)
  }

  @Test func `Load that CloudWatch does not tell is absent, not zero`() async throws {
    let all = try await listed(stockedAccount(time))
    #expect(all.values.allSatisfy { $0.load == nil })
    #expect(all[chat]?.figures["invocations_per_minute"] == nil)
  }

  @Test func `A list without metrics is a list all the same`() async throws {
    let rule = FaultRule(
      match: .init(service: .cloudwatch), effect: FaultEffect(.error, code: "AccessDenied"))
    let all = try await listed(stockedAccount(time, faults: [rule]))
    #expect(all.count == 3 && all[chat]?.load == nil)
  }

  @Test func `Concurrency is the busiest replica's, times the replicas`() async throws {
    let cloud = FakeAWSApps(time: time)
    cloud.add(endpoint: "chat", [.init("main", count: 3)], tags: [Tag.fleet: "f"])
    let minute = Timestamp(seconds: time.now().microseconds / 60_000_000 * 60)
    for (value, ago) in [(9.0, 120), (4.0, 60), (6.0, 60)] {
      cloud.put(
        "ConcurrentRequestsPerModel", value, Self.main,
        at: minute.advanced(by: .seconds(-Int64(ago))))
    }
    let load = try #require(try await listed(cloud)[chat]?.load)
    #expect(load == Workload.Load(at: minute, running: 18, waiting: 0))
  }

  @Test(arguments: [(299, true), (361, false)])
  func `A value older than the window is no load`(ago: Int64, isRead: Bool) async throws {
    let cloud = stockedAccount(time)
    cloud.put(
      "ConcurrentRequestsPerModel", 5, Self.main, at: time.now().advanced(by: .seconds(-ago)))
    let load = try await listed(cloud)[chat]?.load
    #expect((load != nil) == isRead)
  }

  @Test func `A multi-model endpoint shows its cache, another does not`() async throws {
    let cloud = FakeAWSApps(time: time)
    cloud.add(
      endpoint: "chat", [.init("main", model: "many", isMultiModel: true)], tags: [Tag.fleet: "f"])
    cloud.add(endpoint: "one", [.init("main")], tags: [Tag.fleet: "f"])
    for name in ["chat", "one"] {
      let dimensions = ["EndpointName": name, "VariantName": "main"]
      for hit in [1.0, 1, 1, 0] { cloud.put("ModelCacheHit", hit, dimensions) }
      cloud.put("ModelLoadingWaitTime", 2_500_000, dimensions)
      cloud.put("LoadedModelCount", 7, dimensions, namespace: "/aws/sagemaker/Endpoints")
    }
    time.advance(by: .minutes(1))
    let all = try await listed(cloud)
    #expect(all[chat]?.figures["model_cache_hit_ratio"] == 0.75)
    #expect(all[chat]?.figures["model_loading_wait_seconds"] == 2.5)
    #expect(all[chat]?.figures["loaded_models"] == 7)
    #expect(all["sagemaker/one/main"]?.figures == [:])
  }

  @Test func `More than 500 series are asked for in two calls, and pages are put together`()
    async throws
  {
    let cloud = FakeAWSApps(time: time)
    for number in 1...167 {
      cloud.add(endpoint: "e\(number)", [.init("main")], tags: [Tag.fleet: "f"])
      cloud.put(
        "ConcurrentRequestsPerModel", Double(number),
        ["EndpointName": "e\(number)", "VariantName": "main"])
    }
    time.advance(by: .minutes(1))
    let all = try await listed(cloud)
    #expect(cloud.calls("GetMetricData").count == 2)
    #expect(all.count == 167)
    #expect(all.allSatisfy { id, found in "e\(Int(found.load?.running ?? 0))" == id.parts[1] })
  }

  @Test func `Values that come in pages are all read`() async throws {
    let cloud = stockedAccount(time)
    cloud.put("ConcurrentRequestsPerModel", 5, Self.main)
    cloud.put("Invocations", 50, Self.main)
    time.advance(by: .minutes(1))
    cloud.page(by: 1)
    let found = try await listed(cloud)[chat]
    #expect(found?.load?.running == 5 && found?.figures["invocations_per_minute"] == 50)
    #expect(cloud.calls("GetMetricData").count == 2)
  }

  @Test func `Another master's bounds and policies are said, and its bounds are kept`() async throws
  {
    let cloud = stockedAccount(time)
    cloud.register("endpoint/chat/variant/main", bounds: 1...2, policies: ["track"])
    cloud.register("inference-component/llama", bounds: 0...3)
    let end = try await serving(cloud) { endpoint in
      let actuator = sageMaker(endpoint, time: time)
      let seen = try await actuator.observe(chat)
      #expect(seen?.bounds == 1...2 && seen?.figures["other_scaling_policies"] == 1)
      let component = try await actuator.observe(llama)
      #expect(component?.bounds == 0...3 && component?.figures["other_scaling_policies"] == 0)
      #expect(await taken(actuator, scale(llama, to: 3)) == 3)
      return await ending(actuator, scale(chat, to: 3))
    }
    guard case .failure(.refused(let failure)) = end else {
      Issue.record("\(end)")
      return
    }
    #expect(failure.code == "NumberOwned" && cloud.changes(of: chat) == 0)
  }

  @Test func `A target without a policy keeps its bounds, and leaves the number to us`()
    async throws
  {
    let cloud = stockedAccount(time)
    cloud.register("endpoint/chat/variant/main", bounds: 1...2)
    let end = try await serving(cloud) { endpoint in
      let actuator = sageMaker(endpoint, time: time)
      let seen = try await actuator.observe(chat)
      #expect(seen?.numberOwner == nil)
      return await ending(actuator, scale(chat, to: 3))
    }
    #expect(end.failure?.refusal?.code == "OutsideBounds" && cloud.changes(of: chat) == 0)
  }

  @Test func `Bounds are moved where that is switched on`() async throws {
    let cloud = stockedAccount(time)
    cloud.register("endpoint/chat/variant/main", bounds: 1...2)
    try await serving(cloud) { endpoint in
      let actuator = sageMaker(endpoint, time: time, widensTargets: true)
      #expect(await taken(actuator, scale(chat, to: 3)) == 3)
    }
    #expect(cloud.bounds(of: "endpoint/chat/variant/main") == 1...3)
  }
}
