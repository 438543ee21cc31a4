import DemoFleet
import FleetModel
import Foundation
import Ports
import TestSupport
import Testing

/// The fake cluster as clients see it that others wrote.
@Suite(.serialized) struct FakeKubernetesTests {
  static let kubectl =
    (ProcessInfo.processInfo.environment["FINOPS_TEST_BIN"].map { $0 + "/" } ?? "") + "kubectl"
  static let hasKubectl =
    (try? PythonJudge.run([kubectl, "version", "--client"], limit: 60))?.status == 0

  static let lag = FakeKubernetes.Lag(
    podStart: .milliseconds(200), podEnd: .milliseconds(300), nodeEnd: .milliseconds(300),
    bookmark: .milliseconds(500))

  static func fill(_ fake: FakeKubernetes) {
    fake.add(.init("gpu-1", labels: ["finops-fleet": "f"]))
    fake.add(.init("gpu-2", labels: ["finops-fleet": "f"]))
    fake.add(deployment: "chat", replicas: 2)
    fake.add(pod: "exporter", in: "kube-system", on: "gpu-1", owner: "DaemonSet")
    fake.add(budget: "chat", app: "chat", least: 2)
    fake.add(nodePool: "gpu", gpus: 8)
  }

  @Test(
    .enabled(if: PythonJudge.has("kubernetes"), "the Python client is not installed"),
    .timeLimit(.minutes(3)))
  func `The Python client finds nothing wrong with it`() async throws {
    let fake = FakeKubernetes(lag: Self.lag, time: RealTime())
    fake.accept(tokens: ["good"])
    Self.fill(fake)
    for number in 0..<25 { fake.add(pod: "many-\(number)", in: "many", on: "gpu-2", owner: "Job") }
    let server = try await fake.start()
    let script = SharedFiles.packageRoot.appending(
      path: "Tests/DemoFleetTests/Tools/judge_kubernetes.py")
    let outcome = try await PythonJudge.aside(
      [PythonJudge.python, script.path, server], limit: 120)
    await fake.stop()
    #expect(outcome.output == "")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test(.enabled(if: hasKubectl, "kubectl is not installed"), .timeLimit(.minutes(5)))
  func `kubectl gets, scales, patches, cordons and drains on it`() async throws {
    let fake = FakeKubernetes(lag: Self.lag, time: RealTime())
    Self.fill(fake)
    let server = try await fake.start()
    func run(_ arguments: String..., limit: Double = 60) async throws -> PythonJudge.Outcome {
      try await PythonJudge.aside([Self.kubectl, "--server", server] + arguments, limit: limit)
    }
    let nodes = try await run("get", "nodes", "-o", "name")
    #expect(nodes.output == "node/gpu-1\nnode/gpu-2\n", "\(nodes.errors)")
    #expect(try await run("get", "pods", "-A", "-o", "name").output.contains("pod/exporter"))
    #expect(try await run("get", "pods", "-A").output.contains("exporter"))

    let scaled = try await run("scale", "deployment", "chat", "--replicas=3")
    #expect(scaled.output == "deployment.apps/chat scaled\n", "\(scaled.errors)")
    #expect(fake.replicas(of: "deployment/default/chat") == 3)
    let guarded = try await run("scale", "deployment/chat", "--current-replicas=7", "--replicas=1")
    #expect(guarded.status != 0 && fake.replicas(of: "deployment/default/chat") == 3)
    #expect(try await run("scale", "deployment/chat", "--replicas=2").status == 0)

    #expect(try await run("cordon", "gpu-1").output == "node/gpu-1 cordoned\n")
    #expect(fake.isCordoned("gpu-1") == true)
    #expect(try await run("uncordon", "gpu-1").output == "node/gpu-1 uncordoned\n")
    #expect(fake.isCordoned("gpu-1") == false)

    let patch = try await run(
      "patch", "nodepools.karpenter.sh", "gpu", "--type=merge", "-p",
      #"{"spec":{"limits":{"nvidia.com/gpu":"16"}}}"#)
    #expect(patch.output == "nodepool.karpenter.sh/gpu patched\n", "\(patch.errors)")
    #expect(fake.replicas(of: "nodepool/gpu") == 16)
    let odd = try await run("patch", "node", "gpu-1", "-p", #"{"spec":{"wings":2}}"#)
    #expect(odd.status != 0 && odd.errors.contains("wings"), "\(odd.errors)")
    let label = try await run("label", "node", "gpu-1", "team=search")
    #expect(label.output.contains("labeled"), "\(label.errors)")
    let missing = try await run("get", "node", "gpu-9")
    #expect(missing.status == 1 && missing.errors.contains("NotFound"), "\(missing.errors)")
    await fake.stop()
  }

  @Test(.enabled(if: hasKubectl, "kubectl is not installed"), .timeLimit(.minutes(5)))
  func `kubectl drain waits for a disruption budget and goes on when it allows`() async throws {
    let fake = FakeKubernetes(lag: Self.lag, time: RealTime())
    Self.fill(fake)
    let server = try await fake.start()
    func drain(_ timeout: String) async throws -> PythonJudge.Outcome {
      try await PythonJudge.aside(
        [
          Self.kubectl, "--server", server, "drain", "gpu-1", "--ignore-daemonsets",
          "--timeout=" + timeout,
        ], limit: 120)
    }
    try await Task.sleep(for: .milliseconds(500))
    #expect(fake.pods(on: "gpu-1").count == 3)
    let held = try await drain("8s")
    #expect(held.status != 0 && held.errors.contains("disruption budget"), "\(held)")
    #expect(fake.evicted().isEmpty && fake.isCordoned("gpu-1") == true)
    fake.removeBudget("chat")
    let done = try await drain("60s")
    await fake.stop()
    #expect(done.status == 0 && done.output.contains("node/gpu-1 drained"), "\(done)")
    #expect(fake.pods(on: "gpu-1") == ["exporter"])
    #expect(fake.evicted().count == 2)
  }

  @Test(.enabled(if: hasKubectl, "kubectl is not installed"), .timeLimit(.minutes(3)))
  func `kubectl get -w shows changes as they come`() async throws {
    let fake = FakeKubernetes(lag: Self.lag, time: RealTime())
    Self.fill(fake)
    fake.splitLines(true)
    let server = try await fake.start()
    async let watched = PythonJudge.aside(
      [
        Self.kubectl, "--server", server, "get", "nodes", "-w", "-o",
        "jsonpath={.metadata.name}:{.spec.unschedulable}{\"\\n\"}", "--request-timeout=8s",
      ], limit: 60)
    for _ in 0..<100 {
      if !fake.calls("watch nodes").isEmpty { break }
      try await Task.sleep(for: .milliseconds(50))
    }
    let cordon = try await PythonJudge.aside(
      [Self.kubectl, "--server", server, "cordon", "gpu-2"], limit: 60)
    #expect(cordon.status == 0)
    let outcome = try await watched
    await fake.stop()
    #expect(outcome.output.contains("gpu-1:\n"), "\(outcome)")
    #expect(outcome.output.contains("gpu-2:true\n"), "\(outcome)")
  }
}
