import CostModel
import FleetModel

/// Cheaper machines that would do, and slices of the present ones (SEMANTICS 4.11); advice only.
///
/// Judged are pools of one machine type with seven days of observation. Of all that fits, the word
/// is given to what saves most; figures measured on both machines beat transferred ones.
struct Rightsize: Policy {
  static let name = "rightsize"

  func advise(on fleet: FleetView) -> [Advice] {
    fleet.pools.compactMap { pool in
      guard let needs = pool.memory.needs?.needs(at: fleet.now),
        let scene = RightsizeScene(pool, needs, in: fleet)
      else { return nil }
      let ideas = MachineSwap.ideas(for: scene) + [SliceSplit.idea(for: scene)].compactMap(\.self)
      let measured = ideas.filter { !$0.isEstimated }
      let best = (measured.isEmpty ? ideas : measured).max {
        $0.monthlySaving < $1.monthlySaving
      }
      return best?.monthlySaving ?? .zero > .zero ? best : nil
    }
  }
}

/// A pool as rightsizing sees it: some machines of one type, and what their devices need.
struct RightsizeScene {
  var pool: PoolRules
  var needs: DeviceNeeds
  var node: Node
  /// Machines of the pool that run.
  var count: Int
  var machine: MachineGPUs
  var rate: HourlyRate
  /// What is listed, and what of it is believed.
  var listed: [Price]
  var prices: KnownPrices
  var capabilities: [NodeCapability]
  /// p99 of memory used, and a tenth more (SEMANTICS 4.11), MiB.
  var memory: Double

  /// nil where machines differ, or nobody knows them, their price or their memory.
  init?(_ pool: PoolView, _ needs: DeviceNeeds, in fleet: FleetView) {
    let running = pool.members.map { fleet.nodes[$0] }.filter { $0.node.state == .running }
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
    listed = fleet.rulebook.prices.prices
    prices = fleet.prices
    capabilities = fleet.rulebook.capabilities.filter { $0.invalid == nil }
    memory = used * 1.1
  }

  /// 720 hours of every machine.
  var monthly: Money { rate.cost(of: .hours(720 * Int64(count))) }
}
