import FleetModel
import Planner
import Ports

extension SageMakerActuator {
  /// How long a failure for want of capacity is believed.
  static let capacityMemory = Duration.minutes(10)
  /// An update takes minutes; sooner there is no point in asking.
  static let updatePause = Duration.seconds(30)

  /// Asks for this number, unless it is asked for already.
  func set(
    _ subject: SageMakerSubject, _ seen: SageMakerSeen, to count: Int
  ) async throws(ActuateError) -> Receipt {
    let workload = seen.workload
    // While an update runs, an old failure reason is not about it.
    if workload.state == .changing {
      guard workload.desired == count else { throw Self.busy(workload.id) }
      return Receipt(workload: workload.id, replicas: count)
    }
    if seen.failedForCapacity, count > (workload.ready ?? 0),
      time.now().duration(since: seen.modified) < Self.capacityMemory
    {
      throw .refused(
        ActFailure(
          kind: .capacity, code: "InsufficientInstanceCapacity",
          message: seen.failureReason ?? ""))
    }
    if workload.desired == count, workload.state != .failed {
      return Receipt(workload: workload.id, replicas: count)
    }
    try await allow(subject, seen, count)
    return try await send(subject, count)
  }

  private func send(
    _ subject: SageMakerSubject, _ count: Int
  ) async throws(ActuateError) -> Receipt {
    let call =
      switch subject {
      case .variant(let name, let endpoint):
        SageMakerRequests.setInstances(of: name, on: endpoint, to: count)
      case .component(let name): SageMakerRequests.setCopies(of: name, to: count)
      }
    let reply = try await calls.send(call, as: ChangedReply.self)
    return Receipt(
      workload: subject.workload, replicas: count,
      requestID: reply.response.header("x-amzn-RequestId") ?? "")
  }

  /// Throws for a number that SageMaker, or the bounds somebody registered, do not allow.
  private func allow(
    _ subject: SageMakerSubject, _ seen: SageMakerSeen, _ count: Int
  ) async throws(ActuateError) {
    let targets = try await ScalableTargets.read(subject.resource, over: scaling)
    var owned = seen.workload
    owned.numberOwner = targets.numberOwner(of: subject.resource)
    if let refusal = owned.numberRefusal { throw refusal }
    let target = targets.bounds[subject.resource]
    if count == 0, seen.bounds(target).lowerBound > 0, target == nil || seen.lowest > 0 {
      throw .refused(
        ActFailure(kind: .unsupported, code: "NotToZero", message: Self.notToZero))
    }
    let own = seen.bounds(nil)
    if let target, !target.contains(count) {
      guard widensTargets, own.contains(count) else { throw Self.outside(target, count) }
      let wide = min(target.lowerBound, count)...max(target.upperBound, count)
      _ = try await scaling.send(
        ScalingRequests.register(subject.resource, bounds: wide), as: RegisteredReply.self)
    } else if target == nil, !own.contains(count) {
      throw Self.outside(own, count)
    }
  }

  static let notToZero =
    "a variant has at least one instance, unless it holds inference components and its "
    + "ManagedInstanceScaling.MinInstanceCount is 0, or its endpoint is asynchronous and a "
    + "scalable target allows 0"

  private static func outside(_ bounds: ClosedRange<Int>, _ count: Int) -> ActuateError {
    .refused(
      ActFailure(
        kind: .invalid, code: "OutsideBounds",
        message: "\(count) is not within \(bounds.lowerBound) to \(bounds.upperBound), "
          + "the bounds kept for it"))
  }

  private static func busy(_ workload: WorkloadID) -> ActuateError {
    .retryLater(
      after: updatePause,
      ActFailure(
        kind: .throttled, code: "Updating",
        message: "\(workload) is being updated; SageMaker takes one change at a time"))
  }
}
