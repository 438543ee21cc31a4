public import FleetModel
public import Planner
public import Ports
import Synchronization

/// What differs between two full listings and was not our doing, for any cloud: a node that ran and
/// is stopped, or gone from the list. It stands in front of an actuator and asks nothing itself.
///
/// Wire it twice: as the cloud's actuator and as one of its interruption sources. The first listing
/// after a start is only remembered. What ends between two starts of ours is in no notice; the
/// listing itself shows it, and the plan makes up for it.
public final class InventorySweep: Actuator, InterruptionSource {
  public var cloud: CloudName { actuator.cloud }
  private let actuator: any Actuator
  private let time: any TimeSource
  private let state = Mutex(State())
  /// What is not acknowledged yet is not given in a hurry.
  private let board: NoticeBoard

  private struct State {
    var running: Set<NodeID>?
    var asked: Set<NodeID> = []
    var waiting: [String: Interruption] = [:]
    /// Machines our smaller numbers may take away: by which act, and until when.
    var excused: [(token: String, until: Timestamp)] = []
    /// Workloads whose machines are listed.
    var groups: Set<WorkloadID> = []

    /// Of machines that ended, those that no smaller number of ours explains. The cloud chooses which
    /// go, so any may be them.
    mutating func unexcused(_ ended: [NodeID], at now: Timestamp) -> [NodeID] {
      excused.removeAll { $0.until < now }
      let ours = min(excused.count, ended.count)
      excused.removeFirst(ours)
      return Array(ended.dropFirst(ours))
    }
  }

  /// A group gives its machines back within this (Cluster Autoscaler's provision time).
  private static let patience = Duration.minutes(15)

  static let path = "sweep"
  /// Between looks at what the listings left here; a listing comes every 30 s.
  private static let pause = Duration.seconds(1)
  private static let turns = 20

  /// - Parameter time: says when a difference was seen, and paces.
  public init(_ actuator: any Actuator, time: any TimeSource) {
    self.actuator = actuator
    self.time = time
    board = NoticeBoard(every: Self.pause, time: time)
  }

  public func inventory() async throws(ActuateError) -> Inventory {
    let inventory = try await actuator.inventory()
    let now = time.now()
    state.withLock { state in
      let ended = Self.ended(state.running ?? [], in: inventory.nodes, asked: state.asked)
      for node in state.unexcused(ended, at: now) {
        let notice = Interruption(.stopped, of: node, in: cloud, noticedAt: now, path: Self.path)
        state.waiting[notice.id] = notice
      }
      let running = Set(inventory.nodes.filter { $0.state == .running }.map(\.id))
      state.running = running
      state.groups = Set(inventory.workloads.filter { $0.billing == .machines }.map(\.id))
      // A node we ended and that runs again was started by somebody: its next end is news.
      state.asked.formIntersection(Set(inventory.nodes.map(\.id)))
    }
    return inventory
  }

  /// Of those that ran, sorted: those that are neither running nor on their way up, and that we did
  /// not end.
  static func ended(
    _ before: Set<NodeID>, in nodes: [Node], asked: Set<NodeID>
  ) -> [NodeID] {
    let live = Set(nodes.filter { $0.state.isLive }.map(\.id))
    return before.subtracting(live).subtracting(asked).sorted()
  }

  public func observe(_ node: NodeID) async throws(ActuateError) -> Node? {
    try await actuator.observe(node)
  }

  public func observe(_ workload: WorkloadID) async throws(ActuateError) -> Workload? {
    try await actuator.observe(workload)
  }

  /// Noted before it is sent: an answer may be lost, and the end is ours all the same. What the cloud
  /// refused is no doing of ours.
  public func carryOut(
    _ action: Action, under permit: SendPermit
  ) async throws(ActuateError) -> Receipt {
    note(action)
    do throws(ActuateError) { return try await actuator.carryOut(action, under: permit) } catch {
      if case .refused = error { forget(action) }
      throw error
    }
  }

  private func note(_ action: Action) {
    let until = time.now().advanced(by: Self.patience)
    state.withLock { state in
      if let node = action.node {
        switch action.intent {
        case .stop, .terminate: state.asked.insert(node)
        case .start: state.asked.remove(node)
        default: break
        }
      }
      guard action.intent == .scaleDown, let change = action.replicas,
        let workload = action.workload, state.groups.contains(workload),
        !state.excused.contains(where: { $0.token == action.token })
      else { return }
      let count = max(0, change.from - change.to)
      state.excused += Array(repeating: (token: action.token, until: until), count: count)
    }
  }

  private func forget(_ action: Action) {
    state.withLock { state in
      if let node = action.node { state.asked.remove(node) }
      state.excused.removeAll { $0.token == action.token }
    }
  }

  public func notices() async throws(ActuateError) -> [Interruption] {
    for _ in 0..<Self.turns {
      try await board.turn()
      let waiting = state.withLock { $0.waiting.values.sorted { $0.id < $1.id } }
      guard waiting.isEmpty else { return waiting }
    }
    return []
  }

  public func acknowledge(_ notices: [Interruption]) async throws(ActuateError) {
    state.withLock { state in
      for notice in notices where state.waiting[notice.id] == notice {
        state.waiting[notice.id] = nil
      }
    }
  }
}
