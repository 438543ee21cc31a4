import FleetModel
import Planner
import Ports

extension RunPodActuator {
  /// The id of "serverless/ID"; nil for any other name.
  static func serverless(_ workload: WorkloadID) -> String? {
    let parts = workload.parts
    guard parts.count == 2, parts[0] == "serverless", parts[1].isPathPart else { return nil }
    return parts[1]
  }

  /// With its workers and its queue; nil when it went away in between.
  func detailed(_ endpoint: RunPodEndpoint) async throws(ActuateError) -> Workload? {
    let workers: RunPodWorkers
    do throws(ActuateError) {
      workers = try await json(requests.listWorkers(of: endpoint.id), RunPodWorkers.init).value
    } catch {
      guard case .refused(let failure) = error, failure.kind == .notFound else { throw error }
      return nil
    }
    return endpoint.workload(cloud: cloud, workers, await load(of: endpoint))
  }

  /// The data plane is another system: when it does not answer the load is not known, and the list
  /// is whole all the same. A load balancer has no queue.
  private func load(of endpoint: RunPodEndpoint) async -> Workload.Load? {
    guard endpoint.isQueue else { return nil }
    let now = calls.time.now()
    return try? await calls.json(requests.queueHealth(of: endpoint.id)) {
      RunPodQueue.load($0, at: now)
    }.value
  }

  /// Sets the floor; the ceiling is raised when the floor passes it, and never lowered, so that an
  /// endpoint at zero still wakes by a request.
  func scale(_ action: Action) async throws(ActuateError) -> Receipt {
    guard let workload = action.workload, let number = action.replicas?.to,
      (0...10_000).contains(number)
    else { throw CloudVerdict.wrong("NoReplicas", "nothing says what to scale to how many") }
    guard let id = Self.serverless(workload) else {
      throw CloudVerdict.wrong("BadName", "\(workload) is not serverless/ID")
    }
    let receipt = Receipt(workload: workload, replicas: number)
    let before = try await json(requests.getEndpoint(id), RunPodEndpoint.init).value
    if before.least == number, before.most >= number { return receipt }
    let call = requests.updateWorkers(
      of: id, min: number, max: number > before.most ? number : nil)
    let after = try await json(call, RunPodEndpoint.init).value
    guard after.least == number else {
      throw .refused(
        ActFailure(
          kind: .invalid, code: "FieldsDropped",
          message: "\(workload) was asked for workers.min \(number), and has \(after.least)"))
    }
    return receipt
  }
}

/// The data plane's answer to /health.
enum RunPodQueue {
  static func load(_ json: ExactJSON, at now: Timestamp) -> Workload.Load? {
    guard let waiting = json["jobs"]["inQueue"].int, let running = json["jobs"]["inProgress"].int,
      waiting >= 0, running >= 0
    else { return nil }
    return Workload.Load(at: now, running: Double(running), waiting: Double(waiting))
  }
}
