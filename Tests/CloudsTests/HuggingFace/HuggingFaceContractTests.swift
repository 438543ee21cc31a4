import Clouds
import CostModel
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// Hugging Face publishes no schema here: contract facts, read out of its client, are what is checked.
@Suite(.timeLimit(.minutes(3))) struct HuggingFaceContractTests {
  static let facts = "specs/huggingface/inference-endpoints.contract.json"
  private static let chat: WorkloadID = "acme/chat"

  @Test(.enabled(if: SharedFiles.exists(facts), "the contract facts are not here"))
  func `Requests and answers fit the contract facts`() async throws {
    let recorder = RecordingTransport(LoopbackClient())
    _ = try await Self.exercise(recorder)
    let outcome = try await contract(Self.facts, recorder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == "seen: get hardware list pause resume scaleToZero update\n")
  }

  @Test func `Permissions are those of the calls that can be made`() async throws {
    let made = try await Self.exercise(RecordingTransport(LoopbackClient()))
    let kinds = CloudCapabilities.huggingFace
    let named = kinds.permissions.flatMap(\.calls)
    #expect(Set(named) == made && Set(named).count == named.count)
    #expect(kinds.permissions(forActing: false).map(\.name) == ["read"])
    #expect(kinds.policy(kinds.permissions(forActing: false)).contains("role “read”"))
    #expect(kinds.policy(kinds.permissions).contains("inference.endpoints.write"))
  }

  @Test func `Prices are exact and in the list's own words`() async throws {
    try await withFakeHuggingFace { _, actuator, time in
      let source = HuggingFacePrices(actuator, time: time)
      let gpus = try await source.prices(of: [], in: [])
      #expect(gpus.count == 5 && !gpus.contains { $0.type == "intel-spr-x2" })
      let one = try await source.prices(of: ["intel-spr-x2"], in: ["aws-us-east-1"])
      #expect(one.map(\.hourly.perHour.description) == ["0.067000000"])
      let none = try await source.prices(of: ["nvidia-l4-x1"], in: ["gcp-us-east4"])
      #expect(none.isEmpty)
      #expect(one[0].source == "Hugging Face hardware list" && one[0].asOf == "2026-11-21")
    }
  }

  /// Makes every call there is; the operations the fake saw.
  static func exercise(_ recorder: RecordingTransport) async throws -> Set<String> {
    let time = VirtualTime()
    let cloud = FakeHuggingFace(time: time)
    cloud.add("chat", tags: ["finops-pool=chat"])
    let actuator = huggingFace(recorder, endpoint: try await cloud.start(), time: time)
    let labels = try await actuator.inventory().workloads.first?.tags
    #expect(labels == [Tag.pool: "chat"])
    for number in [3, 0, 2] {
      _ = try await actuator.carryOut(scale(chat, to: number))
      time.advance(by: .seconds(10))
    }
    for intent in [Intent.stop, .start, .start] {
      _ = try await actuator.carryOut(Action(token: "t", intent: intent, workload: chat))
      time.advance(by: .seconds(10))
    }
    _ = try await HuggingFacePrices(actuator, time: time).prices(of: [], in: [])
    await cloud.stop()
    return Set(cloud.calls().map(\.action))
  }
}

/// Holds what was recorded against contract facts, by the tool for it.
func contract(_ facts: String, _ recorder: RecordingTransport) async throws -> PythonJudge.Outcome {
  let url = try #require(SharedFiles.url(facts))
  let tool = SharedFiles.packageRoot.appending(path: "Tests/CloudsTests/Tools/check_contract.py")
  return try await PythonJudge.aside(
    [PythonJudge.python, tool.path, url.path], input: recorder.lines, limit: 60)
}
