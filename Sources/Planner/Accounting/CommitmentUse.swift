public import CostModel
public import FleetModel

/// How far one commitment is used at a moment.
public struct CommitmentUse: Sendable, Hashable {
  public var commitment: Commitment
  /// Machines it pays for now; at most `commitment.count`.
  public var used: Int
  /// Machines of its kind that run now, whoever pays for them.
  public var eligible: Int
  /// What its unused part costs an hour.
  public var unused: HourlyRate

  /// The same over a time in which nothing changes, of what it pays for itself: what others pay for
  /// is theirs to count.
  public func coverage(over time: Duration) -> CommitmentCoverage {
    CommitmentCoverage(
      rate: commitment.hourly,
      committedMicroseconds: Int64(commitment.count) * time.microseconds,
      eligibleMicroseconds: Int64(used) * time.microseconds)
  }
}

/// How every commitment in force is used by what the clouds list as running; in the order they are
/// used up. Empty when there are none.
public func commitmentUses(
  in snapshot: Snapshot, under rulebook: Rulebook
) -> [CommitmentUse] {
  let billed = snapshot.nodes.lazy.filter(\.state.isBilled)
  guard let covering = Covering(of: billed, under: rulebook, at: snapshot.takenAt) else {
    return []
  }
  return covering.uses.map { commitment, used in
    let idle = max(0, commitment.count - used)
    return CommitmentUse(
      commitment: commitment, used: used,
      eligible: billed.count { commitment.covers($0, at: snapshot.takenAt) },
      unused: CommitmentCoverage.unusedPerHour(commitment.hourly, idle: idle))
  }
}
