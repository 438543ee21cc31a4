public import Planner

/// What a policy wants done in one tick; drops take the youngest first.
public struct SpotChoice: Sendable, Hashable {
  /// Spot launches by zone.
  public var launch: [Int]
  public var launchOnDemand = 0
  /// Spot replicas given back, by zone.
  public var drop: [Int]
  public var dropOnDemand = 0
  /// Zones to try once, without keeping what comes.
  public var probes: [Int] = []

  public init(zones: Int) {
    launch = Array(repeating: 0, count: zones)
    drop = launch
  }
}

/// Whoever decides in a spot backtest: asked once a tick, after losses are taken and time is billed.
public protocol SpotChooser {
  mutating func choose(_ look: SpotLook, at tick: Int) -> SpotChoice
  /// Launches were refused in these zones: what now, in the same tick? `look` counts what was
  /// launched meanwhile.
  mutating func choose(again look: SpotLook, refused zones: [Int], at tick: Int) -> SpotChoice
  /// What a probe found.
  mutating func probed(_ zone: Int, isUp: Bool)
}

extension SpotChooser {
  public mutating func choose(again look: SpotLook, refused: [Int], at tick: Int) -> SpotChoice {
    SpotChoice(zones: look.offerings.count)
  }

  public mutating func probed(_ zone: Int, isUp: Bool) {}
}

/// Our policy: the spot rule on its shipped numbers.
public struct SpotPolicyChooser: SpotChooser {
  public private(set) var memory = SpotMemory()
  private let terms: SpotTerms

  public init(_ terms: SpotTerms) { self.terms = terms }

  public mutating func choose(_ look: SpotLook, at tick: Int) -> SpotChoice {
    memory.fold(look, under: terms)
    return choice(look)
  }

  public mutating func choose(
    again look: SpotLook, refused zones: [Int], at tick: Int
  ) -> SpotChoice {
    for zone in zones {
      let held = look.offerings[zone].ready + look.offerings[zone].pending
      memory.refuse(zone, .capacity, holding: held, under: terms)
    }
    var choice = choice(look)
    choice.probes = []
    return choice
  }

  public mutating func probed(_ zone: Int, isUp: Bool) {
    memory.probed(zone, isUp: isUp, under: terms)
  }

  private func choice(_ look: SpotLook) -> SpotChoice {
    let placement = spotPlacement(look, remembering: memory, under: terms)
    var choice = SpotChoice(zones: look.offerings.count)
    for (zone, seen) in look.offerings.enumerated() {
      choice.launch[zone] = max(0, placement.spot[zone] - seen.ready - seen.pending)
      choice.drop[zone] = placement.release.pending[zone] + placement.release.ready[zone]
    }
    let onDemand = look.onDemandReady + look.onDemandPending
    choice.launchOnDemand = max(0, placement.onDemand - onDemand)
    choice.dropOnDemand = placement.release.onDemandPending + placement.release.onDemandReady
    choice.probes = placement.probes
    return choice
  }
}
