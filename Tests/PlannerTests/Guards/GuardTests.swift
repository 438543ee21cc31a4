import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Guards")
struct GuardTests {
  /// A fleet of which every node could be stopped.
  static func idle(_ count: Int = 1) -> TestFleet {
    var fleet = TestFleet(count, gpus: 1)
    fleet.pass(.minutes(15))
    return fleet
  }

  @Test("the kill switch halts everything")
  func killSwitch() {
    var fleet = Self.idle()
    fleet.killSwitch = true
    #expect(
      fleet.verdict()
        == Verdict(
          subject: .node("i-000000"), pool: "pool", intent: .keep, reason: .killSwitch))
    #expect(fleet.plan.decisions.isEmpty)
  }

  @Test("protection holds to its end and not beyond")
  func protection() {
    var fleet = Self.idle()
    let end = fleet.now.advanced(by: .seconds(1))
    fleet.nodes[0].tags[Tag.protect] = end.description
    #expect(fleet.reason() == .protected(until: end))
    fleet.nodes[0].tags[Tag.protect] = fleet.now.description
    #expect(fleet.verdict().intent == .stop)
  }

  @Test("what is not an end protects for good", arguments: ["true", "yes", "P7D", "soon"])
  func endless(tag: String) {
    var fleet = Self.idle()
    fleet.nodes[0].tags[Tag.protect] = tag
    #expect(fleet.reason() == .protected(until: nil))
  }

  @Test("an empty tag and \"false\" protect nothing", arguments: ["", "false"])
  func unprotected(tag: String) {
    var fleet = Self.idle()
    fleet.nodes[0].tags[Tag.protect] = tag
    #expect(fleet.verdict().intent == .stop)
  }

  @Test(
    "I22: a cloud whose clock is more than four minutes off gets no acts",
    arguments: [(240, true), (241, false), (-240, true), (-241, false)])
  func skew(seconds: Int64, acts: Bool) {
    var fleet = Self.idle()
    fleet.clockSkew = ["aws": .seconds(seconds), "other": .hours(1)]
    #expect(fleet.plan.decisions.isEmpty != acts)
  }

  @Test(
    "a node is left alone for ten minutes after an act on it",
    arguments: [(599, false), (600, true)])
  func cooldown(seconds: Int64, acts: Bool) {
    var fleet = Self.idle()
    var history = NodeMemory()
    history.lastActAt = fleet.now.advanced(by: .zero - .seconds(seconds))
    fleet.memory.nodes[fleet.nodes[0].id] = history
    #expect(fleet.plan.decisions.isEmpty != acts)
  }

  @Test("a tenth of a pool a cycle, at least one", arguments: [(1, 1), (9, 1), (19, 1), (20, 2)])
  func cycle(nodes: Int, stops: Int) {
    let fleet = Self.idle(nodes)
    #expect(fleet.plan.decisions.count == stops)
    #expect(PlanCheck.findings(fleet.plan, for: fleet.snapshot, under: fleet.rulebook) == [])
  }

  @Test(
    "a fifth of a pool in ten minutes, at least one",
    arguments: [(20, 3, 1), (20, 4, 0), (5, 0, 1), (5, 1, 0)])
  func window(nodes: Int, recent: Int, stops: Int) {
    var fleet = Self.idle(nodes)
    var pool = PoolMemory()
    pool.shrunk = (0..<recent).map { _ in fleet.now.advanced(by: .zero - .minutes(9)) }
    fleet.memory.pools["pool"] = pool
    fleet.nodes.removeLast(recent)
    #expect(fleet.plan.decisions.count == stops)
    fleet.memory.pools["pool"]?.shrunk = [fleet.now.advanced(by: .zero - .minutes(10))]
    #expect(!fleet.plan.decisions.isEmpty)
  }

  @Test("open acts count into the window")
  func openActs() throws {
    var fleet = Self.idle(5)
    let decision = try #require(fleet.plan.decisions.first)
    fleet.memory.fold(
      LedgerEvent(id: 1, at: fleet.now, key: decision.key, kind: .intended(decision)))
    #expect(fleet.plan.decisions.isEmpty)
    #expect(fleet.reason(3) == .blastRadius(allowed: 1, window: .minutes(10)))
  }

  @Test(
    "everything halts when more than a fifth of a pool is unwell",
    arguments: [(2, true), (3, false)])
  func unhealthy(deaf: Int, acts: Bool) {
    var fleet = TestFleet(10, gpus: 1)
    for _ in 0..<60 {
      for node in deaf..<10 { fleet.hear(node) }
      fleet.step()
    }
    #expect(fleet.plan.decisions.isEmpty != acts)
    if !acts { #expect(fleet.reason(9) == .unhealthyHalt(unknown: deaf, of: 10)) }
  }

  @Test("everything halts when more than 45 % of the fleet is unheard, whatever the pool")
  func unknown() {
    var fleet = TestFleet(20, gpus: 1)
    var other = fleet.rulebook.pools[0]
    other.name = "silent"
    other.match = .init(tags: [Tag.pool: "silent"])
    fleet.rulebook.pools.append(other)
    for node in 10..<20 { fleet.nodes[node].tags[Tag.pool] = "silent" }
    for _ in 0..<60 {
      for node in 0..<10 { fleet.hear(node) }
      fleet.step()
    }
    #expect(fleet.reason(0) == .unhealthyHalt(unknown: 10, of: 20))
    #expect(fleet.plan.decisions.isEmpty)
  }
}

@Suite("Correlated idleness")
struct CorrelatedIdleTests {
  /// Ten nodes at work, of which some turn idle at once.
  private func turning(_ count: Int, before: TestFleet.Signals = .busy) -> TestFleet {
    var fleet = TestFleet(10, gpus: 1)
    fleet.pass(.minutes(5), before)
    for _ in 0..<44 {
      fleet.step()
      for node in 0..<10 { fleet.hear(node, node < count ? .idle : .busy) }
    }
    return fleet
  }

  @Test(
    "more than 30 % of the fleet turning idle within two minutes holds everything",
    arguments: [(3, true), (4, false)])
  func hold(count: Int, acts: Bool) {
    let fleet = turning(count)
    #expect(fleet.plan.decisions.isEmpty != acts)
    if !acts { #expect(fleet.reason(0) == .correlatedIdle(turned: 4, of: 10)) }
  }

  @Test("what is idle at first sight is not turning")
  func firstSight() {
    let fleet = turning(10, before: .idle)
    #expect(!fleet.plan.decisions.isEmpty)
  }

  @Test("the hold ends when they work again, and after half an hour")
  func ends() {
    var fleet = turning(4)
    var waiting = fleet
    fleet.step()
    for node in 0..<10 { fleet.hear(node, node == 0 || node == 3 ? .idle : .busy) }
    #expect(fleet.plan.verdicts.allSatisfy { $0.reason.code != "correlated_idle" })
    waiting.step()
    for _ in 0..<80 {
      for node in 0..<10 { waiting.hear(node, node < 4 ? .idle : .busy) }
      waiting.step()
    }
    #expect(!waiting.plan.decisions.isEmpty)
  }
}

@Suite("Minimum")
struct KeepMinimumTests {
  private let spec = LaunchSpec(
    cloud: "aws", region: "us-east-1", type: "p4d.24xlarge", image: "ami-1")

  private func short(of count: Int, stopped: Int = 0, launch: Bool = true) -> TestFleet {
    var fleet = TestFleet(1 + stopped, gpus: 1)
    for node in 0..<stopped { fleet.nodes[1 + node].state = .stopped }
    fleet.rulebook.pools[0].minimumNodes = 1 + count
    fleet.rulebook.pools[0].launch = launch ? spec : nil
    fleet.pass(.minutes(1), .busy)
    return fleet
  }

  @Test("each missing node is one decision with its own key")
  func launches() {
    let fleet = short(of: 2)
    #expect(
      fleet.plan.decisions.map(\.key.rawValue) == [
        "test/pool/slot-1/launch/0", "test/pool/slot-2/launch/0",
      ])
    #expect(fleet.plan.decisions.allSatisfy { $0.launch == spec })
  }

  @Test("what is stopped is started before anything is launched")
  func starts() {
    let fleet = short(of: 2, stopped: 1)
    #expect(
      fleet.plan.decisions.map(\.key.rawValue) == [
        "test/pool/i-000001/start/0", "test/pool/slot-2/launch/0",
      ])
  }

  @Test("open launches and fresh ones the cloud does not list yet count as coming")
  func coming() throws {
    var fleet = short(of: 1)
    let decision = try #require(fleet.plan.decisions.first)
    fleet.memory.fold(
      LedgerEvent(id: 1, at: fleet.now, key: decision.key, kind: .intended(decision)))
    #expect(fleet.plan.decisions.isEmpty)
    let receipt = Receipt(node: "i-new", state: .pending)
    fleet.memory.fold(
      LedgerEvent(id: 2, at: fleet.now, key: decision.key, kind: .succeeded(receipt)))
    #expect(fleet.plan.decisions.isEmpty)
    fleet.now = fleet.now.advanced(by: .minutes(16))
    #expect(fleet.plan.decisions.map(\.key.rawValue) == ["test/pool/slot-1/launch/1"])
  }

  @Test("a pool never grows beyond its maximum")
  func maximum() {
    var fleet = short(of: 3)
    fleet.rulebook.pools[0].maximumNodes = 2
    #expect(fleet.plan.decisions.count == 1)
  }

  @Test("without launch settings the pool says so")
  func noTemplate() {
    let fleet = short(of: 1, launch: false)
    #expect(fleet.plan.verdicts.last?.reason == .noLaunchTemplate)
    #expect(fleet.plan.decisions.isEmpty)
  }

  @Test("capacity errors quarantine a pool for 3, 6, 12, 24 and again 24 minutes")
  func quarantine() throws {
    var fleet = short(of: 1)
    for (number, minutes) in [3, 6, 12, 24, 24].enumerated() {
      let decision = try #require(fleet.plan.decisions.first)
      let failure = ActFailure(kind: .capacity, code: "InsufficientInstanceCapacity", message: "")
      for kind in [LedgerEvent.Kind.intended(decision), .failed(failure)] {
        fleet.memory.fold(LedgerEvent(at: fleet.now, key: decision.key, kind: kind))
      }
      #expect(fleet.memory.pools["pool"]?.launchGeneration == number + 1)
      let until = fleet.now.advanced(by: .minutes(Int64(minutes)))
      #expect(fleet.plan.verdicts.last?.reason == .capacityQuarantine(until: until))
      fleet.now = until
    }
  }

  @Test("a pool that has enough says so")
  func enough() {
    let fleet = short(of: 0)
    #expect(fleet.plan.verdicts.last?.reason == .enough(live: 1, minimum: 1))
  }
}
