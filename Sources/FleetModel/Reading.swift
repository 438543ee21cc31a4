/// A value that is fresh, stale or absent; only a fresh one is evidence of idleness.
///
/// "Missing is zero, zero is idle" is the most repeated outage of this field (kedacore/keda#3065,
/// kubernetes/autoscaler#446, #8814). This type makes it impossible to write.
public enum Reading<Value: Sendable>: Sendable {
  case fresh(Value)
  case stale(Value, age: Duration)
  case absent(Absence)

  /// The value if it is evidence.
  public var evidence: Value? {
    guard case .fresh(let value) = self else { return nil }
    return value
  }
}

extension Reading: Equatable where Value: Equatable {}

/// Why there is no value.
public enum Absence: String, Sendable, Hashable, Codable {
  /// Nothing has ever been received.
  case neverSeen = "never-seen"
  /// The target does not offer this field.
  case notOffered = "not-offered"
  /// The value was there and could not be true.
  case rejected
  /// The target could not be reached or did not answer with metrics.
  case scrapeFailed = "scrape-failed"
}
