import Clouds
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport

/// A fake cluster and an actuator of fleet "f" on it.
struct Cluster {
  let fake: FakeKubernetes
  let actuator: KubernetesActuator
  let time: VirtualTime
  let server: String

  /// Runs `body` with both, and stops the server whatever happens.
  static func run(
    lag: FakeKubernetes.Lag = .none, faults: [FaultRule] = [], pools: [[String: String]] = [],
    namespaces: [String] = [], token: String? = nil, drainLimit: Duration = .seconds(60),
    transport: any HTTPTransport = LoopbackClient(),
    _ body: (Cluster) async throws -> Void
  ) async throws {
    let time = VirtualTime()
    let fake = FakeKubernetes(
      lag: lag, time: time, faults: FaultInjector(FaultPlan(rules: faults)))
    let server = try await fake.start()
    let access = KubernetesAccess(server: server) { () throws(ActuateError) in
      token.map { Secret($0) }
    }
    let actuator = KubernetesActuator(
      cloud: "k8s", access: access, fleet: "f", pools: pools, namespaces: namespaces,
      watches: false, drainLimit: drainLimit, transport: transport, time: time)
    let cluster = Cluster(fake: fake, actuator: actuator, time: time, server: server)
    do { try await body(cluster) } catch {
      await fake.stop()
      throw error
    }
    await fake.stop()
  }

  /// What an act ends in.
  func outcome(_ action: Action) async -> Result<Receipt, ActuateError> {
    do throws(ActuateError) { return .success(try await actuator.carryOut(action)) } catch {
      return .failure(error)
    }
  }

  func scale(_ workload: WorkloadID, to number: Int) async -> Result<Receipt, ActuateError> {
    await outcome(
      Action(
        token: "t", intent: .scaleUp, workload: workload,
        replicas: ReplicaChange(from: 1, to: number)))
  }
}

let ours = [Tag.fleet: "f"]

func end(_ node: NodeID, token: String = "tok") -> Action {
  Action(token: token, intent: .terminate, node: node)
}

func uncordon(_ node: NodeID) -> Action { Action(token: "u", intent: .start, node: node) }

func fault(
  _ action: String, _ effect: FaultEffect, after: Int? = nil, count: Int? = nil
) -> FaultRule {
  FaultRule(
    match: .init(service: .kubernetes, action: action), after: after, count: count, effect: effect)
}

extension Result where Failure == ActuateError {
  var error: ActuateError? {
    guard case .failure(let error) = self else { return nil }
    return error
  }

  /// The wait that is asked for, where one is.
  var wait: Duration? {
    guard case .failure(.retryLater(let wait, _)) = self else { return nil }
    return wait
  }

  /// The code of a refusal or a wait.
  var code: String? {
    switch error {
    case .refused(let failure), .retryLater(_, let failure): failure.code
    default: nil
    }
  }
}

extension Result where Success == Receipt {
  var receipt: Receipt? { try? get() }
}
