import FleetModel

/// The seasonal floor of SEMANTICS 4.9; its numbers are †, our judgement.
public struct ForecastRules: Sendable, Hashable, Codable {
  /// Which quantile of the past is the floor, 0…1.
  public var quantile: Double
  /// Whole days of history before it says anything.
  public var daysNeeded: Int
  /// Above this weighted absolute percentage error it switches itself off.
  public var largestError: Double

  public init(quantile: Double = 0.9, daysNeeded: Int = 8, largestError: Double = 0.35) {
    self.quantile = quantile
    self.daysNeeded = daysNeeded
    self.largestError = largestError
  }
}
