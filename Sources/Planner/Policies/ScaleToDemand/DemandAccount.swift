/// The parts of the last answer, for `explain`; all in replicas unless said otherwise.
public struct DemandAccount: Sendable, Hashable, Codable {
  /// The present level of the load.
  public var expected = 0.0
  /// Added for what the load may do within one cold start.
  public var margin = 0.0
  /// The learned error that the margin is a multiple of, and the multiple chosen on trial.
  public var error = 0.0
  public var multiple = DemandRule.firstMultiple
  /// What former peaks still ask for.
  public var envelope = 0.0
  /// Level and margin are divided by this: an overload the allowed wait can bear. No unit.
  public var allowance = 1.0
  /// Added to work off what waits.
  public var backlogShare = 0.0
  /// Kept after the last work: 1 or 0.
  public var keepWarm = 0
  /// The first size, kept until there is evidence; 0 afterwards.
  public var startHold = 0
  /// The strict stance's floor counted.
  public var strictFloor = false

  public init() {}
}
