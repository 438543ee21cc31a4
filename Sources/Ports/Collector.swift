public import FleetModel

/// Reads the metrics of one target once.
///
/// Contract: a reading holds only values that can be true; what is missing is absent. The time of
/// the reading is `at`, the caller's own clock. A target that answers with something else throws.
public protocol Collector: Sendable {
  func collect(_ target: Target, at moment: Timestamp) async throws(CollectError) -> NodeReading
}

public enum CollectError: Error, Sendable, Hashable, CustomStringConvertible {
  /// No answer: refused, timed out, broken.
  case unreachable(String)
  /// An answer, but not 200.
  case status(Int)
  /// Not metrics (HTML, binary), or past a limit; says which.
  case notMetrics(String)
  case tooLarge(limit: Int)
  case cancelled

  /// One sentence for people.
  public var description: String {
    switch self {
    case .unreachable(let text): text
    case .status(let code): "answered with status \(code)"
    case .notMetrics(let text): "not metrics: \(text)"
    case .tooLarge(let limit): "the answer is longer than \(limit) bytes"
    case .cancelled: "broken off"
    }
  }
}
