import FleetModel
import Planner

extension Builder {
  /// Pools that fall back on unknown pools, on themselves, or on each other in a circle.
  mutating func checkFallbacks(_ pools: [(rules: PoolRules, part: Part)]) {
    let names = pools.map(\.rules.name)
    let targets = Dictionary(
      pools.map { ($0.rules.name, $0.rules.spot?.overflow ?? []) }, uniquingKeysWith: { $1 })
    for (pool, part) in pools {
      var named: Set<String> = []
      for element in Self.fallbacks(of: part) {
        guard case .text(let name) = element.value else { continue }
        let target = PoolName(name)
        if !named.insert(name).inserted {
          complain(
            at: element.place, "pool '\(name)' is named twice", hint: "keep the first",
            key: "pools.fallback")
        } else if !names.contains(target) {
          complain(
            at: element.place, "there is no pool '\(name)' to fall back on",
            hint: nearest(to: name, among: names.map(\.rawValue)).map { "did you mean '\($0)'?" },
            key: "pools.fallback")
        } else if target == pool.name {
          complain(
            at: element.place, "pool '\(pool.name)' falls back on itself", key: "pools.fallback")
        } else if let circle = Self.circle(from: pool.name, over: target, targets) {
          complain(
            at: element.place,
            "the fallback goes in a circle: \(circle.map(\.rawValue).joined(separator: " -> "))",
            hint: "remove one of these steps", key: "pools.fallback")
        }
      }
    }
  }

  private static func fallbacks(of pool: Part) -> [Found] {
    pool.has("fallback")
      ? pool.elements("fallback") : pool.part("spot")?.elements("overflow") ?? []
  }

  /// The shortest way from `start` over `next` back to `start`; nil where there is none, or where
  /// the circle is told of at another pool, the first of it by name.
  private static func circle(
    from start: PoolName, over next: PoolName, _ targets: [PoolName: [PoolName]]
  ) -> [PoolName]? {
    var ways: [[PoolName]] = [[start, next]]
    var seen: Set<PoolName> = [next]
    while !ways.isEmpty {
      let way = ways.removeFirst()
      for target in targets[way.last ?? start] ?? [] {
        if target == start { return way.contains { $0 < start } ? nil : way + [start] }
        if target > start, seen.insert(target).inserted { ways.append(way + [target]) }
      }
    }
    return nil
  }
}
