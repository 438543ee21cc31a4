/// What a pool's nodes are for; it decides which idle window and which act fit (SEMANTICS 4.4).
public enum PoolKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// Answers requests; may be scaled down when nobody asks.
  case serving
  /// Runs jobs to their end.
  case batch
  /// Notebooks and development machines of people.
  case dev
  /// Long training runs: never stopped because they look idle.
  case training
  /// Nobody said: alerts only.
  case unlabelled
}

/// How far the controller may go in a pool.
public enum OperatingMode: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
  /// Watches and explains.
  case observe
  /// Also tells people what it would do.
  case advise
  /// Also prepares the act and waits for a person.
  case approve
  /// Also acts.
  case auto

  public static func < (left: OperatingMode, right: OperatingMode) -> Bool {
    (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
  }
}

/// How much evidence an idle verdict rests on (SEMANTICS 4.3).
public enum Confidence: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
  /// Host signals only: reported, never acted on.
  case low
  /// GPU utilisation.
  case medium
  /// Profiling fields and the energy counter (and request counters where a server offers them).
  case high

  public static func < (left: Confidence, right: Confidence) -> Bool {
    (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
  }
}
