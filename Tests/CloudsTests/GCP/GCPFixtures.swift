import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import Synchronization
import TestSupport

/// Everything a test of Compute Engine needs: a fake, its clock, and an actuator of fleet "f".
struct GCPBench {
  let time: VirtualTime
  let cloud: FakeGCP
  let endpoint: String
  let transport: RecordingTransport

  static let token = "ya29.test"
  static let zones = ["us-central1-a", "us-central1-b"]

  func actuator(
    zones: [String] = GCPBench.zones, pools: [[String: String]] = [], groups: [WorkloadID] = [],
    reservation: String? = nil, patience: Duration = .seconds(90),
    credentials: CredentialCache<GCPToken>? = nil
  ) -> GCPActuator {
    GCPActuator(
      cloud: "gcp", project: "demo-project", zones: zones, endpoint: endpoint,
      credentials: credentials ?? gcpCredentials(time), fleet: "f", pools: pools, groups: groups,
      reservation: reservation, patience: patience, transport: transport, time: time)
  }

  /// Lets everything that was begun end.
  func settle() { time.advance(by: .seconds(60)) }
}

/// Runs a fake for the time of `body`, and stops it whatever happens.
func withGCP(
  lag: FakeGCP.Lag = FakeGCP.Lag(), faults: [FaultRule] = [],
  _ body: (GCPBench) async throws -> Void
) async throws {
  let time = VirtualTime()
  let cloud = FakeGCP(lag: lag, time: time, faults: FaultInjector(FaultPlan(rules: faults)))
  cloud.accept(token: GCPBench.token)
  let endpoint = try await cloud.start()
  let bench = GCPBench(
    time: time, cloud: cloud, endpoint: endpoint, transport: RecordingTransport(LoopbackClient()))
  do { try await body(bench) } catch {
    await cloud.stop()
    throw error
  }
  await cloud.stop()
}

func gcpCredentials(_ time: any TimeSource) -> CredentialCache<GCPToken> {
  CredentialCache(time: time) { () throws(ActuateError) in
    Issued(GCPToken(Secret(GCPBench.token)), link: "test")
  }
}

let gcpSpec = LaunchSpec(
  cloud: "gcp", region: "us-central1", zone: "us-central1-a", type: "g2-standard-8",
  image: "projects/deeplearning-platform-release/global/images/family/common-cu124")

func gcpLaunch(_ token: String = "tok1", _ spec: LaunchSpec = gcpSpec) -> Action {
  Action(
    token: token, intent: .launch, launch: spec,
    tags: [Tag.pool: "p", "Name": "a b", Tag.target: "10.0.0.5:9400"])
}

func gcpAct(_ intent: Intent, _ node: NodeID, token: String = "t") -> Action {
  Action(token: "\(token)-\(intent.rawValue)", intent: intent, node: node)
}

func gcpScale(_ group: WorkloadID, from: Int, to: Int, token: String = "s") -> Action {
  Action(
    token: token, intent: to < from ? .scaleDown : .scaleUp, workload: group,
    replicas: ReplicaChange(from: from, to: to))
}

extension Actuator {
  /// What an act ends in: the receipt or the error.
  func outcome(_ action: Action) async -> Result<Receipt, ActuateError> {
    do throws(ActuateError) { return .success(try await carryOut(action)) } catch {
      return .failure(error)
    }
  }
}
