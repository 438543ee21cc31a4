import Planner

/// The zones and what runs in them: the model of a spot backtest, one tick after the other.
///
/// All of a zone are lost at once when it goes down; on-demand is always there. What is launched in
/// tick t is billed from t + 1 and ready at t + 1 + cold start.
struct SpotWorld {
  let states: [[UInt8]]
  /// By zone and tick, 1 where a coming loss has been announced; empty without notice.
  let announced: [[UInt8]]
  let observation: SpotObservation
  let coldTicks: Int
  let onDemandColdTicks: Int

  /// By zone, the tick each replica is ready at: ascending, since launches follow in time.
  private(set) var spot: [[Int]]
  private(set) var onDemand: [Int] = []
  private(set) var lost: [Int]
  private(set) var spotTicks: [Int]
  private(set) var onDemandTicks = 0
  private(set) var preemptions = 0
  private(set) var launches = 0
  private var probed: [Bool?]
  private var look: SpotLook

  /// A probe that succeeds is billed this many ticks.
  static let probeTicks = 4

  init(
    states: [[UInt8]], announced: [[UInt8]], observation: SpotObservation, coldTicks: Int,
    onDemandColdTicks: Int
  ) {
    self.states = states
    self.announced = announced
    self.observation = observation
    self.coldTicks = coldTicks
    self.onDemandColdTicks = onDemandColdTicks
    spot = Array(repeating: [], count: states.count)
    lost = Array(repeating: 0, count: states.count)
    spotTicks = lost
    probed = Array(repeating: nil, count: states.count)
    look = SpotLook(offerings: Array(repeating: OfferingLook(isUp: nil), count: states.count))
  }

  /// Takes what is lost in this tick.
  mutating func lose(at tick: Int) {
    for zone in states.indices {
      lost[zone] = 0
      guard states[zone][tick] == 0, !spot[zone].isEmpty else { continue }
      lost[zone] = spot[zone].count
      preemptions += lost[zone]
      spot[zone].removeAll(keepingCapacity: true)
    }
  }

  mutating func bill() {
    for zone in spot.indices { spotTicks[zone] += spot[zone].count }
    onDemandTicks += onDemand.count
  }

  func spotReady(at tick: Int) -> Int {
    spot.reduce(0) { $0 + Self.ready($1, tick) }
  }

  func onDemandReady(at tick: Int) -> Int { Self.ready(onDemand, tick) }

  private static func ready(_ replicas: [Int], _ tick: Int) -> Int {
    var count = 0
    while count < replicas.count, replicas[count] <= tick { count += 1 }
    return count
  }

  /// What a policy sees now; nothing of any later tick is in it.
  mutating func sight(at tick: Int) -> SpotLook {
    for zone in spot.indices {
      let ready = Self.ready(spot[zone], tick)
      look.offerings[zone].ready = ready
      look.offerings[zone].pending = spot[zone].count - ready
      look.offerings[zone].due = Self.ready(spot[zone], tick + 1) - ready
      look.offerings[zone].lost = lost[zone]
      look.offerings[zone].isUp = isSeenUp(zone, at: tick)
      look.offerings[zone].isNoticed =
        !announced.isEmpty && !spot[zone].isEmpty && announced[zone][tick] == 1
    }
    look.onDemandReady = onDemandReady(at: tick)
    look.onDemandPending = onDemand.count - look.onDemandReady
    look.onDemandDue = onDemandReady(at: tick + 1) - look.onDemandReady
    return look
  }

  private func isSeenUp(_ zone: Int, at tick: Int) -> Bool? {
    switch observation {
    case .full: states[zone][tick] == 1
    case .limited: spot[zone].isEmpty ? (lost[zone] > 0 ? false : nil) : true
    }
  }

  /// Carries out a choice; the zones that refused are returned.
  mutating func carryOut(_ choice: SpotChoice, at tick: Int) -> [Int] {
    var refused: [Int] = []
    for zone in spot.indices {
      let dropped = min(choice.drop[zone], spot[zone].count)
      if dropped > 0 { spot[zone].removeLast(dropped) }
      guard choice.launch[zone] > 0 else { continue }
      guard states[zone][tick] == 1 else {
        refused.append(zone)
        continue
      }
      launches += choice.launch[zone]
      for _ in 0..<choice.launch[zone] { spot[zone].append(tick + 1 + coldTicks) }
    }
    onDemand.removeLast(min(choice.dropOnDemand, onDemand.count))
    launches += choice.launchOnDemand
    for _ in 0..<choice.launchOnDemand { onDemand.append(tick + 1 + onDemandColdTicks) }
    return refused
  }

  /// Tries a zone once: whether it is up.
  mutating func probe(_ zone: Int, at tick: Int) -> Bool {
    guard states[zone][tick] == 1 else { return false }
    spotTicks[zone] += Self.probeTicks
    return true
  }
}
