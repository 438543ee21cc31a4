import FleetModel

/// Runs a policy over a spot trace.
///
/// Each tick: losses are taken, what is missing is counted, everything alive is billed, then the
/// policy is asked. Replica-ticks are counted as integers and priced once at the end.
/// `onDemandColdStart` is the cold start unless a baseline says otherwise.
public func simulateSpot(
  _ setup: SpotSetup, named name: String, onDemandColdStart: Duration? = nil,
  asking chooser: inout some SpotChooser
) -> SpotScore {
  let states = setup.trace.zones.indices.map { setup.trace.states(of: $0) }
  var world = SpotWorld(
    states: states, announced: setup.announcements(states), observation: setup.observation,
    coldTicks: setup.ticks(in: setup.coldStart),
    onDemandColdTicks: setup.ticks(in: onDemandColdStart ?? setup.coldStart))
  var tally = SpotTally(perHour: max(1, setup.ticks(in: .hours(1))), replicas: setup.replicas)
  for tick in 0..<setup.trace.ticks {
    world.lose(at: tick)
    tally.count(world, at: tick)
    world.bill()
    tally.closeHour(world, setup, at: tick)
    ask(&chooser, &world, at: tick)
  }
  return tally.score(name, setup, world)
}

/// Asks until nothing is refused any more, or every zone has refused once.
private func ask(_ chooser: inout some SpotChooser, _ world: inout SpotWorld, at tick: Int) {
  var choice = chooser.choose(world.sight(at: tick), at: tick)
  for zone in choice.probes { chooser.probed(zone, isUp: world.probe(zone, at: tick)) }
  var refused = world.carryOut(choice, at: tick)
  var rounds = 0
  while !refused.isEmpty, rounds < world.states.count {
    choice = chooser.choose(again: world.sight(at: tick), refused: refused, at: tick)
    refused = world.carryOut(choice, at: tick)
    rounds += 1
  }
}

extension SpotSetup {
  /// By zone and tick, 1 in the ticks in which a loss to come has been announced.
  func announcements(_ states: [[UInt8]]) -> [[UInt8]] {
    guard let notice, notice.share > 0 else { return [] }
    let lead = ticks(in: notice.lead)
    return states.indices.map { zone in
      var announced = [UInt8](repeating: 0, count: trace.ticks)
      for (number, run) in trace.up[zone].enumerated() where run.upperBound < trace.ticks {
        let chance = SplitMix64.unit(SplitMix64.hash(notice.seed, zone, number))
        guard chance < notice.share else { continue }
        for tick in max(run.lowerBound, run.upperBound - lead)..<run.upperBound {
          announced[tick] = 1
        }
      }
      return announced
    }
  }
}

/// Counts while a backtest runs.
struct SpotTally {
  let perHour: Int
  let replicas: Int
  private var missing = 0
  private var short = 0
  private var missingThisHour = 0
  private var series: [SpotHour] = []

  init(perHour: Int, replicas: Int) {
    self.perHour = perHour
    self.replicas = replicas
  }

  mutating func count(_ world: SpotWorld, at tick: Int) {
    let spot = world.spotReady(at: tick)
    let onDemand = world.onDemandReady(at: tick)
    let lacking = max(0, replicas - spot - onDemand)
    missing += lacking
    missingThisHour += lacking
    if lacking > 0 { short += 1 }
  }

  /// Notes a point for charts when an hour ends with this tick, which must be billed.
  mutating func closeHour(_ world: SpotWorld, _ setup: SpotSetup, at tick: Int) {
    guard (tick + 1) % perHour == 0 else { return }
    series.append(
      SpotHour(
        upZones: world.states.count { $0[tick] == 1 }, spotReady: world.spotReady(at: tick),
        onDemandReady: world.onDemandReady(at: tick),
        missing: Double(missingThisHour) / Double(perHour),
        spent: setup.price(world.spotTicks, onDemand: world.onDemandTicks)))
    missingThisHour = 0
  }

  func score(_ name: String, _ setup: SpotSetup, _ world: SpotWorld) -> SpotScore {
    let hour = 3600 / setup.trace.tick.inSeconds
    let needed = Double(max(1, replicas * setup.trace.ticks))
    return SpotScore(
      policy: name, costUSD: setup.price(world.spotTicks, onDemand: world.onDemandTicks),
      clairvoyantUSD: SpotClairvoyant(setup).costUSD, missingShare: Double(missing) / needed,
      timeShort: Double(short) / Double(max(1, setup.trace.ticks)),
      preemptions: Double(world.preemptions), launches: Double(world.launches),
      spotHours: Double(world.spotTicks.reduce(0, +)) / hour,
      onDemandHours: Double(world.onDemandTicks) / hour, series: series)
  }
}

extension SpotSetup {
  /// The price of replica-ticks: counted whole, priced once.
  func price(_ spotTicks: [Int], onDemand ticks: Int) -> Money {
    var parts = [onDemand.cost(of: trace.tick * ticks)]
    for (zone, count) in spotTicks.enumerated() {
      parts.append(spot[zone].cost(of: trace.tick * count))
    }
    return Money.sum(parts)
  }
}
