import CostModel
import FleetModel
import Foundation
import TestSupport
import Testing

@testable import Planner

@Suite("Pools whose cloud keeps their number")
struct WorkloadTests {
  static let id: WorkloadID = "acme/llama"

  static func rulebook(_ change: (inout PoolRules) -> Void = { _ in }) -> Rulebook {
    var pool = PoolRules(
      name: "chat", kind: .serving, mode: .auto,
      match: .init(cloud: "hf", workload: id), minimumNodes: 2, maximumNodes: 5)
    change(&pool)
    let price = Price(
      cloud: "hf", type: "aws-nvidia-a10g/x1", hourly: HourlyRate(perHour: .dollars(2)),
      source: "test", asOf: "2026-07-20")
    return Rulebook(fleet: "test", pools: [pool], prices: PriceBook([price]))
  }

  static func workload(
    _ desired: Int, ready: Int? = nil, _ state: Workload.State = .running,
    load: Workload.Load? = nil
  ) -> Workload {
    Workload(
      id: id, cloud: "hf", desired: desired, ready: ready ?? desired, state: state,
      type: "aws-nvidia-a10g/x1", billing: .replicas, load: load)
  }

  static func snapshot(
    _ workloads: [Workload], at now: Timestamp = TestFleet.start, memory: Memory = Memory(),
    under rulebook: Rulebook
  ) -> Snapshot {
    var snapshot = Snapshot(
      takenAt: now, nodes: [], inventoryAt: now, targets: [:], memory: memory)
    snapshot.take(workloads, under: rulebook)
    snapshot.memory.observe(snapshot.workloads ?? [:], at: now)
    return snapshot
  }

  @Test("the decision names the cloud, the workload and the absolute number")
  func named() throws {
    let rulebook = Self.rulebook()
    let plan = plan(Self.snapshot([Self.workload(1)], under: rulebook), under: rulebook)
    let decision = try #require(plan.decisions.first)
    #expect(decision.cloud == "hf")
    #expect(decision.workload == Self.id)
    #expect(decision.replicas == ReplicaChange(from: 1, to: 2))
  }

  @Test("a replica more needs its money: a cap that holds it takes it, a cent less does not")
  func capped() {
    let decided = { (cents: Int64) in
      var rulebook = Self.rulebook()
      rulebook.spend.hourlyCap = HourlyRate(perHour: Money(nanos: cents * 10_000_000))
      return plan(Self.snapshot([Self.workload(1)], under: rulebook), under: rulebook).decisions
    }
    #expect(decided(400).count == 1)
    #expect(decided(399).isEmpty)
  }

  @Test(
    "what cannot be asked for another number is left alone, with the reason",
    arguments: [
      ([], WorkloadHold.unlisted), ([workload(0, .paused)], .paused),
      ([workload(1, .failed)], .failed),
      ([ownedWorkload], .owned(by: "the scaling policy cpu sets it")),
    ])
  func held(workloads: [Workload], hold: WorkloadHold) {
    let rulebook = Self.rulebook()
    let plan = plan(Self.snapshot(workloads, under: rulebook), under: rulebook)
    #expect(plan.decisions.isEmpty)
    #expect(plan.verdicts.map(\.reason) == [.workload(hold)])
  }

  private static let ownedWorkload = {
    var owned = workload(1)
    owned.numberOwner = "the scaling policy cpu sets it"
    return owned
  }()

  @Test("who sets a number is named, by one code, and survives the store")
  func owner() throws {
    let hold = WorkloadHold.owned(by: "the scaling policy cpu sets it")
    let reason = Reason.workload(hold)
    #expect(reason.code == "workload_owned" && reason.sentence.contains("policy cpu sets it"))
    for each in [hold, .unlisted, .paused, .failed] {
      let stored = try JSONEncoder().encode([each])
      #expect(try JSONDecoder().decode([WorkloadHold].self, from: stored) == [each])
    }
    // As rows of before are written.
    let old = try JSONDecoder().decode([WorkloadHold].self, from: Data(#"["paused"]"#.utf8))
    #expect(old == [.paused] && WorkloadHold(rawValue: "else") == nil)
  }

  @Test("replicas on their way count: none is asked for twice")
  func pending() {
    let rulebook = Self.rulebook()
    let snapshot = Self.snapshot([Self.workload(2, ready: 0)], under: rulebook)
    #expect(plan(snapshot, under: rulebook).decisions.isEmpty)
  }

  @Test("another workload, or the same name in another cloud, is not this pool's")
  func others() {
    let rulebook = Self.rulebook()
    var other = Self.workload(4)
    other.cloud = "other"
    #expect(Self.snapshot([other], under: rulebook).replicas == nil)
  }

  @Test("a workload's pool owns no nodes unless it names some")
  func ownsNoNodes() {
    var pool = Self.rulebook().pools[0]
    pool.match.cloud = "aws"
    #expect(!pool.matches(TestFleet.node(0)))
    pool.match.tags = [Tag.pool: "pool"]
    #expect(pool.matches(TestFleet.node(0)))
  }

  @Test("what the cloud counts is the demand; nothing said is no demand of zero")
  func demand() {
    let rulebook = Self.rulebook { $0.scaling = ScalingRules(targetInFlight: 4) }
    let now = TestFleet.start
    let asked = { (load: Workload.Load?) in
      poolDemand(
        of: rulebook.pools[0],
        in: Self.snapshot([Self.workload(1, load: load)], under: rulebook),
        since: now.advanced(by: .seconds(-15)), under: rulebook)
    }
    #expect(asked(nil) == nil)
    #expect(asked(.init(at: now, running: 6, waiting: 2))?.offered == 2)
    #expect(asked(.init(at: now.advanced(by: .minutes(2)), running: 6, waiting: 2)) == nil)
    #expect(asked(.init(at: now, running: -1, waiting: 2)) == nil)
  }

  // MARK: Money

  static let hour = Timestamp(seconds: 1_795_251_600)

  /// What an hour of three replicas costs, with one taken away by us half way through.
  static func books(load: Workload.Load?) -> (usage: [UsageHour], off: [OffInterval]) {
    let rulebook = rulebook()
    var memory = Memory()
    memory.accountedAt = hour
    var usage: [UsageHour] = []
    var off: [OffInterval] = []
    for minute in 1...60 {
      let now = hour.advanced(by: .minutes(Int64(minute)))
      if minute == 31 {
        var act = Decision(
          key: "k", subject: .pool("chat"), pool: "chat", intent: .scaleDown,
          reason: .enough(live: 3, minimum: 2), mode: .auto, generation: 0, madeAt: now,
          expiresAt: now.advanced(by: .minutes(1)), cloud: "hf",
          replicas: ReplicaChange(from: 3, to: 2))
        act.workload = id
        memory.fold(LedgerEvent(at: now, key: "k", kind: .intended(act)))
        memory.fold(
          LedgerEvent(at: now, key: "k", kind: .succeeded(Receipt(workload: id, replicas: 2))))
      }
      let fresh = load.map { Workload.Load(at: now, running: $0.running, waiting: $0.waiting) }
      let snapshot = snapshot(
        [workload(minute > 30 ? 2 : 3, load: fresh)], at: now, memory: memory, under: rulebook)
      let part = account(snapshot, under: rulebook)
      usage += part.usage
      off = part.off.isEmpty ? off : part.off
      memory = part.memory
    }
    return (usage, off)
  }

  @Test("each replica is billed for the time it serves, to the microsecond")
  func billed() {
    let (usage, _) = Self.books(load: nil)
    let billed = Dictionary(grouping: usage) { $0.node }.mapValues {
      $0.reduce(0) { $0 + $1.billedMicroseconds }
    }
    // Seen off at the listing of minute 31, so billed until then.
    #expect(billed["hf/acme/llama#0"] == 3_600_000_000)
    #expect(billed["hf/acme/llama#1"] == 3_600_000_000)
    #expect(billed["hf/acme/llama#2"] == 1_860_000_000)
    #expect(billed.count == 3)
    #expect(usage.allSatisfy { $0.rate == HourlyRate(perHour: .dollars(2)) })
  }

  @Test("a replica taken away by us is an off time of ours, from the first sight of it")
  func saved() {
    let (_, off) = Self.books(load: nil)
    #expect(off.map(\.node) == ["hf/acme/llama#2"])
    #expect(off.first?.from == Self.hour.advanced(by: .minutes(31)))
    #expect(off.first?.until == nil)
    #expect(off.first?.rate == HourlyRate(perHour: .dollars(2)))
  }

  @Test(
    "its time is work or warm idle by the cloud's own count, and unobserved without one",
    arguments: [
      (Workload.Load?(.init(at: hour, running: 1, waiting: 0)), Bucket.work),
      (.init(at: hour, running: 0, waiting: 0), .warmIdle), (Workload.Load?.none, .unobserved),
    ])
  func buckets(load: Workload.Load?, bucket: Bucket) {
    let (usage, _) = Self.books(load: load)
    #expect(usage.allSatisfy { $0.buckets[bucket] == $0.billedMicroseconds })
  }
}
