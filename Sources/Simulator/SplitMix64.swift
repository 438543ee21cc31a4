/// A small seeded generator: the same seed gives the same numbers, on every machine, for ever.
///
/// Steele, Lea, Flood: "Fast splittable pseudorandom number generators" (OOPSLA 2014), with the
/// mixing constants given there. Not for secrets.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// The number that belongs to these parts: chance without a sequence, so that asking twice or
  /// out of order changes nothing.
  public static func hash(_ seed: UInt64, _ parts: Int...) -> UInt64 {
    var hash = seed
    for part in parts {
      hash = mix(hash ^ (UInt64(bitPattern: Int64(part)) &* 0x9E37_79B9_7F4A_7C15))
    }
    return mix(hash &+ 0x9E37_79B9_7F4A_7C15)
  }

  /// The first 53 bits as a number from 0 up to, but not including, 1.
  public static func unit(_ hash: UInt64) -> Double { Double(hash >> 11) / 9_007_199_254_740_992 }

  private static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
