import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

@Suite("Monthly budget")
struct MonthlyBudgetsTests {
  /// 2026-11-01T00:00:00Z.
  static let november = Timestamp(seconds: 1_793_491_200)

  /// A fleet with one node that has run at $10 an hour since the first of November, `hours` of it
  /// counted; November has 720.
  static func fleet(hours: Int, monthly: Money, missing: Int = 1) -> TestFleet {
    var fleet = Growing.fleet(missing: missing)
    fleet.now = november
    fleet.rulebook.prices = PriceBook([
      Price(
        cloud: "aws", type: "p4d.24xlarge", hourly: Growing.cents(1000), source: "test", asOf: "")
    ])
    fleet.rulebook.spend.budgets = [MonthlyBudget(name: "all", monthly: monthly)]
    fleet.nodes[0].launchedAt = november
    fleet.memory = Memory()
    fleet.memory.accountedAt = november
    for _ in 0..<hours { tick(&fleet, .hours(1)) }
    return fleet
  }

  static func tick(_ fleet: inout TestFleet, _ time: Duration) {
    fleet.silence(time)
    fleet.memory.observe(fleet.nodes, at: fleet.now, under: fleet.rulebook)
    fleet.memory = account(fleet.snapshot, under: fleet.rulebook).memory
  }

  // $10 an hour for 720 hours: the month ends at $7,200.
  @Test(
    "each step of a budget begins at its share",
    arguments: [
      (14_401, nil), (14_400, BudgetStep.inform), (9_001, .inform), (9_000, .spotOnly),
      (7_201, .spotOnly), (7_200, .freeze), (6_546, .freeze), (6_545, .shrink),
    ] as [(Int64, BudgetStep?)])
  func steps(dollars: Int64, step: BudgetStep?) {
    let fleet = Self.fleet(hours: 48, monthly: .dollars(dollars))
    let standing = fleet.plan.budgets?.first
    #expect(standing?.spent == .dollars(480))
    #expect(standing?.median == .dollars(7200))
    #expect(standing?.high == .dollars(7200))
    #expect(standing?.step == step)
    #expect(standing?.countedSince == nil)
  }

  @Test("growth is free, then spot only, then over; critical pools go on")
  func growth() {
    var fleet = Self.fleet(hours: 48, monthly: .dollars(9_001))
    #expect(fleet.plan.decisions.count == 1)
    fleet.rulebook.spend.budgets[0].monthly = .dollars(9_000)
    #expect(
      fleet.poolReason
        == .spotOnly(name: "all", spent: .dollars(7200), budget: .dollars(9_000)))
    fleet.rulebook.pools[0].launch?.capacity = .spot
    #expect(fleet.plan.decisions.count == 1)
    fleet.rulebook.spend.budgets[0].monthly = .dollars(7_200)
    #expect(
      fleet.poolReason
        == .budgetDenied(.month("all"), would: .dollars(7200), cap: .dollars(7200)))
    fleet.rulebook.pools[0].isCritical = true
    #expect(fleet.plan.decisions.count == 1)
  }

  @Test("a budget for other pools limits nothing here")
  func others() {
    var fleet = Self.fleet(hours: 48, monthly: .dollars(1))
    fleet.rulebook.spend.budgets[0].pools = ["other"]
    #expect(fleet.plan.decisions.count == 1)
    #expect(fleet.plan.budgets?.first?.spent == .zero)
  }

  @Test("hours that were not watched count at what runs now, and take nothing away")
  func short() {
    var fleet = Self.fleet(hours: 22, monthly: .dollars(100))
    #expect(fleet.plan.budgets?.first?.median == .dollars(7200))
    #expect(fleet.plan.budgets?.first?.step == .shrink)
    fleet.rulebook.spend.budgets[0].monthly = .dollars(1000)
    #expect(fleet.plan.budgets?.first?.step == .freeze)
    Self.tick(&fleet, .hours(1))
    #expect(fleet.plan.budgets?.first?.step == .shrink)
  }

  @Test("a daily peak is not taken for the month; P90 is")
  func peak() {
    var fleet = Self.fleet(hours: 24, monthly: .dollars(9_000))
    for number in 1...3 {
      var node = TestFleet.node(number)
      node.launchedAt = fleet.now
      fleet.nodes.append(node)
    }
    for _ in 0..<6 { Self.tick(&fleet, .hours(1)) }
    for node in 1...3 { fleet.nodes[node].state = .stopped }
    Self.tick(&fleet, .hours(1))
    let standing = fleet.plan.budgets?.first
    // 24 h at $10 and 7 h at $40; the day is 16 × $10 + 7 × $40, and an hour at what runs now.
    #expect(standing?.spent == .dollars(520))
    #expect(standing?.median == .dollars(520) + Money(nanos: 18_750_000_000 * 689))
    #expect(standing?.high == .dollars(520 + 40 * 689))
  }

  @Test("a month begun in its middle says so; a new month begins at nothing, and knows its day")
  func months() {
    var fleet = Self.fleet(hours: 0, monthly: .dollars(9_000))
    fleet.now = Self.november.advanced(by: .days(10))
    fleet.nodes[0].launchedAt = fleet.now
    fleet.memory = Memory()
    fleet.memory.accountedAt = fleet.now
    for _ in 0..<24 { Self.tick(&fleet, .hours(1)) }
    let begun = Self.november.advanced(by: .days(10))
    #expect(fleet.plan.budgets?.first?.countedSince == begun)
    #expect(fleet.plan.budgets?.first?.spent == .dollars(240))
    fleet.now = Self.november.advanced(by: .days(30) - .minutes(30))
    fleet.memory.accountedAt = fleet.now
    Self.tick(&fleet, .hours(1))
    let standing = fleet.plan.budgets?.first
    #expect(fleet.memory.month?.month == Self.november.advanced(by: .days(30)))
    #expect(standing?.spent == .dollars(5))
    #expect(standing?.countedSince == nil)
  }

  @Test("parts of an hour add up to the hour, to the nano-dollar")
  func exact() {
    var whole = Self.fleet(hours: 0, monthly: .dollars(9_000))
    whole.rulebook.prices = PriceBook([
      Price(
        cloud: "aws", type: "p4d.24xlarge",
        hourly: HourlyRate(perHour: Money(nanos: 21_957_642_001)), source: "test", asOf: "")
    ])
    var parts = whole
    Self.tick(&whole, .minutes(49))
    for _ in 0..<420 { Self.tick(&parts, .seconds(7)) }
    let spent = whole.memory.month?.pools["pool"]?.spent
    #expect(spent == Money(nanos: 21_957_642_001 * 49 / 60))
    #expect(parts.memory.month?.pools["pool"]?.spent == spent)
    #expect(parts.memory.month?.pools["pool"]?.carry == whole.memory.month?.pools["pool"]?.carry)
  }

  @Test("nothing is kept while there are no budgets, and an unpriced machine is said")
  func kept() {
    var fleet = Self.fleet(hours: 2, monthly: .dollars(9_000))
    fleet.rulebook.prices = PriceBook()
    Self.tick(&fleet, .hours(1))
    #expect(fleet.plan.budgets?.first?.hasUnpriced == true)
    fleet.rulebook.spend.budgets = []
    Self.tick(&fleet, .hours(1))
    #expect(fleet.memory.month == nil)
    #expect(fleet.plan.budgets == nil)
  }

  @Test("a step is told once a month, with the queue it hurts")
  func told() {
    var fleet = Self.fleet(hours: 1, monthly: .dollars(9_000))
    fleet.memory.pools["pool", default: PoolMemory()].demand = PoolDemand(
      at: fleet.now, interval: .seconds(5), offered: 1, waiting: 12)
    let first = alerts(
      for: fleet.plan, before: nil, snapshot: fleet.snapshot, under: fleet.rulebook)
    let step = first.filter { $0.kind == .budgetSpotOnly }
    #expect(step.map(\.key) == ["budget.spot_only/all/2026-11"])
    #expect(step.map { $0.labels["waiting"] } == ["12.00"])
    #expect(first.filter { $0.kind == .budgetDenied }.map { $0.labels["waiting"] } == ["12.00"])
    let before = fleet.plan
    Self.tick(&fleet, .hours(1))
    #expect(
      alerts(for: fleet.plan, before: before, snapshot: fleet.snapshot, under: fleet.rulebook)
        .isEmpty)
  }
}

@Suite("Budget shrink")
struct BudgetShrinkTests {
  /// Two pools of replicas under a budget that is overdrawn by what nodes have cost.
  private func fleet(first: Int = 0, second: Int = 1) -> TestFleet {
    var fleet = MonthlyBudgetsTests.fleet(hours: 48, monthly: .dollars(100))
    fleet.hear(0, .busy)
    fleet.rulebook.pools[0].minimumNodes = 1
    fleet.rulebook.pools[0].priority = first
    var other = fleet.rulebook.pools[0]
    other.name = "zeta"
    other.priority = second
    other.match = .init(tags: [Tag.pool: "zeta"])
    fleet.rulebook.pools.append(other)
    let four = ReplicaCount(ready: 4, pending: 0)
    fleet.replicas = ["pool": four, "zeta": four]
    return fleet
  }

  @Test(
    "the pool of the lowest priority goes to its minimum, of two alike the first",
    arguments: [(0, 1, "pool"), (1, 0, "zeta"), (0, 0, "pool")])
  func lowest(first: Int, second: Int, name: PoolName) {
    let plan = fleet(first: first, second: second).plan
    #expect(plan.decisions.map(\.pool) == [name])
    #expect(plan.decisions.map(\.replicas) == [ReplicaChange(from: 4, to: 1)])
    #expect(plan.decisions.map(\.reason.code) == ["budget_shrink"])
  }

  @Test("a critical pool never gives way, and below 110 % none does")
  func critical() {
    var fleet = fleet()
    fleet.rulebook.pools[0].isCritical = true
    #expect(fleet.plan.decisions.map(\.pool) == ["zeta"])
    fleet.rulebook.pools[1].isCritical = true
    #expect(fleet.plan.decisions.isEmpty)
    fleet = self.fleet()
    fleet.rulebook.spend.budgets[0].monthly = .dollars(7_000)
    #expect(fleet.plan.decisions.isEmpty)
  }

  @Test("a pool at its minimum stays, and no other goes in its place")
  func minimum() {
    var fleet = fleet()
    fleet.replicas?["pool"] = ReplicaCount(ready: 1, pending: 0)
    #expect(fleet.plan.decisions.isEmpty)
  }

  @Test("nodes at rest go, protected ones and those at work stay")
  func nodes() {
    var fleet = TestFleet(3, kind: .serving, gpus: 1)
    fleet.rulebook.pools[0].scaling = ScalingRules()
    fleet.memory.fold(PoolDemand(at: fleet.now, interval: .hours(1), offered: 1), of: "pool")
    fleet.rulebook.pools[0].idleAfter = .hours(1)
    fleet.rulebook.spend.budgets = [MonthlyBudget(name: "all", monthly: .dollars(1))]
    fleet.memory.accountedAt = fleet.now.advanced(by: .zero - .hours(24))
    fleet.rulebook.thresholds.cycleShare = 1
    fleet.rulebook.thresholds.windowShare = 1
    fleet.pass(.minutes(5), .idle)
    for _ in 0..<2 { fleet.step(); fleet.hear(0, .busy); fleet.hear(1); fleet.hear(2) }
    fleet.nodes[1].tags[Tag.protect] = "true"
    fleet.memory = account(fleet.snapshot, under: fleet.rulebook).memory
    #expect(fleet.plan.decisions.map(\.node) == [fleet.nodes[2].id])
    #expect(fleet.reason(1).code == "protected")
  }
}
