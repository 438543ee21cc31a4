import CostModel
import FleetModel
import Foundation
import Planner
import TestSupport
import Testing

/// Random fleets: nothing here knows what is in them, only what must hold.
@Suite("Properties")
struct PropertyTests {
  static let seeds: [UInt64] = Array(1...120)
  /// Made once: a test takes its copy.
  static let fleets = Dictionary(uniqueKeysWithValues: seeds.map { ($0, made($0)) })

  static func random(_ seed: UInt64) -> TestFleet { fleets[seed] ?? made(seed) }

  /// A fleet of three pools with a random past, and a moment in it.
  private static func made(_ seed: UInt64) -> TestFleet {
    var dice = SeededGenerator(seed: seed)
    var fleet = TestFleet(Int.random(in: 1...14, using: &dice), gpus: 2)
    fleet.rulebook.pools = ["pool", "second", "third"].map { pool($0, &dice) }
    for node in fleet.nodes.indices { dress(&fleet.nodes[node], &dice) }
    let scrapes = Int.random(in: 1...90, using: &dice)
    var moods = fleet.nodes.map { _ in Int.random(in: 0...9, using: &dice) }
    var event: Int64 = 0
    for _ in 0..<scrapes {
      fleet.step()
      for node in fleet.nodes.indices { hear(node, of: &fleet, mood: moods[node], &dice) }
      if Int.random(in: 0..<20, using: &dice) == 0 {
        moods[Int.random(in: moods.indices, using: &dice)] = Int.random(in: 0...9, using: &dice)
      }
      if Int.random(in: 0..<6, using: &dice) == 0 { act(in: &fleet, &event, &dice) }
      fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    }
    fleet.killSwitch = Int.random(in: 0..<20, using: &dice) == 0
    fleet.silence(.seconds(Int64.random(in: 0...40, using: &dice)))
    limit(&fleet.rulebook, &dice)
    return fleet
  }

  private static func pool(_ name: PoolName, _ dice: inout SeededGenerator) -> PoolRules {
    PoolRules(
      name: name, kind: PoolKind.allCases.randomElement(using: &dice) ?? .batch,
      mode: OperatingMode.allCases.randomElement(using: &dice) ?? .auto,
      match: .init(tags: [Tag.pool: name.rawValue]),
      minimumNodes: Int.random(in: 0...3, using: &dice),
      maximumNodes: Bool.random(using: &dice) ? Int.random(in: 3...6, using: &dice) : nil,
      idleAfter: .minutes(Int64.random(in: 1...8, using: &dice)),
      idleIntent: Bool.random(using: &dice) ? .stop : .terminate,
      minimumConfidence: Bool.random(using: &dice) ? .high : .medium,
      launch: Bool.random(using: &dice)
        ? LaunchSpec(cloud: "aws", region: "us-east-1", type: "p4d.24xlarge", image: "ami-1") : nil)
  }

  /// Sometimes a ceiling, sometimes few acts a minute, sometimes limits of one pool.
  private static func limit(_ rulebook: inout Rulebook, _ dice: inout SeededGenerator) {
    if Int.random(in: 0..<3, using: &dice) == 0 {
      rulebook.spend.hourlyCap = Growing.times(Int64.random(in: 1...14, using: &dice))
    }
    if Int.random(in: 0..<5, using: &dice) == 0 {
      rulebook.safety.actsPerMinute = Int.random(in: 0...3, using: &dice)
    }
    for pool in rulebook.pools.indices {
      if Int.random(in: 0..<5, using: &dice) == 0 {
        rulebook.pools[pool].maximumPrice = Growing.cents(
          Int64.random(in: 2194...2197, using: &dice))
      }
      if Int.random(in: 0..<5, using: &dice) == 0 {
        let limit = DisruptionBudget.Limit.nodes(Int.random(in: 0...2, using: &dice))
        rulebook.pools[pool].disruption = [
          DisruptionBudget(limit: limit), DisruptionBudget(limit: .share(0.3)),
        ]
      }
    }
  }

  private static func dress(_ node: inout Node, _ dice: inout SeededGenerator) {
    node.tags[Tag.pool] = ["pool", "pool", "second", "third", "none"].randomElement(using: &dice)
    if Int.random(in: 0..<8, using: &dice) == 0 { node.tags[Tag.fleet] = "other" }
    if Int.random(in: 0..<8, using: &dice) == 0 { node.tags[Tag.protect] = "true" }
    if Int.random(in: 0..<6, using: &dice) == 0 {
      node.state = InstanceState.allCases.randomElement(using: &dice) ?? .running
    }
    if Int.random(in: 0..<10, using: &dice) == 0 { node.acceleratorCount = nil }
  }

  private static func hear(
    _ node: Int, of fleet: inout TestFleet, mood: Int, _ dice: inout SeededGenerator
  ) {
    guard fleet.nodes[node].state == .running else { return }
    let fails = Int.random(in: 0..<40, using: &dice) == 0
    switch mood {
    case 0, 1, 2, 3, 4:
      if !fails { fleet.hear(node) }
    case 5: fleet.hear(node, .busy)
    case 6: fleet.hear(node, .idle, missing: [1])
    case 7: fleet.hear(node, .idle, except: [0: TestFleet.Signals(engine: .nan)])
    case 8: fleet.hear(node, .idle, requests: RequestReading(running: 0, waiting: 0, finished: 5))
    default:
      fleet.memory.foldFailure(
        of: fleet.targets[fleet.nodes[node].id] ?? "none:1", at: fleet.now, under: fleet.rulebook)
    }
  }

  /// Carries out what is planned, sometimes only half.
  private static func act(
    in fleet: inout TestFleet, _ event: inout Int64, _ dice: inout SeededGenerator
  ) {
    for decision in fleet.plan.decisions where decision.mode == .auto {
      var kinds = [LedgerEvent.Kind.intended(decision), .attempted(number: 1)]
      switch Int.random(in: 0..<4, using: &dice) {
      case 0: kinds.removeLast()
      case 1: kinds.append(.failed(ActFailure(kind: .capacity, code: "", message: "")))
      case 2: kinds.append(.cancelled(.killSwitch))
      default: kinds.append(.succeeded(Receipt(node: decision.node ?? "i-new", state: .pending)))
      }
      for kind in kinds {
        event += 1
        fleet.memory.fold(LedgerEvent(id: event, at: fleet.now, key: decision.key, kind: kind))
      }
      guard case .succeeded = kinds.last,
        let index = fleet.nodes.firstIndex(where: { $0.id == decision.node })
      else { continue }
      fleet.nodes[index].state = decision.intent.shrinks ? .stopping : .running
    }
  }

  @Test("the linter finds nothing in any plan", arguments: seeds)
  func sound(seed: UInt64) {
    let fleet = Self.random(seed)
    #expect(PlanCheck.findings(fleet.plan, for: fleet.snapshot, under: fleet.rulebook) == [])
  }

  @Test("the linter finds a plan that passes limits set after it was made", arguments: seeds)
  func limits(seed: UInt64) {
    var fleet = Self.random(seed)
    let plan = fleet.plan
    let grows = plan.decisions.contains(where: \.intent.grows)
    let shrinks = plan.decisions.contains(where: \.intent.shrinks)
    let findings = { PlanCheck.findings(plan, for: fleet.snapshot, under: fleet.rulebook) }
    fleet.rulebook.safety.actsPerMinute = 0
    #expect(findings().isEmpty == plan.decisions.isEmpty)
    fleet.rulebook.safety.actsPerMinute = .max
    fleet.rulebook.spend.hourlyCap = .zero
    #expect(findings().isEmpty != grows)
    fleet.rulebook.spend.hourlyCap = nil
    for pool in fleet.rulebook.pools.indices { fleet.rulebook.pools[pool].maximumPrice = .zero }
    #expect(findings().isEmpty != grows)
    for pool in fleet.rulebook.pools.indices {
      fleet.rulebook.pools[pool].maximumPrice = nil
      fleet.rulebook.pools[pool].disruption = [DisruptionBudget(limit: .nodes(0))]
    }
    #expect(findings().isEmpty != shrinks)
  }

  @Test("every reservation of a plan stands once all its intents are committed", arguments: seeds)
  func reserved(seed: UInt64) {
    var fleet = Self.random(seed)
    let growth = fleet.plan.decisions.filter(\.intent.grows)
    for decision in growth { fleet.note(decision) }
    for decision in growth {
      #expect(reservation(decision, snapshot: fleet.snapshot, under: fleet.rulebook) == nil)
    }
  }

  @Test("a plan is the same again, and after its snapshot was stored", arguments: seeds.prefix(40))
  func deterministic(seed: UInt64) throws {
    let fleet = Self.random(seed)
    #expect(fleet.plan == fleet.plan)
    let stored = try JSONDecoder().decode(
      Snapshot.self, from: JSONEncoder().encode(fleet.snapshot))
    #expect(stored == fleet.snapshot)
    #expect(plan(stored, under: fleet.rulebook) == fleet.plan)
  }

  @Test("the order of nodes in a snapshot is of no consequence", arguments: seeds.prefix(40))
  func order(seed: UInt64) {
    var fleet = Self.random(seed)
    let plan = fleet.plan
    fleet.nodes.reverse()
    #expect(fleet.plan == plan)
  }

  @Test("what an older version stored, without the fields of the newest guards, is still read")
  func older() throws {
    let fleet = Self.random(1)
    let added = [
      "acts", "prices", "month", "workedSince", "workPausedAt", "launchedAs", "protectionEnds",
      "protectionNoticedAt", "errorBudget", "flips",
      "lastHost", "hostAt", "unexplainedSince",
    ]
    let stored = try JSONSerialization.jsonObject(with: JSONEncoder().encode(fleet.memory))
    let older = try JSONSerialization.data(withJSONObject: Self.without(added, in: stored))
    let memory = try JSONDecoder().decode(Memory.self, from: older)
    #expect(memory.targets.count == fleet.memory.targets.count)
    #expect(memory.acts == nil && memory.pools.values.allSatisfy { $0.flips == nil })
  }

  private static func without(_ keys: [String], in value: Any) -> Any {
    if let list = value as? [Any] { return list.map { without(keys, in: $0) } }
    guard let object = value as? [String: Any] else { return value }
    return object.filter { !keys.contains($0.key) }.mapValues { without(keys, in: $0) }
  }

  @Test("random fleets do decide: the properties are not empty")
  func notEmpty() {
    let plans = Self.seeds.map { Self.random($0).plan }
    #expect(plans.count { $0.decisions.contains(where: \.intent.shrinks) } > 10)
    #expect(plans.count { $0.decisions.contains { $0.intent == .launch } } > 10)
  }

  @Test("what passed a plan passes its recheck at the same moment", arguments: seeds)
  func recheckAgrees(seed: UInt64) {
    var fleet = Self.random(seed)
    fleet.step()
    for node in fleet.nodes.indices where fleet.nodes[node].state == .running { fleet.hear(node) }
    for decision in fleet.plan.decisions {
      let node = fleet.nodes.first { $0.id == decision.node }
      #expect(
        Planner.recheck(
          decision, node: node, memory: fleet.memory, at: fleet.now, under: fleet.rulebook,
          in: fleet.snapshot) == nil)
    }
  }

  @Test("every billed moment is in one bucket", arguments: seeds)
  func conservation(seed: UInt64) {
    var fleet = Self.random(seed)
    fleet.memory.accountedAt = fleet.now.advanced(by: .zero - .hours(3))
    for hour in account(fleet.snapshot, under: fleet.rulebook).usage {
      #expect(hour.buckets.total == hour.billedMicroseconds * Int64(max(1, hour.accelerators)))
      #expect((1...3_600_000_000).contains(hour.billedMicroseconds))
    }
  }

  @Test("accounting a time at once equals accounting its parts", arguments: seeds)
  func additive(seed: UInt64) {
    var fleet = Self.random(seed)
    var dice = SeededGenerator(seed: seed ^ 0xACC0)
    let end = fleet.now
    fleet.memory.accountedAt = end.advanced(by: .zero - .hours(2))
    let whole = account(fleet.snapshot, under: fleet.rulebook)
    fleet.now = end.advanced(by: .zero - .seconds(Int64.random(in: 0...7200, using: &dice)))
    let first = account(fleet.snapshot, under: fleet.rulebook)
    fleet.memory = first.memory
    fleet.now = end
    let second = account(fleet.snapshot, under: fleet.rulebook)
    #expect(sums(whole.usage) == sums(first.usage + second.usage))
  }

  private func sums(_ usage: [UsageHour]) -> [String: [Int64]] {
    Dictionary(
      usage.map {
        ("\($0.node) \($0.hour.microseconds)", [$0.billedMicroseconds] + $0.buckets.microseconds)
      },
      uniquingKeysWith: { zip($0, $1).map(+) })
  }

  @Test("a protected, busy or deaf node is not stopped, whatever the rules", arguments: seeds)
  func spared(seed: UInt64) {
    var fleet = Self.random(seed)
    for node in fleet.nodes.indices { fleet.nodes[node].tags[Tag.protect] = "true" }
    #expect(fleet.plan.decisions.allSatisfy { !$0.intent.shrinks })
  }
}

@Suite("Reasons")
struct ReasonTests {
  static let all: [Reason] = [
    .idleConfirmed(for: .minutes(12), limit: .minutes(10), confidence: .high),
    .idleTooShort(for: .minutes(2), limit: .minutes(10)), .busy(.engine),
    .windowIncomplete(heard: 3, expected: 9, largestGap: .seconds(40)), .stale(age: .minutes(3)),
    .neverHeard, .acceleratorsMissing(heard: 7, expected: 8), .acceleratorCountUnknown,
    .exporterSlow(took: .seconds(60), limit: .seconds(30)),
    .sensorFault("GPU-1"), .identityConflict("GPU-1"), .faulty("GPU-1"), .suspectedHang("GPU-1"),
    .confidenceTooLow(.low, required: .high), .warmingUp(age: .minutes(1), grace: .minutes(15)),
    .notRunning(.stopped), .unmatched, .notOurs, .noPool, .priceUnknown, .protected(until: nil),
    .protected(until: TestFleet.start), .minimumReached(minimum: 2), .cooldown(left: .minutes(1)),
    .blastRadius(allowed: 1, window: .zero), .blastRadius(allowed: 1, window: .minutes(10)),
    .correlatedIdle(turned: 4, of: 10), .unhealthyHalt(unknown: 3, of: 10), .killSwitch,
    .kindNeverActs(.training), .clockSkew(.minutes(5)), .inFlight, .superseded,
    .expired(age: .minutes(2)), .belowMinimum(live: 1, minimum: 2), .enough(live: 2, minimum: 2),
    .aboveMaximum(live: 5, maximum: 4),
    .noLaunchTemplate, .workload(.unlisted), .workload(.paused), .workload(.failed),
    .capacityQuarantine(until: TestFleet.start),
    .budgetDenied(.hourlyCap, would: .dollars(3), cap: .dollars(2)),
    .budgetDenied(.month("all"), would: .dollars(3), cap: .dollars(2)),
    .budgetShrink(name: "all", spent: .dollars(3), budget: .dollars(2)),
    .spotOnly(name: "all", spent: .dollars(3), budget: .dollars(2)),
    .priceAboveLimit(Growing.cents(3), limit: Growing.cents(2)),
    .priceSuspect(was: Growing.cents(3), now: Growing.cents(9)),
    .belowMinimumSaving(daily: .dollars(1), least: .dollars(2)),
    .disruptionBudget(allowed: 1, disrupted: 2), .errorBudget(burnRate: 15, limit: 14.4),
    .rateLimited(acts: 10, perMinute: 10), .flipFlop(reversals: 4, until: TestFleet.start),
    .longJob(worked: .hours(9), idle: .minutes(9), limit: .minutes(54)),
    .unsupported(.stop, because: "no disks"),
  ]

  @Test("every reason is one sentence of its own", arguments: all)
  func sentence(reason: Reason) {
    #expect(reason.sentence.hasSuffix("."))
    #expect(reason.sentence != reason.code)
    #expect(Self.all.count { $0.sentence == reason.sentence } == 1)
  }

  @Test("figures are in the sentence")
  func figures() {
    #expect(
      Reason.idleConfirmed(for: .seconds(725), limit: .minutes(10), confidence: .high).sentence
        == "Idle for 12m 5s, the limit is 10m; confidence high.")
    #expect(
      Reason.protected(until: TestFleet.start).sentence == "Protected until 2026-11-21T09:00:00Z.")
  }
}
