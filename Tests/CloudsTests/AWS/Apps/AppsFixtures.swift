import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

/// One key for ever.
func cache(_ time: any TimeSource) -> CredentialCache<AWSCredentials> {
  CredentialCache(time: time) { () async throws(ActuateError) in
    Issued(testCredentials, link: "test")
  }
}

/// SageMaker's actuator of fleet "f" against this endpoint.
func sageMaker(
  _ endpoint: String?, time: VirtualTime, transport: any HTTPTransport = LoopbackClient(),
  workloads: Set<WorkloadID> = [], widensTargets: Bool = false,
  credentials: CredentialCache<AWSCredentials>? = nil
) -> SageMakerActuator {
  SageMakerActuator(
    cloud: "aws", region: "us-east-1", endpoint: endpoint,
    credentials: credentials ?? cache(time), fleet: "f", workloads: workloads,
    widensTargets: widensTargets, transport: transport, time: time)
}

/// A fake account with a plain variant, one for components, and a component on it.
func stockedAccount(_ time: VirtualTime, faults: [FaultRule] = []) -> FakeAWSApps {
  let cloud = FakeAWSApps(time: time, faults: FaultInjector(FaultPlan(rules: faults)))
  let tags = [Tag.fleet: "f", Tag.pool: "chat"]
  cloud.add(endpoint: "chat", [.init("main")], tags: tags)
  cloud.add(
    endpoint: "shared", [.init("all", type: "ml.g6.xlarge", model: nil, managed: 0...4)],
    tags: tags)
  cloud.add(component: "llama", on: "shared", "all")
  cloud.add(endpoint: "strange", [.init("main")], tags: [Tag.fleet: "other"])
  return cloud
}

/// The number an act was taken for; nil when it was not.
func taken(_ actuator: some Actuator, _ action: Action) async -> Int? {
  (try? await ending(actuator, action).get())?.replicas
}

/// A workload as it is now; nil when it can not be seen.
func seen(_ actuator: some Actuator, _ workload: WorkloadID) async -> Workload? {
  do throws(ActuateError) { return try await actuator.observe(workload) } catch { return nil }
}

/// With the server stopped at the end, however the body ends.
func serving<Value>(
  _ cloud: FakeAWSApps, _ body: (String) async throws -> Value
) async throws -> Value {
  let endpoint = try await cloud.start()
  do {
    let value = try await body(endpoint)
    await cloud.stop()
    return value
  } catch {
    await cloud.stop()
    throw error
  }
}

let chat: WorkloadID = "sagemaker/chat/main"
let llama: WorkloadID = "sagemaker-ic/llama"
