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
