public import FleetModel

/// Reads the metrics of one target once.
///
/// Contract: a reading holds only values that can be true; what is missing is absent. The time of
/// the reading is `at`, the caller's own clock. A target that answers with something else throws.
public protocol Collector: Sendable {
  func collect(_ target: Target, at moment: Timestamp) async throws(CollectError) -> NodeReading
}

public enum CollectError: Error, Sendable, Hashable {
  /// No answer: refused, timed out, broken.
  case unreachable(String)
  /// An answer, but not 200.
  case status(Int)
  /// Not metrics (HTML, binary), or past a limit; says which.
  case notMetrics(String)
  case tooLarge(limit: Int)
  case cancelled
}
