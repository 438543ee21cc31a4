import FleetModel
import Planner

/// A small model of a cloud and its machines: enough for stop, start and what sensors say.
struct ModelWorld {
  private let shape: DemoFleetShape
  private let seed: UInt64
  private(set) var nodes: [Node]
  private var machines: [Machine] = []
  private var places: [NodeID: Int] = [:]
  private var lastDay: Int

  /// What a node is made of.
  private struct Machine {
    var target: Target
    var kind: PoolKind
    var profile: DeviceProfile
    var signals: NodeSignals
    var parts: Int
    var accelerators: [AcceleratorID]
    /// Nothing is scraped before: the machine boots.
    var upFrom: Timestamp
  }

  init(shape: DemoFleetShape, from start: Timestamp, seed: UInt64) {
    self.shape = shape
    self.seed = seed
    // The fleet is older than the history: nobody is in its first minutes of grace.
    let launched = start.advanced(by: .zero - .days(1))
    nodes = shape.nodes(launchedAt: launched)
    lastDay = Clock(start).day
    for (number, node) in nodes.enumerated() {
      guard let (pool, _) = shape.place(of: number) else { continue }
      places[node.id] = number
      let devices = (0..<pool.accelerators).map { accelerator in
        let worn = SplitMix64.unit(SplitMix64.hash(seed, number, accelerator))
        return DeviceSignals(profile: pool.profile, energy: (worn * 1e12).rounded())
      }
      let signals = NodeSignals(devices, cut: pool.cut)
      machines.append(
        Machine(
          target: Target("\(node.privateAddress ?? node.id.rawValue):9400"), kind: pool.kind,
          profile: pool.profile, signals: signals, parts: pool.parts,
          accelerators: signals.rows.map {
            DemoFleetShape.acceleratorID(node: number, accelerator: $0.gpu).part($0.slice)
          }, upFrom: start))
    }
  }

  var targets: [NodeID: Target] {
    Dictionary(
      zip(nodes.map(\.id), machines.map(\.target)), uniquingKeysWith: { first, _ in first })
  }

  func node(_ id: NodeID) -> Node? { places[id].map { nodes[$0] } }

  /// Machines come to rest, and people switch on what they need.
  mutating func advance(to now: Timestamp, activity: some ActivitySource) {
    let clock = Clock(now)
    let isMorning = clock.isWorkingTime && clock.day != lastDay
    if isMorning { lastDay = clock.day }
    for index in nodes.indices {
      switch nodes[index].state {
      case .stopping: nodes[index].state = .stopped
      case .pending: nodes[index].state = .running
      case .stopped:
        let wanted =
          (isMorning && machines[index].kind == .dev) || isWanted(index, activity, at: now)
        if wanted { boot(index, at: now) }
      case .running, .shuttingDown, .terminated: break
      }
    }
  }

  private func isWanted(_ index: Int, _ activity: some ActivitySource, at now: Timestamp) -> Bool {
    (0..<machines[index].parts).contains {
      let wish = activity.activity(node: index, accelerator: $0, at: now)
      return wish.map { $0.duty > 0 || $0.loading } ?? false
    }
  }

  /// Runs, and is billed, at once; is heard from the next tick on. Its counters begin anew.
  private mutating func boot(_ index: Int, at now: Timestamp) {
    nodes[index].state = .running
    nodes[index].launchedAt = now
    machines[index].upFrom = now.advanced(by: .microseconds(1))
    let fresh = DeviceSignals(profile: machines[index].profile)
    machines[index].signals = NodeSignals(
      Array(repeating: fresh, count: machines[index].signals.count),
      cut: machines[index].signals.cut)
  }

  /// What every exporter says now.
  mutating func readings(
    at now: Timestamp, activity: some ActivitySource, take: (NodeReading) -> Void
  ) {
    for index in nodes.indices
    where nodes[index].state == .running && machines[index].upFrom <= now {
      var duty = 0.0
      let page = machines[index].signals.readings(at: now) { part in
        let truth = activity.activity(node: index, accelerator: part, at: now)
        duty = max(duty, truth?.duty ?? 0)
        return truth
      }
      let devices = zip(machines[index].accelerators, page).compactMap { id, fields in
        fields.map { AcceleratorReading(id: id, model: machines[index].profile.model, fields: $0) }
      }.sorted { $0.id < $1.id }
      guard !devices.isEmpty else { continue }
      let requests =
        machines[index].kind == .serving
        ? RequestReading(running: (duty * 32).rounded(.up), waiting: 0) : nil
      take(
        NodeReading(
          target: machines[index].target, receivedAt: now, accelerators: devices,
          requests: requests))
    }
  }

  struct Refused: Error { var failure: ActFailure }

  mutating func carryOut(_ decision: Decision, at now: Timestamp) -> Result<Receipt, Refused> {
    guard let id = decision.node, let index = places[id] else {
      let soldOut = ActFailure(
        kind: .capacity, code: "InsufficientInstanceCapacity",
        message: "the modelled cloud has no more machines of this type")
      return .failure(Refused(failure: soldOut))
    }
    switch decision.intent {
    case .stop: nodes[index].state = .stopping
    case .terminate: nodes[index].state = .terminated
    case .start: boot(index, at: now)
    case .keep, .launch, .scaleUp, .scaleDown, .unload: break
    }
    return .success(Receipt(node: id, state: nodes[index].state))
  }
}
