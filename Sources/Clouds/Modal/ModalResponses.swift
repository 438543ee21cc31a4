import FleetModel
import Planner
import Ports

/// AutoscalerSettings, as far as it is used here; nil: not set, or left as it is.
struct ModalAutoscaler: Sendable, Hashable {
  var minContainers: Int?
  var maxContainers: Int?

  init(minContainers: Int? = nil, maxContainers: Int? = nil) {
    self.minContainers = minContainers
    self.maxContainers = maxContainers
  }

  init?(_ message: ProtobufMessage) {
    self.init(minContainers: message.uint32(1), maxContainers: message.uint32(2))
    guard (minContainers ?? 0) <= Self.most, (maxContainers ?? 0) <= Self.most else { return nil }
  }

  /// A larger number is not one that was meant.
  static let most = 1_000_000

  /// Not set is none.
  var floor: Int { minContainers ?? 0 }
  /// Modal says zero for "no limit" too.
  var ceiling: Int? { maxContainers.flatMap { $0 > 0 ? $0 : nil } }
}

/// FunctionGetSchedulingParamsResponse.
struct ModalScheduling: Sendable, Hashable {
  /// In force now.
  var settings: ModalAutoscaler
  /// As it was deployed; what an override falls back to at the next deploy. nil: not said.
  var deployed: ModalAutoscaler?

  init?(_ message: ProtobufMessage) {
    guard let configuration = message.message(1),
      let settings = configuration.message(1).flatMap(ModalAutoscaler.init)
    else { return nil }
    self.settings = settings
    deployed = configuration.message(4).flatMap(ModalAutoscaler.init)
  }
}

/// FunctionGetResponse.
struct ModalFunction: Sendable, Hashable {
  var id: String
  /// "H100", "A100-80GB:2"; the first choice where there are several. nil: no GPU, or not said.
  var type: InstanceType?

  init?(_ message: ProtobufMessage) {
    guard let id = message.string(1), !id.isEmpty else { return nil }
    self.id = id
    let choices = message.message(5)?.messages(18) ?? []
    let ranked = choices.map { (rank: $0.uint32(1) ?? 0, gpu: Self.gpu($0)) }
    type = ranked.min { $0.rank < $1.rank }?.gpu
  }

  /// Of a RankedFunction: function 2, resources 9, gpu_config 4.
  private static func gpu(_ ranked: ProtobufMessage) -> InstanceType? {
    guard let gpu = ranked.message(2)?.message(9)?.message(4),
      let count = gpu.uint32(2), count > 0, let name = gpu.string(4), !name.isEmpty
    else { return nil }
    return InstanceType(count == 1 ? name : "\(name):\(count)")
  }
}

/// FunctionStats: what goes on now.
struct ModalStats: Sendable, Hashable {
  /// Inputs that wait for a container.
  var backlog: Int
  var containers: Int
  var runningInputs: Int
  /// Inputs more that the containers there are could take.
  var headroom: Int

  /// Zeros are not written, so an empty message is a function that does nothing.
  init(_ message: ProtobufMessage) {
    backlog = message.uint32(1) ?? 0
    containers = message.uint32(3) ?? 0
    runningInputs = message.uint32(4) ?? 0
    headroom = message.uint32(5) ?? 0
  }
}

/// A function with what is known of it.
struct ModalState: Sendable, Hashable {
  var name: ModalFunctionName
  var function: ModalFunction
  var scheduling: ModalScheduling
  var stats: ModalStats

  func workload(cloud: CloudName, at: Timestamp) -> Workload {
    let settings = scheduling.settings
    return Workload(
      id: name.workload, cloud: cloud, desired: settings.floor, ready: stats.containers,
      bounds: settings.ceiling.map { 0...$0 }, state: state, type: function.type,
      billing: .replicas,
      load: Workload.Load(
        at: at, running: Double(stats.runningInputs), waiting: Double(stats.backlog)),
      figures: figures)
  }

  /// It takes inputs at any time: Modal starts containers for those that wait.
  private var state: Workload.State {
    scheduling.settings.floor == 0 && stats.containers == 0 ? .asleep : .running
  }

  private var figures: [String: Double] {
    var figures = ["headroom_inputs": Double(stats.headroom)]
    if let deployed = scheduling.deployed {
      figures["deployed_replicas"] = Double(deployed.floor)
    }
    return figures
  }
}
