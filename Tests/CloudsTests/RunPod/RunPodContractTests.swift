import Clouds
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// Every request we send and every answer our fake gives, held against RunPod's OpenAPI document.
@Suite(.timeLimit(.minutes(3))) struct RunPodContractTests {
  static let document = "specs/runpod/runpod.rest.v2.openapi.json"

  @Test(
    .enabled(if: SharedFiles.exists(document), "RunPod's OpenAPI document is not here"),
    .enabled(if: PythonJudge.has("jsonschema"), "jsonschema is not installed"))
  func `Requests and answers fit RunPod's OpenAPI document`() async throws {
    let recorder = RecordingTransport(LoopbackClient())
    try await Self.exercise(recorder)
    let url = try #require(SharedFiles.url(Self.document))
    let tool = SharedFiles.packageRoot.appending(
      path: "Tests/CloudsTests/Tools/validate_openapi.py")
    // The data plane is not in the document.
    let lines = recorder.lines.split(separator: "\n").filter { !$0.contains("\\/health\"") }
    let outcome = try await PythonJudge.aside(
      [PythonJudge.python, tool.path, url.path], input: lines.joined(separator: "\n"), limit: 60
    )
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.output == """
        seen: createPod getEndpoint getPod listEndpointWorkers listEndpoints listGpuTypes \
        listPodBilling listPods listServerlessBilling podAction updateEndpoint

        """)
  }

  @Test func `Permissions are those of the calls that can be made`() async throws {
    let recorder = RecordingTransport(LoopbackClient())
    let made = try await Self.exercise(recorder)
    let named = CloudCapabilities.runPod.permissions.flatMap(\.calls)
    #expect(Set(named) == made && Set(named).count == named.count)
    let observing = CloudCapabilities.runPod.permissions(forActing: false).flatMap(\.calls)
    #expect(made.subtracting(observing) == ["createPod", "podAction", "updateEndpoint"])
    let policy = CloudCapabilities.runPod.policy(CloudCapabilities.runPod.permissions)
    #expect(policy.contains("api.runpod.io write"))
  }

  /// Makes every call there is, refused ones too; the operations the fake saw.
  @discardableResult
  static func exercise(_ recorder: RecordingTransport) async throws -> Set<String> {
    let time = VirtualTime()
    let cloud = FakeRunPod(time: time)
    let endpoint = try await cloud.start()
    cloud.addEndpoint("ep1")
    cloud.addEndpoint("ep2", scalesOnRequests: true)
    cloud.addEndpoint("ep3", isQueue: false)
    let actuator = runPod(recorder, endpoint: endpoint, time: time)
    let node = try #require(try await actuator.carryOut(launchPod()).node)
    _ = try await actuator.observe(node)
    for intent in [Intent.stop, .start, .stop, .stop, .terminate, .terminate] {
      time.advance(by: .seconds(10))
      _ = await ending(actuator, Action(token: "t", intent: intent, node: node))
    }
    for number in [3, 0, 99] {
      _ = await ending(actuator, scale("serverless/ep1", to: number))
    }
    cloud.sellOut(["NVIDIA L4"])
    for type in ["NVIDIA L4", "NVIDIA B200 x99", "nothing"] {
      var spec = podSpec
      spec.type = InstanceType(type)
      _ = await ending(actuator, launchPod(type, spec))
    }
    _ = try await actuator.inventory()
    _ = try await actuator.observe(NodeID("nobody"))
    _ = try await RunPodPrices(actuator, time: time).prices(of: [], in: [])
    for kind in RunPodBilling.Kind.allCases {
      let now = time.now()
      _ = try await RunPodBilling(actuator).lines(kind, from: now, to: now.advanced(by: .hours(1)))
    }
    cloud.accept(keys: [])
    _ = await ending(actuator, scale("serverless/ep1", to: 1))
    await cloud.stop()
    return Set(cloud.calls().map(\.action))
  }
}
