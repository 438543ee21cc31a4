public import FleetModel

/// How many replicas or nodes a pool should have, and how that number came about.
///
/// Every policy that has something to say adds a step; the last word is `desired`. Kept in the plan
/// so that `explain` shows the same steps the engine took.
public struct Sizing: Sendable, Hashable, Codable {
  public var pool: PoolName
  /// What demand asks for; nil: nobody asked, and the pool keeps what it has.
  public private(set) var want: Int?
  /// The least that limits, schedules, forecasts and wakes leave.
  public private(set) var floor: Int
  /// The most; nil: no limit.
  public private(set) var ceiling: Int?
  public private(set) var steps: [Step]
  /// Nothing may be taken away now, with the reason; growth is free.
  public private(set) var hold: Reason?

  /// One policy's word.
  public struct Step: Sendable, Hashable, Codable {
    /// The policy's name.
    public var policy: String
    public var kind: Kind
    public var reason: Reason

    public enum Kind: Sendable, Hashable, Codable {
      case want(Int)
      case floor(Int)
      case ceiling(Int)
      case hold
    }
  }

  public init(pool: PoolName) {
    self.pool = pool
    floor = 0
    steps = []
  }

  /// Demand asks for this many; of two the larger counts.
  public mutating func ask(_ count: Int, by policy: String, _ reason: Reason) {
    steps.append(Step(policy: policy, kind: .want(count), reason: reason))
    want = max(want ?? 0, count)
  }

  /// Not below this; of two the larger counts.
  public mutating func raiseFloor(to count: Int, by policy: String, _ reason: Reason) {
    steps.append(Step(policy: policy, kind: .floor(count), reason: reason))
    floor = max(floor, count)
  }

  /// Not above this; of two the smaller counts.
  public mutating func lowerCeiling(to count: Int, by policy: String, _ reason: Reason) {
    steps.append(Step(policy: policy, kind: .ceiling(count), reason: reason))
    ceiling = min(ceiling ?? count, count)
  }

  /// Nothing is taken away now; the first reason stands.
  public mutating func holdShrinking(by policy: String, _ reason: Reason) {
    steps.append(Step(policy: policy, kind: .hold, reason: reason))
    hold = hold ?? reason
  }

  /// The number to go to from `have`; the ceiling wins over the floor, and a hold over both when
  /// they would shrink.
  public func desired(from have: Int) -> Int {
    let wished = max(want ?? have, floor)
    let bounded = min(wished, ceiling ?? wished)
    return hold == nil ? bounded : max(bounded, have)
  }

  /// The number a pool is to have, whatever it has now: what is asked for, `count` where nobody
  /// asks, within floor and ceiling.
  public func target(orElse count: Int) -> Int {
    let wished = max(want ?? count, floor)
    return min(wished, ceiling ?? wished)
  }

  /// Why `desired` is what it is: the step that set it; nil when nobody said anything.
  public func reason(for desired: Int, from have: Int) -> Reason? {
    if let hold, desired == have, min(max(want ?? have, floor), ceiling ?? .max) < have {
      return hold
    }
    return steps.last { step in
      switch step.kind {
      case .want(let count), .floor(let count), .ceiling(let count): count == desired
      case .hold: false
      }
    }?.reason
  }
}
