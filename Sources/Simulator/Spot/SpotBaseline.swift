import FleetModel
import Planner

/// Named policies of others, as references.
public struct SpotBaseline: Sendable, Hashable {
  /// How spot replicas are laid out over the zones.
  public enum Layout: Sendable, Hashable {
    case none
    /// As many as possible together: most alive replicas first.
    case pack
    /// As few as possible together: fewest alive replicas first.
    case spread
    /// Zones in order of their latest loss, oldest first, each filled up to so many.
    case capped(Int)
  }

  public var name: String
  public var layout: Layout
  /// Spot replicas beyond those needed.
  public var extra = 0
  public var fallsBack = true
  /// Zones it may use; nil: all.
  public var zones: [String]?

  public init(
    _ name: String, _ layout: Layout, extra: Int = 0, fallsBack: Bool = true, zones: [String]? = nil
  ) {
    self.name = name
    self.layout = layout
    self.extra = extra
    self.fallsBack = fallsBack
    self.zones = zones
  }

  /// The baselines every report shows beside ours; the model of each is in docs/spot.md.
  public static let all: [SpotBaseline] = [
    SpotBaseline("on-demand-only", .none),
    SpotBaseline("pack", .pack, fallsBack: false),
    SpotBaseline("spread", .spread, fallsBack: false),
    SpotBaseline("spread-fallback", .spread),
    SpotBaseline("spothedge-1", .spread, extra: 1),
    SpotBaseline("spothedge-2", .spread, extra: 2),
    SpotBaseline("two-per-zone", .capped(2)),
    SpotBaseline("two-per-zone-2", .capped(2), extra: 2),
    SpotBaseline("one-per-zone-1", .capped(1), extra: 1),
  ]

  /// One zone alone.
  public static func oneZone(_ zone: String, fallsBack: Bool) -> SpotBaseline {
    SpotBaseline(
      "one-zone \(zone)" + (fallsBack ? " + fallback" : ""), .pack, fallsBack: fallsBack,
      zones: [zone])
  }

  /// Runs it over a trace. On-demand alone has its replicas ready a tick after the start.
  public func run(_ setup: SpotSetup) -> SpotScore {
    var chooser = SpotBaselineChooser(self, setup)
    return simulateSpot(
      setup, named: name, onDemandColdStart: layout == .none ? .zero : nil, asking: &chooser)
  }
}

/// A baseline at work.
struct SpotBaselineChooser: SpotChooser {
  private let baseline: SpotBaseline
  private let replicas: Int
  private let allowed: [Int]
  /// How long a zone with bad news is shunned.
  private let shunned: Int
  /// By zone, the tick of the last bad news.
  private var badNews: [Int]
  private var alive: [Int]
  private var refused: [Bool]

  /// Tries in one tick.
  private static let tries = 20

  init(_ baseline: SpotBaseline, _ setup: SpotSetup) {
    self.baseline = baseline
    replicas = setup.replicas
    allowed = setup.trace.zones.indices.filter {
      baseline.zones?.contains(setup.trace.zones[$0]) ?? true
    }
    shunned = setup.ticks(in: .hours(2))
    badNews = Array(repeating: -1_000_000_000, count: setup.trace.zones.count)
    alive = Array(repeating: 0, count: setup.trace.zones.count)
    refused = Array(repeating: false, count: setup.trace.zones.count)
  }

  mutating func choose(_ look: SpotLook, at tick: Int) -> SpotChoice {
    var choice = SpotChoice(zones: look.offerings.count)
    for (zone, seen) in look.offerings.enumerated() {
      alive[zone] = seen.ready + seen.pending
      refused[zone] = false
      if seen.lost > 0 { badNews[zone] = tick }
    }
    switch baseline.layout {
    case .none: break
    case .pack, .spread: place(look, at: tick, &choice)
    case .capped(let most): fill(look, upTo: most, &choice)
    }
    guard baseline.fallsBack else { return choice }
    let need = max(0, replicas - look.offerings.reduce(0) { $0 + $1.ready })
    let have = look.onDemandReady + look.onDemandPending
    choice.launchOnDemand = max(0, need - have)
    choice.dropOnDemand = max(0, have - need)
    return choice
  }

  private mutating func place(_ look: SpotLook, at tick: Int, _ choice: inout SpotChoice) {
    var tries = 0
    while alive.reduce(0, +) < replicas + baseline.extra, tries < Self.tries {
      tries += 1
      guard let zone = next(at: tick) else { return }
      if look.offerings[zone].isUp == true {
        choice.launch[zone] += 1
        alive[zone] += 1
      } else {
        refused[zone] = true
        badNews[zone] = tick
      }
    }
  }

  /// The zone to try: without recent bad news if there is one, then by layout, news and order.
  private func next(at tick: Int) -> Int? {
    let open = allowed.filter { !refused[$0] }
    let calm = open.filter { tick - badNews[$0] > shunned }
    let sign = baseline.layout == .pack ? -1 : 1
    return (calm.isEmpty ? open : calm).min {
      (sign * alive[$0], badNews[$0], $0) < (sign * alive[$1], badNews[$1], $1)
    }
  }

  private mutating func fill(_ look: SpotLook, upTo most: Int, _ choice: inout SpotChoice) {
    var left = replicas + baseline.extra - alive.reduce(0, +)
    let order = allowed.sorted { (badNews[$0], $0) < (badNews[$1], $1) }
    for zone in order where left > 0 && look.offerings[zone].isUp == true {
      let more = min(left, max(0, most - alive[zone]))
      choice.launch[zone] = more
      alive[zone] += more
      left -= more
    }
  }
}
