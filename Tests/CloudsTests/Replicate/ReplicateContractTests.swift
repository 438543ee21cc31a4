import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// Replicate publishes no schema here: contract facts, read out of its client, are what is checked.
@Suite(.timeLimit(.minutes(3))) struct ReplicateContractTests {
  static let facts = "specs/replicate/deployments.contract.json"

  @Test(.enabled(if: SharedFiles.exists(facts), "the contract facts are not here"))
  func `Requests and answers fit the contract facts`() async throws {
    let recorder = RecordingTransport(LoopbackClient())
    _ = try await Self.exercise(recorder)
    let outcome = try await contract(Self.facts, recorder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == "seen: get hardware list update\n")
  }

  @Test func `Permissions are those of the calls that can be made`() async throws {
    let made = try await Self.exercise(RecordingTransport(LoopbackClient()))
    let kinds = CloudCapabilities.replicate
    let named = kinds.permissions.flatMap(\.calls)
    #expect(Set(named) == made && Set(named).count == named.count)
    #expect(
      kinds.permissions(forActing: false).flatMap(\.calls).contains("updateDeployment") == false)
    #expect(kinds.policy(kinds.permissions).contains("no scopes"))
  }

  static func exercise(_ recorder: RecordingTransport) async throws -> Set<String> {
    let time = VirtualTime()
    let cloud = FakeReplicate(pageSize: 1, time: time)
    cloud.add("chat")
    cloud.add("second")
    let actuator = replicate(recorder, endpoint: try await cloud.start(), time: time)
    _ = try await actuator.inventory()
    for number in [3, 0, 99] { _ = await ending(actuator, scale("acme/chat", to: number)) }
    let hardware = try await actuator.hardware()
    #expect(hardware.contains("gpu-h100"))
    await cloud.stop()
    return Set(cloud.calls().map(\.action))
  }
}
