import FleetModel

/// Finds the pool that owns a node without asking every pool.
///
/// Pools that name tags are kept by one of their tags, so that a node is compared with the few that
/// share its value; with 400 pools this was most of a plan's time. The first pool in the rulebook's
/// order that matches owns the node, as `Rulebook.pool(of:)` says.
struct PoolIndex {
  private let pools: [PoolRules]
  /// Tag, then value: places in the rulebook, ascending.
  private var byTag: [(tag: String, places: [String: [Int]])] = []
  /// Pools that name no tag.
  private var untagged: [Int] = []

  init(_ rulebook: Rulebook) {
    pools = rulebook.pools
    var places: [String: [String: [Int]]] = [:]
    for place in pools.indices {
      guard let (tag, value) = pools[place].match.tags.min(by: { $0.key < $1.key }) else {
        untagged.append(place)
        continue
      }
      places[tag, default: [:]][value, default: []].append(place)
    }
    byTag = places.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The place of the node's pool in the rulebook; nil when none matches.
  func place(of node: Node) -> Int? {
    var best = untagged.first { pools[$0].matches(node) }
    for (tag, places) in byTag {
      guard let value = node.tags[tag], let candidates = places[value],
        let found = candidates.first(where: { pools[$0].matches(node) })
      else { continue }
      best = min(best ?? found, found)
    }
    return best
  }
}
