import FleetModel

/// A variant or component as SageMaker's own answers show it, before others add to it.
struct SageMakerSeen: Sendable {
  var subject: SageMakerSubject
  var workload: Workload
  /// The least that SageMaker itself takes.
  var lowest: Int
  /// The most, where it has one of its own.
  var highest: Int?
  /// An endpoint that queues may have no instance where a scalable target says so.
  var isAsync = false
  /// Serves many models, loaded when they are asked for.
  var isMultiModel = false
  /// Why the last change did not come to be.
  var failureReason: String?
  var modified: Timestamp

  /// Of a failure for want of machines, SageMaker says it in these words.
  var failedForCapacity: Bool {
    guard let reason = failureReason else { return false }
    return [
      "InsufficientInstanceCapacity", "InsufficientCapacity", "requested ML compute capacity",
    ]
    .contains(where: reason.contains)
  }

  /// Where the number may be, a target's bounds included.
  func bounds(_ target: ClosedRange<Int>?) -> ClosedRange<Int> {
    let lowest = isAsync && target?.lowerBound == 0 ? 0 : lowest
    // The interface's integers have 32 bits.
    let highest = max(lowest, highest ?? Int(Int32.max))
    guard let target else { return lowest...highest }
    let low = min(max(lowest, target.lowerBound), highest)
    return low...max(low, min(highest, target.upperBound))
  }
}

extension SageMakerSeen {
  /// nil for what has no instances: a serverless variant.
  init?(
    _ variant: EndpointReply.Variant, of endpoint: EndpointReply,
    _ config: EndpointConfigReply?, tags: [String: String], cloud: CloudName, region: Region
  ) {
    guard variant.serverless == nil, let desired = variant.desired ?? variant.current else {
      return nil
    }
    let facts = config?.variants.first { $0.name == variant.name }
    // A variant that holds inference components is the one without a model of its own.
    let holdsComponents = facts != nil && facts?.model == nil
    let managed = holdsComponents ? variant.managed.flatMap { $0.isOn ? $0 : nil } : nil
    subject = .variant(variant.name, endpoint: endpoint.name)
    workload = Workload(
      id: subject.workload, cloud: cloud, region: region, desired: desired, ready: variant.current,
      state: Self.state(endpoint.status, desired: desired),
      type: facts?.type.map { InstanceType($0) }, tags: tags, billing: .replicas)
    if managed != nil { workload.figures["managed_instance_scaling"] = 1 }
    lowest = managed?.lowest == 0 ? 0 : 1
    highest = managed?.highest
    isAsync = endpoint.async != nil
    failureReason = endpoint.failureReason
    modified = Timestamp(epoch: endpoint.modified)
  }

  init(_ component: ComponentReply, tags: [String: String], cloud: CloudName, region: Region) {
    let runtime = component.runtime
    let desired = runtime?.desired ?? runtime?.current ?? 0
    subject = .component(component.name)
    // The type stays unsaid: a copy is a share of an instance, and that is the variant's.
    workload = Workload(
      id: subject.workload, cloud: cloud, region: region, desired: desired, ready: runtime?.current,
      state: Self.state(component.status ?? "InService", desired: desired), tags: tags,
      // Copies share the instances of their endpoint.
      billing: .shared)
    lowest = 0
    failureReason = component.failureReason
    modified = Timestamp(epoch: component.modified)
  }

  static func state(_ status: String, desired: Int) -> Workload.State {
    switch status {
    case "InService": desired == 0 ? .asleep : .running
    case "Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting": .changing
    default: .failed
    }
  }
}

extension Timestamp {
  /// As AWS's JSON writes times; a number beyond any date is 1970.
  init(epoch seconds: Double) {
    let plausible = seconds.isFinite && abs(seconds) < 1e12
    self.init(microseconds: plausible ? Int64(seconds * 1_000_000) : 0)
  }
}
