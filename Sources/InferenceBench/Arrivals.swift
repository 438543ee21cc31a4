import FleetModel
import Foundation

/// How the moments at which requests are sent are spread over a run.
public enum Arrivals: String, Sendable, Hashable, Codable, CaseIterable {
  /// Independent arrivals: gaps are exponential with mean 1/rate.
  case poisson
  /// One request every 1/rate.
  case constant

  /// The intended moments in nanoseconds from the start, ascending and below `duration`.
  ///
  /// Drawn beforehand, so nothing the server does can move them. The same seed gives the same
  /// moments. `rate` is in requests per second, above zero and finite.
  public func schedule(rate: Double, duration: Duration, seed: UInt64) -> [Int64] {
    let end = duration.inSeconds
    switch self {
    case .constant:
      // The last slot may lie on the end by rounding; it belongs to the next run.
      let count = Int((rate * end).rounded(.up))
      return (0..<count).map { Double($0) / rate }.filter { $0 < end }.map(Self.nanoseconds)
    case .poisson:
      var random = SplitMix64(seed: seed)
      var moments: [Int64] = []
      moments.reserveCapacity(Int(rate * end))
      var at = 0.0
      while true {
        at -= log(random.unit()) / rate
        guard at < end else { return moments }
        moments.append(Self.nanoseconds(at))
      }
    }
  }

  private static func nanoseconds(_ seconds: Double) -> Int64 {
    Int64((seconds * 1e9).rounded())
  }
}

/// A seeded generator whose numbers are the same on every machine.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014).
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// Above 0 and at most 1, so that its logarithm is finite; 53 random bits.
  mutating func unit() -> Double { Double((next() >> 11) + 1) * 0x1p-53 }
}
