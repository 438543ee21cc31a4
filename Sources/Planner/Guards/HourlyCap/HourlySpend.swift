import CostModel
import FleetModel

/// What a fleet costs an hour once everything under way is there: what runs, what launches, what is
/// about to (S3). Nothing is taken off for acts that shrink until the cloud shows their effect.
///
/// One accounting for the plan and for the moment an intent is committed (I12: two places that
/// count differently spend twice).
struct HourlySpend {
  /// Nano-dollars.
  private(set) var known: Int128 = 0
  /// Something counts of which no price is known.
  private(set) var isUnpriced = false

  private let snapshot: Snapshot
  private let rulebook: Rulebook
  private let prices: KnownPrices
  private let places: [PoolName: Int]

  /// `except`: an act that is asked about itself, so that it does not count twice.
  init(_ snapshot: Snapshot, under rulebook: Rulebook, except key: DecisionKey? = nil) {
    self.snapshot = snapshot
    self.rulebook = rulebook
    prices = KnownPrices(rulebook.prices, snapshot.memory.prices)
    places = Dictionary(
      zip(rulebook.pools.map(\.name), rulebook.pools.indices),
      uniquingKeysWith: { first, _ in first })
    countNodes(except: key)
    countReplicas()
    countOpen(except: key)
    countUnlisted()
  }

  /// What the act would bring the fleet to; nil when a price it needs is not known.
  func total(with more: Money) -> Money? {
    isUnpriced ? nil : Money(nanos: Int64(clamping: known + Int128(more.nanos)))
  }

  mutating func add(_ rate: HourlyRate?, times count: Int = 1) {
    guard count > 0 else { return }
    guard let rate else {
      isUnpriced = true
      return
    }
    known += Int128(rate.perHour.nanos) * Int128(count)
  }

  private mutating func countNodes(except key: DecisionKey?) {
    let memory = snapshot.memory
    let starting = Set(
      memory.openActions.lazy.filter { $0.key != key && $0.value.decision.intent == .start }
        .compactMap(\.value.decision.node))
    for node in snapshot.nodes where node.state != .terminated {
      if node.state == .stopped, !starting.contains(node.id),
        memory.nodes[node.id]?.hasJust(false, at: snapshot.takenAt) != true
      {
        continue
      }
      count(node)
    }
  }

  /// Ours, and others' that match a pool: what accounting bills.
  private mutating func count(_ node: Node) {
    let isOurs = node.tags[Tag.fleet] == rulebook.fleet
    if isOurs, snapshot.replicas == nil, let price = prices.price(of: node) {
      return add(price.hourly)
    }
    let pool = rulebook.pool(of: node)
    guard isOurs || pool != nil else { return }
    // Such a pool is counted by its replicas.
    if let pool, pool.launch != nil, snapshot.replicas?[pool.name] != nil { return }
    add(prices.rate(of: node, in: pool))
  }

  private mutating func countReplicas() {
    for (name, count) in snapshot.replicas ?? [:] {
      guard let pool = rules(name) else { continue }
      if let workload = snapshot.workloads?[name] {
        // Machines that are listed are counted as nodes.
        if workload.billing == .replicas {
          add(prices.rate(ofReplicaOf: workload), times: count.total)
        }
      } else if let launch = pool.launch {
        add(prices.rate(of: launch, in: pool), times: count.total)
      } else if count.total > 0, !snapshot.nodes.contains(where: pool.matches) {
        isUnpriced = true
      }
    }
  }

  private mutating func countOpen(except key: DecisionKey?) {
    for (other, open) in snapshot.memory.openActions where other != key {
      let decision = open.decision
      let pool = rules(decision.pool)
      if decision.intent == .launch {
        add(decision.launch.flatMap { prices.rate(of: $0, in: pool) })
      } else if decision.intent == .scaleUp, let change = decision.replicas {
        // What of it the cloud shows already is counted there.
        let shown = snapshot.replicas?[decision.pool]?.total ?? change.from
        let rate =
          snapshot.workloads?[decision.pool].map { prices.rate(ofReplicaOf: $0) }
          ?? pool?.launch.flatMap { prices.rate(of: $0, in: pool) }
        add(rate, times: change.to - shown)
      }
    }
  }

  /// Launched and not listed yet; for as long as that may still happen.
  private mutating func countUnlisted() {
    for history in snapshot.memory.nodes.values {
      guard let name = history.unlistedPool(at: snapshot.takenAt)
      else { continue }
      let pool = rules(name)
      if let spec = history.launchedAs ?? pool?.launch {
        add(prices.rate(of: spec, in: pool))
      } else {
        isUnpriced = true
      }
    }
  }

  private func rules(_ name: PoolName) -> PoolRules? { places[name].map { rulebook.pools[$0] } }
}
