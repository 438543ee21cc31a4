import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// The whole actuator against our fake account, over HTTP.
@Suite struct SageMakerConformanceTests {
  @Test(
    .timeLimit(.minutes(2)),
    arguments: [
      (chat, WorkloadID("sagemaker/chat/none"), 1), (llama, WorkloadID("sagemaker-ic/none"), 0),
      (chat, WorkloadID("sagemaker/none/main"), 1), (llama, WorkloadID("elsewhere/llama"), 0),
    ])
  func `It conforms against our fake SageMaker`(
    workload: WorkloadID, stranger: WorkloadID, lowest: Int
  ) async throws {
    let time = VirtualTime()
    let violations = try await serving(stockedAccount(time)) { endpoint in
      await WorkloadConformance(
        sageMaker(endpoint, time: time), scaling: workload, stranger: stranger, lowest: lowest
      ) { time.advance(by: .seconds(30)) }.violations()
    }
    #expect(violations == [])
  }
}

/// As a part of the account's own actuator, on the account's one endpoint.
@Suite struct SageMakerOfAccountTests {
  @Test(.timeLimit(.minutes(2)))
  func `The account's actuator lists and scales it beside its instances`() async throws {
    let time = VirtualTime()
    let account = FakeEC2(lag: .none, time: time)
    let node = account.add(type: "g5.xlarge", tags: [Tag.fleet: "f"], launchedAt: time.now())
    let apps = stockedAccount(time)
    apps.join(account)
    let endpoint = try await account.start()
    let actuator = AWSActuator(
      cloud: "aws", region: "us-east-1", endpoint: endpoint, credentials: cache(time), fleet: "f",
      others: [
        .init(kinds: ["sagemaker", "sagemaker-ic"], actuator: sageMaker(endpoint, time: time))
      ], transport: LoopbackClient(), time: time)
    let inventory = try await actuator.inventory()
    let receipt = try await actuator.carryOut(scale(chat, to: 2))
    await account.stop()
    #expect(inventory.nodes.map(\.id) == [node])
    #expect(inventory.workloads.map(\.id) == [llama, chat, "sagemaker/shared/all"])
    #expect(receipt.replicas == 2 && apps.changes(of: chat) == 1)
  }
}
