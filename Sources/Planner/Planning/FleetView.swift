import CostModel
import FleetModel

/// A snapshot made easy to ask: every node with its pool, memory and what is known of it.
struct FleetView {
  var snapshot: Snapshot
  var rulebook: Rulebook
  /// By id.
  var nodes: [NodeView]
  /// In the rulebook's order.
  var pools: [PoolView]
  /// Nodes that are switched off or proved idle. All others are kept for what is known of them.
  private(set) var offOrIdle: [Int] = []
  /// Pools that buy in several places. Most fleets have none: asking every pool about every other
  /// one was 7% of a plan with 400 pools.
  let spotPlaces: [Int]
  let prices: KnownPrices
  /// Where each budget stands; those of which nothing is known are not in it.
  let budgets: [BudgetStanding]
  /// What commitments pay for; nil: there are none in force.
  var covering: Covering?

  var now: Timestamp { snapshot.takenAt }

  init(_ snapshot: Snapshot, under rulebook: Rulebook) {
    self.snapshot = snapshot
    self.rulebook = rulebook
    prices = KnownPrices(rulebook.prices, snapshot.memory.prices)
    budgets = BudgetStanding.all(snapshot.memory, at: snapshot.takenAt, under: rulebook)
    pools = rulebook.pools.map { PoolView(rules: $0, in: snapshot, under: rulebook) }
    spotPlaces = pools.indices.filter { rulebook.pools[$0].spot != nil }
    let sight = NodeSight(snapshot, rulebook, pools)
    var priceRun = PriceRun(prices)
    nodes = []
    nodes.reserveCapacity(snapshot.nodes.count)
    let ordered =
      snapshot.nodes.adjacentlySorted ? snapshot.nodes : snapshot.nodes.sorted { $0.id < $1.id }
    for node in ordered {
      let view = sight.view(of: node, &priceRun)
      if let place = view.pool, view.isOurs {
        pools[place].count(view, at: nodes.count, under: rulebook)
      }
      if view.isOffOrIdle { offOrIdle.append(nodes.count) }
      nodes.append(view)
    }
    countComing()
    covering = Covering(of: self)
  }

  /// Open launches and starts, and launched nodes the cloud does not list yet: one accounting of
  /// all that is on its way (I12: two places that count differently launch twice).
  private mutating func countComing() {
    var coming: [PoolName: Int] = [:]
    for open in snapshot.memory.openActions.values
    where open.decision.intent == .launch || open.decision.intent == .start {
      coming[open.decision.pool, default: 0] += 1
    }
    for node in nodes { if let pool = node.awaitedFor { coming[pool, default: 0] += 1 } }
    for pool in unlisted { coming[pool, default: 0] += 1 }
    guard !coming.isEmpty else { return }
    for place in pools.indices { pools[place].coming += coming[pools[place].rules.name] ?? 0 }
  }

  /// The pools of launches that the cloud does not list at all. What is remembered of a node is
  /// copied to be looked at, so it is not where every node that is remembered is listed.
  private var unlisted: [PoolName] {
    let memories = snapshot.memory.nodes
    guard memories.count > nodes.count(where: \.isRemembered) else { return [] }
    let listed = Set(nodes.lazy.map(\.node.id))
    return memories.compactMap { id, history in
      listed.contains(id) ? nil : history.unlistedPool(at: now)
    }
  }

  func rules(of node: NodeView) -> PoolRules? { node.pool.map { pools[$0].rules } }

  /// What is remembered of a node. Looked up by those who ask, since of most nodes nobody does:
  /// held in every view, it was copied with each.
  func history(of view: NodeView) -> NodeMemory? { snapshot.memory.nodes[view.node.id] }

  /// What one node or replica of an act that grows would cost; nil when that is not known.
  func rate(of act: Proposal) -> HourlyRate? {
    if let node = act.node { return nodes[node].rate }
    guard let place = act.pool else { return nil }
    if let workload = snapshot.workloads?[pools[place].rules.name] {
      return prices.rate(ofReplicaOf: workload)
    }
    return spec(of: act).flatMap { prices.rate(of: $0, in: pools[place].rules) }
  }

  /// What a launch is made with, and a replica where the pool says so.
  func spec(of act: Proposal) -> LaunchSpec? {
    act.launch ?? act.pool.flatMap { pools[$0].rules.launch }
  }

  /// The cloud account an act goes to.
  func cloud(of act: Proposal) -> CloudName? {
    act.node.map { nodes[$0].node.cloud }
      ?? act.pool.flatMap { snapshot.workloads?[pools[$0].rules.name]?.cloud }
      ?? spec(of: act)?.cloud ?? act.pool.flatMap { pools[$0].rules.match.cloud }
  }

  /// What keeps the workload a pool names as it is; nil where it names none, or it can be changed.
  func hold(of pool: PoolView) -> WorkloadHold? {
    guard pool.rules.match.workload != nil else { return nil }
    guard let workload = snapshot.workloads?[pool.rules.name] else { return .unlisted }
    return workload.hold
  }

  /// Asks every policy how large a pool should be.
  func sizing(ofPoolAt place: Int, by policies: [any Policy]) -> Sizing {
    var sizing = pools[place].sizing
    for policy in policies { policy.size(pools[place], in: self, &sizing) }
    return sizing
  }
}

extension [Node] {
  fileprivate var adjacentlySorted: Bool {
    indices.dropFirst().allSatisfy { self[$0 - 1].id < self[$0].id }
  }
}

struct PoolView {
  var rules: PoolRules
  var memory: PoolMemory
  /// Indices of our nodes in this pool.
  var members: [Int] = []
  /// There now, or will be without anyone's doing, and not on the way out.
  var live = 0
  /// Running or starting, whatever is about to happen to them.
  var standing = 0
  var unhealthy = 0
  /// Running, and of these, such that no valid reading says what they do.
  var running = 0
  var unknown = 0
  /// Started or launched by us and not yet listed as such.
  var coming = 0
  var openShrinks = 0
  /// Those of them that may be acted on.
  var acting = ActingNodes()
  /// What becomes of its idle nodes, and when.
  let idleSteps: IdleSteps
  /// The little of its rules that every node is judged by.
  let idleTerms: IdleTerms
  /// Nodes that should have come up by now, and since when; they count as coming all the same.
  var stuck: [(node: Int, since: Timestamp)] = []
  /// For pools whose cloud counts replicas.
  var replicas: ReplicaCount?
  /// What the policies have said of its size so far.
  var sizing: Sizing

  /// Up or coming: what `Sizing.desired` is compared with.
  var have: Int { replicas?.total ?? live + coming }

  init(rules: PoolRules, in snapshot: Snapshot, under rulebook: Rulebook) {
    self.rules = rules
    memory = snapshot.memory.pools[rules.name] ?? PoolMemory()
    idleSteps = IdleSteps(of: rules, act: rulebook.idleLimit(of: rules, memory))
    idleTerms = IdleTerms(of: rules, reaching: idleSteps.limits)
    longestStart = memory.longestStart
    now = snapshot.takenAt
    replicas = snapshot.replicas?[rules.name]
    sizing = Sizing(pool: rules.name)
    openShrinks = snapshot.memory.openActions.values.count {
      $0.decision.intent.shrinks && $0.decision.pool == rules.name && $0.decision.replicas == nil
    }
  }

  private var now: Timestamp
  private let longestStart: Duration

  /// In place: a pool that is asked something is copied for it, and every node asks.
  mutating func count(_ view: NodeView, at index: Int, under rulebook: Rulebook) {
    members.append(index)
    if mayEnd(view.node, under: rulebook, at: now) { acting.count(view) }
    if let since = view.stuckSince(longest: longestStart, at: now) {
      stuck.append((index, since))
    }
    if view.node.state == .running {
      running += 1
      if view.isUnknown { unknown += 1 }
    }
    if view.node.state.isLive {
      standing += 1
      if view.isUnhealthy { unhealthy += 1 }
      if !view.isInFlight, !view.hasJustShrunk, !view.isEnding { live += 1 }
    } else if view.hasJustStarted, !view.isInFlight {
      coming += 1
    }
  }
}
