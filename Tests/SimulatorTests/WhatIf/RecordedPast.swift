import CostModel
import FleetModel
import Planner
import TestSupport

@testable import Simulator

/// A fleet's past with every look of it, as the store has it before it thins the looks: three batch
/// machines and two people's, which work and rest at random and come back when there is work.
struct RecordedPast {
  var rulebook: Rulebook
  var looks: [(snapshot: Snapshot, plan: Plan)] = []
  var stops: [MadeStop] = []
  var acts: [Decision] = []
  private var events: Int64 = 0

  static let step = Duration.minutes(4)

  init(hours: Int64, seed: UInt64, mode: OperatingMode = .auto) {
    var fleet = Self.fleet(mode)
    rulebook = fleet.rulebook
    var days = Days(nodes: fleet.nodes.count, seed: seed)
    var off: [String: OffInterval] = [:]
    let end = fleet.now.advanced(by: .hours(hours))
    while true {
      let plan = look(&fleet, &off)
      guard fleet.now < end else { break }
      for decision in plan.decisions where decision.isToBeCarriedOut {
        carryOut(decision, in: &fleet)
      }
      Self.pass(&fleet, &days)
    }
    let decided = Dictionary(
      acts.map { ($0.key.rawValue, $0) }, uniquingKeysWith: { one, _ in one })
    stops = off.values.sorted { ($0.node, $0.from) < ($1.node, $1.from) }
      .map { MadeStop(interval: $0, decision: decided[$0.decision]) }
  }

  private static func fleet(_ mode: OperatingMode) -> TestFleet {
    var fleet = TestFleet(5, mode: mode, gpus: 1, scrapeInterval: .minutes(1))
    fleet.now = fleet.now.startOfHour
    fleet.rulebook.thresholds.correlatedShare = 1
    fleet.rulebook.pools.insert(
      PoolRules(name: "dev", kind: .dev, mode: mode, match: .init(tags: [Tag.pool: "dev"])), at: 0)
    for place in 3..<5 { fleet.nodes[place].tags[Tag.pool] = "dev" }
    return fleet
  }

  private mutating func look(_ fleet: inout TestFleet, _ off: inout [String: OffInterval]) -> Plan {
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    let (snapshot, plan) = (fleet.snapshot, fleet.plan)
    looks.append((snapshot, plan))
    let accounts = account(snapshot, under: fleet.rulebook)
    fleet.memory = accounts.memory
    for interval in accounts.off { off["\(interval.node) \(interval.from)"] = interval }
    return plan
  }

  private mutating func carryOut(_ decision: Decision, in fleet: inout TestFleet) {
    guard let place = fleet.nodes.firstIndex(where: { $0.id == decision.node }) else { return }
    let receipt = Receipt(node: fleet.nodes[place].id, state: .stopping)
    for kind in [.intended(decision), .attempted(number: 1), LedgerEvent.Kind.succeeded(receipt)] {
      events += 1
      fleet.memory.fold(LedgerEvent(id: events, at: fleet.now, key: decision.key, kind: kind))
    }
    acts.append(decision)
    fleet.nodes[place].state = .stopping
  }

  /// The time to the next look.
  private static func pass(_ fleet: inout TestFleet, _ days: inout Days) {
    for _ in 0..<(step.microseconds / Duration.minutes(1).microseconds) {
      fleet.step()
      for place in fleet.nodes.indices {
        let works = days.works(place, at: fleet.now)
        switch fleet.nodes[place].state {
        case .running: fleet.hear(place, works ? .busy : .idle)
        case .stopping: fleet.nodes[place].state = .stopped
        default:
          guard works else { continue }
          fleet.nodes[place].state = .running
          fleet.nodes[place].launchedAt = fleet.now
        }
      }
    }
  }

  /// When each node has work.
  private struct Days {
    private var random: SplitMix64
    private var turn: [(works: Bool, until: Timestamp?)]

    init(nodes: Int, seed: UInt64) {
      random = SplitMix64(seed: seed &* 7919 &+ 5)
      turn = Array(repeating: (false, nil), count: nodes)
    }

    mutating func works(_ place: Int, at now: Timestamp) -> Bool {
      if let until = turn[place].until, now < until { return turn[place].works }
      let works = !turn[place].works
      let time = Int64.random(in: works ? 10...60 : 5...240, using: &random)
      turn[place] = (works, now.advanced(by: .minutes(time)))
      return works
    }
  }
}

extension RecordedPast {
  /// The first look of every hour, as the store keeps them.
  var thinned: RecordedPast { thinned(but: 0) }

  /// The newest looks all, older ones once an hour.
  func thinned(but kept: Int) -> RecordedPast {
    var past = self
    var hours: Set<Timestamp> = []
    past.looks =
      looks.dropLast(kept).filter { hours.insert($0.snapshot.takenAt.startOfHour).inserted }
      + looks.suffix(kept)
    return past
  }

  func answer(_ after: Rulebook, before: Rulebook? = nil) -> WhatIfAnswer {
    var question = WhatIf(
      before: before ?? rulebook, after: after, recorded: [rulebook],
      times: looks.map(\.snapshot.takenAt), stops: stops, acts: acts)
    let wanted = Set(question.looks)
    for look in looks where wanted.contains(look.snapshot.takenAt) {
      question.take(look.snapshot, recorded: look.plan)
    }
    return question.answer
  }

  /// The same rules with one pool changed, or all.
  func changed(_ pool: PoolName? = nil, _ change: (inout PoolRules) -> Void) -> Rulebook {
    var rules = rulebook
    for index in rules.pools.indices where pool == nil || rules.pools[index].name == pool {
      change(&rules.pools[index])
    }
    return rules
  }
}
