import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import PostgresStore
import TestSupport
import Testing

/// `finops demo --clouds …`: one fleet over every fake cloud, and what is done about it.
@Suite(.serialized)
struct DemoCloudsTests {
  private static let everything = "aws,gcp,azure,kubernetes,runpod,huggingface,replicate"

  /// One plan for all clouds: an answer is lost in one, another throttles.
  private static let plan = """
    {"rules": [
      {"match": {"service": "replicate", "action": "updateDeployment"}, "count": 1,
       "effect": {"kind": "drop-after"}},
      {"match": {"service": "azure", "action": "VirtualMachineScaleSets_Update"}, "count": 2,
       "effect": {"kind": "error", "code": "TooManyRequests", "status": 429}}]}
    """

  /// What each cloud's fleet asks for, as the progress tells it.
  private static let acts = [
    "aws scale-up asg/batch (aws-batch): succeeded",
    "aws scale-up sagemaker-ic/assistant-8b (aws-assistant): succeeded",
    "gcp scale-up mig/us-central1-a/chat (gcp-chat): succeeded",
    "azure scale-down vmss/ml/embed (azure-embed): succeeded",
    "kubernetes scale-up deployment/default/chat (k8s-chat): succeeded",
    "runpod scale-up serverless/turbo (runpod-turbo): succeeded",
    "huggingface scale-up acme/llama (hf-llama): succeeded",
    "replicate scale-down acme/flux (replicate-flux): succeeded",
    // Machines nobody uses are stopped where there are machines.
    "azure stop ml/bench-1 (azure-dev): succeeded",
    "runpod stop pod1demo (runpod-dev): succeeded",
  ]

  @Test("In every cloud of the demo something is done, told with its cloud; one fault plan for all")
  func everyCloud() async throws {
    let workshop = try Workshop()
    let faults = try workshop.write(Self.plan, to: "faults.json")
    let demo = try FinopsProcess(
      [
        "demo", "--clouds", Self.everything, "--days", "1", "--speed", "60", "--faults",
        faults.path, "--listen", "127.0.0.1:0",
      ], environment: ["FINOPS_DATA": workshop.folder.path + "/data"], in: workshop.folder)
    _ = await eventually(within: .seconds(90)) {
      !demo.isRunning || Self.acts.allSatisfy(demo.text.contains)
    }
    for act in Self.acts { #expect(demo.text.contains(act), "\(demo.tail)") }
    #expect(demo.text.contains("gcp stop us-central1-a/"), "\(demo.tail)")
    let page = try await Web.get(try #require(demo.page)).text
    for node in ["ml/bench-2", "gpu-1", "us-central1-a/", "i-0de0000000000001"] {
      #expect(page.contains(node), "\(node) is on no page")
    }
    demo.kill(SIGINT)
    #expect(await demo.ended(within: .seconds(20)), "\(demo.tail)")
  }

  @Test("Another controller acts by the settings that --serve wrote, and its ledger says so")
  func served() async throws {
    let workshop = try Workshop()
    let file = workshop.folder.appending(path: "demo.yaml").path
    let demo = try FinopsProcess(
      ["demo", "--clouds", "kubernetes,huggingface", "--serve", file], in: workshop.folder)
    #expect(await demo.says("watch them: finops ", within: .seconds(20)), "\(demo.tail)")
    let line = try #require(demo.text.split(separator: "\n").first { $0.hasPrefix("watch them: ") })
    let words = line.dropFirst("watch them: finops ".count).split(separator: " ").map(String.init)
    let controller = try FinopsProcess(
      words + ["--listen", "127.0.0.1:0"], in: workshop.folder)
    let isDone = await eventually(within: .seconds(40)) {
      let (_, text) = try await FinopsProcess.run(
        ["decisions", "--config", file], in: workshop.folder)
      let done = text.split(separator: "\n").filter { $0.contains("succeeded") }
      return ["scale-up deployment/default/chat", "scale-up acme/llama"]
        .allSatisfy { act in done.contains { $0.contains(act) } }
    }
    #expect(isDone, "\(controller.tail)")
    controller.kill(SIGTERM)
    _ = await controller.ended(within: .seconds(20))
    demo.kill(SIGTERM)
    #expect(await demo.ended(within: .seconds(20)), "\(demo.tail)")
  }

  @Test("A name that is no cloud, and what only AWS has, are refused with the names there are")
  func refused() async throws {
    let workshop = try Workshop()
    let unknown = try await FinopsProcess.run(["demo", "--clouds", "aws,ibm"], in: workshop.folder)
    #expect(unknown.code == 64)
    #expect(unknown.output.contains("huggingface"), "\(unknown.output)")
    let once = try await FinopsProcess.run(
      ["demo", "--clouds", "gcp", "--once"], in: workshop.folder)
    #expect(once.code == 64)
    #expect(once.output.contains("--once"), "\(once.output)")
  }
}
