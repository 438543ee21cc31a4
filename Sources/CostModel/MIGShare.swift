public import FleetModel

/// A slice of a GPU split by NVIDIA MIG, as "3g.40gb": 3 of 7 compute and 4 of 8 memory slices.
///
/// Source: NVIDIA Multi-Instance GPU User Guide, "Supported MIG Profiles" (A100, H100, H200, B200).
public struct MIGSlice: Sendable, Hashable, Codable {
  /// 1…7.
  public var compute: Int
  /// 1…8.
  public var memory: Int

  /// nil outside what a GPU has.
  public init?(compute: Int, memory: Int) {
    guard (1...7).contains(compute), (1...8).contains(memory) else { return nil }
    (self.compute, self.memory) = (compute, memory)
  }

  private init(_ compute: Int, _ memory: Int) { (self.compute, self.memory) = (compute, memory) }

  public static let g1 = MIGSlice(1, 1)
  public static let g2 = MIGSlice(2, 2)
  public static let g3 = MIGSlice(3, 4)
  public static let g4 = MIGSlice(4, 4)
  public static let g7 = MIGSlice(7, 8)

  /// The part of the GPU it takes, in 56ths: max(compute/7, memory/8).
  public var weight: Int64 { Int64(max(compute * 8, memory * 7)) }
}

/// What each slice of a GPU costs (SEMANTICS 4.13).
public enum MIGShare {
  /// The whole GPU, in the unit of `MIGSlice.weight`.
  public static let whole: Int64 = 56

  /// Splits what a GPU cost over its slices by largest remainder; the parts and `idle` add up to
  /// the amount, exactly. What no slice takes is idle, and the pool's. Slices that together take
  /// more than a whole share the whole in proportion.
  public static func split(
    _ amount: Money, over slices: [MIGSlice]
  ) -> (slices: [Money], idle: Money) {
    let weights = slices.map(\.weight)
    let rest = max(0, whole - weights.reduce(0, +))
    let parts = amount.split(by: weights + [rest])
    return (Array(parts.dropLast()), parts.last ?? .zero)
  }
}
