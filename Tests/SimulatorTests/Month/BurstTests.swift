import CostModel
import FleetModel
import Planner
import Simulator
import TestSupport
import Testing

/// Work that no gauge sees, because it lies between the looks of the exporter: only the energy counter
/// knows of it. What this is shaped by: dcgm-exporter's gauges are momentary values
/// (NVIDIA/dcgm-exporter#53, NVIDIA/DCGM#170), a 1 % duty shows 60 zero samples in 30 min with
/// p = 0.55.
@Suite("Bursts between two looks")
struct BurstTests {
  /// What is heard before the first burst: a process that does nothing, as the held level asks.
  private static let rest = Duration.hours(8)
  /// Three hours of it. Work that hides from every look for longer than that is not to be thought
  /// of: of a duty of 5 % one look in twenty sees something, and one sign ends a stretch.
  private static let count = 18

  private struct Found {
    /// Windows in which it was called idle at any plan, and at the last one.
    var everIdle = 0
    var idleAtEnd = 0
    var confidence: Confidence?
  }

  /// Asked at every scrape whether it is idle, with bursts of 3 s at these moments.
  private static func windows(
    _ profile: DeviceProfile, bursts: [Timestamp], from begin: Timestamp
  ) -> Found {
    var world = BurstWorld(profile: profile, bursts: bursts, start: TestFleet.start)
    var found = Found()
    // The first window that is all burst, so to speak: before it there was rest.
    while world.now < begin.advanced(by: .minutes(10)) { world.step() }
    for _ in 0..<count {
      var isIdle = false
      var ever = false
      for _ in 0..<40 {
        world.step()
        isIdle = false
        if case .idleConfirmed(_, _, let confidence) = world.reason {
          (isIdle, ever, found.confidence) = (true, true, confidence)
        }
      }
      if ever { found.everIdle += 1 }
      if isIdle { found.idleAtEnd += 1 }
    }
    return found
  }

  @Test(
    "3 s of work in every 60 s are found in every window of ten minutes",
    arguments: [DeviceProfile.h100, .a100, .a10g, .l40s])
  func regular(profile: DeviceProfile) {
    let begin = TestFleet.start.advanced(by: Self.rest)
    let bursts = (0..<(Self.count + 4) * 10).map {
      begin.advanced(by: .seconds(Int64($0) * 60 + 31))
    }
    let found = Self.windows(profile, bursts: bursts, from: begin)
    print("\(profile.model): called idle in \(found.everIdle) of \(Self.count) windows")
    #expect(found.everIdle == 0)
  }

  @Test(
    "bursts at random are found in 85 of 100 windows, on an L40S in 70",
    arguments: [
      (DeviceProfile.h100, 0.85), (.a100, 0.85), (.a10g, 0.85), (.l40s, 0.70),
    ])
  func random(profile: DeviceProfile, least: Double) {
    var rested = BurstWorld(profile: profile, bursts: [], start: TestFleet.start)
    while rested.now < TestFleet.start.advanced(by: Self.rest) { rested.step() }
    // Draw after draw from the same rest, so that its level is known in each: twenty minutes with
    // one burst a minute on the average, and the verdict at the end of the second ten.
    let draws = 60
    var idle = 0
    for draw in 0..<draws {
      var world = rested
      world.bursts = (0..<20).map { number in
        let share = SplitMix64.unit(SplitMix64.hash(3, draw, number))
        return rested.now.advanced(by: .milliseconds(Int64(share * 1_200_000)))
      }.sorted()
      for _ in 0..<80 { world.step() }
      if case .idleConfirmed = world.reason { idle += 1 }
    }
    let share = 1 - Double(idle) / Double(draws)
    print("\(profile.model), at random: found in \((share * 100).rounded()) % of windows")
    #expect(share >= least)
  }

  @Test(
    "on a board of 75 W power cannot tell, and confidence is at most medium",
    arguments: [DeviceProfile.t4, .l4])
  func small(profile: DeviceProfile) {
    let found = Self.windows(profile, bursts: [], from: TestFleet.start.advanced(by: Self.rest))
    #expect(found.confidence == .medium)
  }
}

/// One GPU that a process holds, five others of its kind at rest beside it, all scraped every 15 s.
private struct BurstWorld {
  let profile: DeviceProfile
  var bursts: [Timestamp]
  private(set) var now: Timestamp
  private var joules: [Double] = Array(repeating: 1e6, count: 6)
  private var lastAt: Timestamp
  private var next = 0
  private var memory = Memory()
  private let rulebook: Rulebook
  private let nodes: [Node]

  init(profile: DeviceProfile, bursts: [Timestamp], start: Timestamp) {
    self.profile = profile
    self.bursts = bursts
    now = start
    lastAt = start
    let fleet = TestFleet(6, gpus: 1)
    var rulebook = fleet.rulebook
    // A board that power says nothing of is let through here: what is asked is its confidence.
    rulebook.pools[0].minimumConfidence = .medium
    self.rulebook = rulebook
    nodes = fleet.nodes
  }

  var reason: Reason {
    let targets = Dictionary(
      nodes.enumerated().map { ($1.id, Target("10.0.0.\($0):9400")) },
      uniquingKeysWith: { first, _ in first })
    let snapshot = Snapshot(
      takenAt: now, nodes: nodes, inventoryAt: now, targets: targets, memory: memory)
    let verdicts = plan(snapshot, under: rulebook).verdicts
    return verdicts.first { $0.subject == .node(nodes[0].id) }?.reason ?? .neverHeard
  }

  mutating func step() {
    now = now.advanced(by: .seconds(15))
    let burst = overlap(from: lastAt, to: now)
    let rest = profile.restWatts(held: true)
    for index in nodes.indices {
      let extra = index == 0 ? (profile.peakWatts - rest) * burst : 0
      joules[index] += rest * now.duration(since: lastAt).inSeconds + extra
      memory.fold(reading(index, watts: rest), under: rulebook)
    }
    lastAt = now
    memory.observe(nodes, at: now, under: rulebook)
  }

  /// Every gauge says rest: the bursts lie between the looks.
  private func reading(_ index: Int, watts: Double) -> NodeReading {
    var signals = DeviceSignals(profile: profile)
    let held = DeviceActivity(duty: 0, memoryUsed: (profile.memoryMiB * 0.4).rounded())
    var fields = signals.reading(of: held, at: now)
    fields[.totalEnergy] = (joules[index] * 1000).rounded()
    return NodeReading(
      target: Target("10.0.0.\(index):9400"), receivedAt: now,
      accelerators: [
        AcceleratorReading(id: TestFleet.gpu(index, 0), model: profile.model, fields: fields)
      ])
  }

  /// Seconds of bursts between two moments; asked in order.
  private mutating func overlap(from start: Timestamp, to end: Timestamp) -> Double {
    while next < bursts.count, bursts[next].advanced(by: .seconds(3)) <= start { next += 1 }
    var seconds = 0.0
    for burst in bursts[next...] {
      guard burst < end else { break }
      let from = max(burst, start)
      let to = min(burst.advanced(by: .seconds(3)), end)
      seconds += max(0, to.duration(since: from).inSeconds)
    }
    return seconds
  }
}
