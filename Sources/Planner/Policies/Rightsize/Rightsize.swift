import CostModel
import FleetModel

/// Cheaper machines that would do, and slices of the present ones (SEMANTICS 4.11); advice only.
///
/// Judged are pools of one machine type with seven days of observation. Of all that fits, the word
/// is given to what saves most; figures measured on both machines beat transferred ones. Machines
/// that nobody here may give back are not counted: no saving is promised of what another
/// controller owns or somebody protects (SEMANTICS 4.19).
struct Rightsize: Policy {
  static let name = "rightsize"

  func advise(on fleet: FleetView) -> [Advice] {
    let judged = fleet.pools.compactMap { pool in
      pool.memory.needs?.needs(at: fleet.now).map { (pool, $0) }
    }
    guard !judged.isEmpty else { return [] }
    let offers = fleet.rulebook.prices.prices.compactMap { price in
      MachineGPUs.known(price.type).map { Offer(price: price, machine: $0) }
    }
    return judged.compactMap { pool, needs in
      RightsizeScene(pool, needs, offers, in: fleet).flatMap(best)
    }
  }

  private func best(of scene: RightsizeScene) -> Advice? {
    let ideas = MachineSwap.ideas(for: scene) + [SliceSplit.idea(for: scene)].compactMap(\.self)
    let measured = ideas.filter(\.isMeasured)
    let best = (measured.isEmpty ? ideas : measured).max { $0.saving < $1.saving }
    return best.flatMap { $0.saving > .zero ? $0.advice() : nil }
  }

  /// A machine that can be had, with its GPUs.
  struct Offer {
    var price: Price
    var machine: MachineGPUs
  }

  /// What might be done; put into words only when it is the best.
  struct Idea {
    var saving: Money
    var isMeasured = false
    var advice: () -> Advice
  }
}

/// A pool as rightsizing sees it: some machines of one type, and what their devices need.
struct RightsizeScene {
  var pool: PoolRules
  var needs: DeviceNeeds
  var node: Node
  /// Machines of the pool that run and may be given back.
  var count: Int
  var machine: MachineGPUs
  var rate: HourlyRate
  /// What is listed, and what of its prices is believed.
  var offers: [Rightsize.Offer]
  var prices: KnownPrices
  var capabilities: [NodeCapability]
  /// p99 of memory used, and a tenth more (SEMANTICS 4.11), MiB.
  var memory: Double

  /// nil where machines differ, or nobody knows them, their price or their memory.
  init?(
    _ pool: PoolView, _ needs: DeviceNeeds, _ offers: [Rightsize.Offer], in fleet: FleetView
  ) {
    let running = pool.members.map { fleet.nodes[$0] }.filter {
      $0.node.state == .running && fleet.mayAdvise(.terminate, on: $0)
    }
    guard let first = running.first, let rate = first.rate,
      let machine = MachineGPUs.known(first.node.type), let used = needs.memoryNeeded,
      running.allSatisfy({ MachineKind($0.node) == MachineKind(first.node) })
    else { return nil }
    self.pool = pool.rules
    self.needs = needs
    node = first.node
    count = running.count
    self.machine = machine
    self.rate = rate
    self.offers = offers
    prices = fleet.prices
    capabilities = fleet.rulebook.capabilities.filter { $0.invalid == nil }
    memory = used * 1.1
  }

  /// 720 hours of every machine.
  var monthly: Money { rate.cost(of: .hours(720 * Int64(count))) }
}
