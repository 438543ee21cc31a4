public import FleetModel

/// What is seen of a pool's places at one moment, and how far the looks are apart.
public struct SpotSight: Sendable, Hashable, Codable {
  public var look: SpotLook
  public var interval: Duration

  public init(look: SpotLook, interval: Duration) {
    self.look = look
    self.interval = interval
  }
}

extension Memory {
  /// Takes in what is seen of a pool's places, once an interval; a look of another number of places
  /// than the pool has changes nothing.
  public mutating func fold(_ sight: SpotSight, of pool: PoolRules) {
    guard let places = pool.spot, sight.look.offerings.count == places.offerings.count,
      sight.interval > .zero
    else { return }
    let terms = SpotTerms(places, replicas: pool.minimumNodes, interval: sight.interval) { _ in nil
    }
    if pools[pool.name]?.spot == nil { pools[pool.name, default: PoolMemory()].spot = SpotMemory() }
    pools[pool.name]?.spot?.fold(sight.look, under: terms)
  }

  /// A launch in one of a pool's places was refused in this interval.
  public mutating func foldRefusal(
    _ refusal: SpotRefusal, at offering: Int, holding held: Int, of pool: PoolRules,
    interval: Duration
  ) {
    guard let places = pool.spot, places.offerings.indices.contains(offering) else { return }
    let terms = SpotTerms(places, replicas: pool.minimumNodes, interval: interval) { _ in nil }
    pools[pool.name]?.spot?.refuse(offering, refusal, holding: held, under: terms)
  }
}

/// A launch the cloud refused, and where.
public struct RefusedLaunch: Sendable, Hashable, Codable {
  public var launch: LaunchSpec
  public var kind: ActFailure.Kind
  public var at: Timestamp

  public init(launch: LaunchSpec, kind: ActFailure.Kind, at: Timestamp) {
    self.launch = launch
    self.kind = kind
    self.at = at
  }
}
