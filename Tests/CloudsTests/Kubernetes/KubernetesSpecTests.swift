import Clouds
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import Synchronization
import TestSupport
import Testing

/// What is sent and what our fake answers, held to Kubernetes' own OpenAPI file.
@Suite struct KubernetesSpecTests {
  static let spec = SharedFiles.url("specs/kubernetes/kubernetes.swagger.trimmed.json")

  /// Keeps every exchange on its way.
  final class Recorder: HTTPTransport {
    struct Exchange: Encodable {
      var method: String
      var url: String
      var type: String
      var body: String
      var status: Int
      var reply: String
    }

    let exchanges = Mutex<[Exchange]>([])

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
      let reply = try await LoopbackClient().send(request)
      let type = request.headers.first { $0.name == "Content-Type" }?.value ?? ""
      let exchange = Exchange(
        method: request.method, url: request.url, type: type,
        body: String(decoding: request.body, as: UTF8.self), status: reply.status,
        reply: String(decoding: reply.body, as: UTF8.self))
      exchanges.withLock { $0.append(exchange) }
      return reply
    }
  }

  @Test(
    .enabled(if: spec != nil, "the API's OpenAPI file is not here"),
    .enabled(if: PythonJudge.has("jsonschema"), "jsonschema is not installed"),
    .timeLimit(.minutes(3)))
  func `Every request and every answer is as the API has it`() async throws {
    let recorder = Recorder()
    try await Self.everything(through: recorder)
    let exchanges = recorder.exchanges.withLock { $0 }
    #expect(exchanges.count > 40)
    let input = String(decoding: try JSONEncoder().encode(exchanges), as: UTF8.self)
    let script = SharedFiles.packageRoot.appending(
      path: "Tests/CloudsTests/Tools/validate_kubernetes.py")
    let outcome = try PythonJudge.run(
      [PythonJudge.python, script.path, try #require(Self.spec).path], input: input, limit: 120)
    #expect(outcome.output == "" && outcome.status == 0, "\(outcome.errors.suffix(2000))")
  }

  /// Every kind of request, and the answers of success and refusal.
  static func everything(through recorder: Recorder) async throws {
    try await Cluster.run(
      lag: FakeKubernetes.Lag(), namespaces: ["default"], transport: recorder
    ) { cluster in
      KubernetesNodeTests.fill(cluster.fake)
      cluster.fake.add(.init("gpu-2", labels: ours))
      cluster.fake.add(deployment: "db", replicas: 1, labels: ours, isSet: true)
      cluster.fake.add(nodePool: "gpu", gpus: 4, labels: ours)
      cluster.fake.add(budget: "chat", app: "chat", least: 2)
      cluster.fake.add(autoscaler: "other", kind: "Deployment", of: "other")
      cluster.time.advance(by: .seconds(10))
      _ = try await cluster.actuator.inventory()
      let workloads: [WorkloadID] = [
        "deployment/default/chat", "statefulset/default/db", "nodepool/gpu",
        "deployment/default/no",
      ]
      for workload in workloads {
        _ = try await cluster.actuator.observe(workload)
        _ = await cluster.scale(workload, to: 2)
        _ = await cluster.scale(workload, to: 1)
      }
      _ = await cluster.scale("deployment/default/chat", to: 2)
      cluster.time.advance(by: .seconds(10))
      for node in ["gpu-1", "gpu-2", "no"] as [NodeID] {
        _ = await cluster.outcome(end(node))
        _ = await cluster.outcome(uncordon(node))
        _ = try await cluster.actuator.observe(node)
      }
      cluster.fake.removeBudget("chat")
      _ = await cluster.outcome(end("gpu-1"))
      cluster.fake.forbid(["get nodes"])
      _ = await cluster.outcome(end("gpu-1"))
      cluster.fake.accept(tokens: [])
      _ = await cluster.outcome(end("gpu-1"))
    }
  }
}
