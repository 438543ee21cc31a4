public import FleetModel

/// Finds the pool that owns a node without asking every pool.
///
/// Pools that name tags are kept by one of their tags, so that a node is compared with the few that
/// share its value; with 400 pools this was most of a plan's time. The first pool in the rulebook's
/// order that matches owns the node, as `Rulebook.pool(of:)` says.
public struct PoolIndex: Sendable {
  private let pools: [PoolRules]
  private let fleet: String
  /// Tag, then value: places in the rulebook, ascending.
  private var byTag: [(tag: String, places: [String: [Place]])] = []
  /// Pools that name no tag.
  private var untagged: [Int] = []

  private struct Place {
    var pool: Int
    /// The pool asks for nothing but the tag it was found by.
    var isWhole: Bool
  }

  public init(_ rulebook: Rulebook) {
    pools = rulebook.pools
    fleet = rulebook.fleet
    var places: [String: [String: [Place]]] = [:]
    for place in pools.indices {
      let match = pools[place].match
      guard let (tag, value) = match.tags.min(by: { $0.key < $1.key }) else {
        untagged.append(place)
        continue
      }
      let isWhole = match.tags.count == 1 && match.cloud == nil && match.types.isEmpty
      places[tag, default: [:]][value, default: []].append(Place(pool: place, isWhole: isWhole))
    }
    byTag = places.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The place of the node's pool in the rulebook; nil when none matches, or it is another fleet's.
  public func place(of node: Node) -> Int? {
    if node.isOfAnother(than: fleet) { return nil }
    var best = untagged.first { pools[$0].matches(node) }
    for (tag, places) in byTag {
      guard let value = node.tags[tag], let candidates = places[value],
        let found = candidates.first(where: { $0.isWhole || pools[$0.pool].matches(node) })?.pool
      else { continue }
      best = min(best ?? found, found)
    }
    return best
  }
}
