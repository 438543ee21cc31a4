import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport

func runPod(
  _ transport: any HTTPTransport, endpoint: String = "http://127.0.0.1:1",
  time: VirtualTime = VirtualTime(), token: TokenBox = TokenBox("rpa_demo"),
  pools: [[String: String]] = []
) -> RunPodActuator {
  RunPodActuator(
    cloud: "runpod", endpoint: endpoint, dataEndpoint: endpoint,
    credentials: { () throws(ActuateError) in token.issued() }, fleet: "f", pools: pools,
    transport: transport, time: time)
}

/// Runs a fake for the time of `body`, with an actuator in front of it.
func withFakeRunPod(
  faults: [FaultRule] = [], lag: FakeRunPod.Lag = .init(), perMinute: Int = 1000,
  pools: [[String: String]] = [],
  _ body: (FakeRunPod, RunPodActuator, VirtualTime) async throws -> Void
) async throws {
  let time = VirtualTime()
  let cloud = FakeRunPod(
    lag: lag, callsPerMinute: perMinute, time: time,
    faults: FaultInjector(FaultPlan(rules: faults)))
  let endpoint = try await cloud.start()
  let actuator = runPod(LoopbackClient(), endpoint: endpoint, time: time, pools: pools)
  do { try await body(cloud, actuator, time) } catch {
    await cloud.stop()
    throw error
  }
  await cloud.stop()
}

let podSpec = LaunchSpec(
  cloud: "runpod", region: "secure", zone: "US-KS-2", type: "NVIDIA H100 80GB HBM3 x2",
  image: "vllm/vllm-openai:v0.23.0")

func launchPod(_ token: String = "tok1", _ spec: LaunchSpec = podSpec) -> Action {
  Action(
    token: token, intent: .launch, launch: spec, tags: [Tag.pool: "p", "team": "a \"b\" ä"])
}
