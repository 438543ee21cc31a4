import CostModel
import FleetModel
import Planner

extension Builder {
  mutating func spend(from root: Part, _ pools: [PoolRules]) -> SpendRules {
    let parts = root.parts("budgets")
    checkUnique(parts, "budget")
    return SpendRules(
      hourlyCap: root.part("spend")?.rate("hourly_cap"),
      budgets: parts.map { budget(from: $0, pools) })
  }

  private mutating func budget(from part: Part, _ pools: [PoolRules]) -> MonthlyBudget {
    let budget = rules(
      MonthlyBudget(
        name: part.text("name") ?? "", monthly: part.money("monthly") ?? .zero,
        pools: paid(by: part, pools)), RuleKeys.budget, of: part)
    if part.money("monthly") == .zero {
      complain(
        at: part.place(of: "monthly"), "a budget of nothing: no pool could ever run",
        key: "budgets.monthly")
    }
    checkSteps(of: budget, part)
    return budget
  }

  /// The pools a budget names or matches; empty: all.
  private mutating func paid(by part: Part, _ pools: [PoolRules]) -> [PoolName] {
    if part.has("pools"), part.has("match") {
      complain(
        at: part.place(of: "match"), "'pools' and 'match' both choose pools: keep one",
        key: "budgets.match")
    }
    let names = pools.map(\.name.rawValue)
    for element in part.elements("pools") {
      guard case .text(let name) = element.value, !names.contains(name) else { continue }
      complain(
        at: element.place, "there is no pool '\(name)'",
        hint: nearest(to: name, among: names).map { "did you mean '\($0)'?" },
        key: "budgets.pools")
    }
    if part.has("pools") { return part.texts("pools").map { PoolName($0) } }
    let match = match(of: part.part("match"))
    let matched = pools.filter { match.covers($0.match) }.map(\.name)
    if matched.isEmpty {
      complain(
        at: part.place(of: part.has("match") ? "match" : "name"),
        "budget '\(part.text("name") ?? "")' matches no pool",
        hint: pools.isEmpty
          ? "there are no pools" : "a pool is matched when its own 'match' says the same",
        key: "budgets.match")
    }
    return part.has("match") ? matched : []
  }

  private mutating func checkSteps(of budget: MonthlyBudget, _ part: Part) {
    let steps = [
      ("inform_at", budget.informAt), ("spot_only_at", budget.spotOnlyAt),
      ("freeze_at", budget.freezeAt), ("shrink_at", budget.shrinkAt),
    ]
    for ((before, low), (after, high)) in zip(steps, steps.dropFirst()) where high < low {
      let name = part.has(after) ? after : before
      complain(
        at: part.place(of: name),
        "'\(after): \(writtenNumber(high * 100))%' is below '\(before): \(writtenNumber(low * 100))%'",
        hint: "the order is inform_at, spot_only_at, freeze_at, shrink_at",
        key: "budgets.\(name)")
    }
  }

  mutating func commitments(from root: Part, _ clouds: [Settings.Cloud]) -> [Commitment] {
    let parts = root.parts("commitments")
    checkUnique(parts, "commitment")
    return parts.map { part in
      checkCloud(part, clouds, "commitments.cloud")
      return Commitment(
        name: part.text("name") ?? "", cloud: CloudName(part.text("cloud") ?? ""),
        type: part.text("type").map { InstanceType($0) },
        region: part.text("region").map { Region($0) }, count: part.integer("count") ?? 1,
        hourly: part.rate("hourly") ?? .zero,
        until: part.text("until").flatMap { Timestamp(rfc3339: $0) })
    }
  }

  /// Limits in money that forbid what the pools say.
  mutating func checkMoney(_ root: Part, _ settings: Settings) {
    let prices = PriceBook(embedded + settings.prices)
    let pools = Dictionary(
      settings.pools.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for part in root.parts("pools") {
      guard let pool = pools[PoolName(part.text("name") ?? "")] else { continue }
      checkPrice(of: pool, part, prices)
    }
    let least = Money.sum(
      settings.pools.compactMap { pool in
        let rate = pool.launch.flatMap { prices.rate(of: $0) }
        return rate.map { $0.cost(of: .hours(Int64(pool.minimumNodes))) }
      })
    if let cap = settings.spend.hourlyCap, let part = root.part("spend") {
      checkCap(cap, at: part.place(of: "hourly_cap"), costing: least)
    }
  }

  private mutating func checkPrice(of pool: PoolRules, _ part: Part, _ prices: PriceBook) {
    guard let most = pool.maximumPrice else { return }
    var said: Set<String> = []
    for (launch, _, _) in launches(of: pool, part) {
      guard let rate = prices.rate(of: launch), rate > most else { continue }
      let price = written(rate.perHour)
      let message =
        "a \(launch.type) (\(launch.capacity.rawValue)) costs \(price)/h, more than 'max_price': it "
        + "can never launch"
      guard said.insert(message).inserted else { continue }
      complain(
        at: part.place(of: "max_price"), message, hint: "write at least \(price)/h",
        key: "pools.max_price")
    }
    guard most == .zero, said.isEmpty else { return }
    complain(
      .warning, at: part.place(of: "max_price"), "a price of nothing: the pool can never grow",
      hint: "without a limit, remove it", key: "pools.max_price")
  }
}

extension PriceBook {
  /// What a node that is launched so will cost; nil when it is not known.
  func rate(of launch: LaunchSpec) -> HourlyRate? {
    let node = Node(
      id: "", cloud: launch.cloud, region: launch.region, type: launch.type,
      capacity: launch.capacity, state: .pending, launchedAt: Timestamp(seconds: 0))
    return price(of: node)?.hourly
  }
}

/// An amount as it would be written in the file, "$1.006".
func written(_ money: Money) -> String {
  var text = "\(money)"
  while text.last == "0" { text.removeLast() }
  if text.last == "." { text.removeLast() }
  return "$" + text
}
