public import FleetModel

/// How far a commitment was used over a time, and what its unused part cost (SEMANTICS 4.12).
///
/// Times are machine-microseconds: two machines for an hour are two hours. The commitment is paid
/// for whether it is used or not, so that used + unused = paid, to the nano-dollar.
public struct CommitmentCoverage: Sendable, Hashable {
  /// What it costs for each machine.
  public var rate: HourlyRate
  /// Paid for.
  public var committedMicroseconds: Int64
  /// Ran, and was of the kind it pays for.
  public var eligibleMicroseconds: Int64

  /// Negative times count as none.
  public init(rate: HourlyRate, committedMicroseconds: Int64, eligibleMicroseconds: Int64) {
    self.rate = rate
    self.committedMicroseconds = max(0, committedMicroseconds)
    self.eligibleMicroseconds = max(0, eligibleMicroseconds)
  }

  /// Ran, and was paid for by it.
  public var coveredMicroseconds: Int64 { min(committedMicroseconds, eligibleMicroseconds) }

  /// Which share of what ran it paid for, 0…1; nil when nothing ran.
  public var coverage: Double? {
    eligibleMicroseconds == 0
      ? nil : Double(coveredMicroseconds) / Double(eligibleMicroseconds)
  }

  /// Which share of it was used, 0…1; nil when nothing was committed.
  public var utilization: Double? {
    committedMicroseconds == 0
      ? nil : Double(coveredMicroseconds) / Double(committedMicroseconds)
  }

  /// All it cost.
  public var paid: Money { rate.cost(of: .microseconds(committedMicroseconds)) }
  public var used: Money { parts[0] }
  /// Paid for and used by nobody.
  public var unused: Money { parts[1] }

  private var parts: [Money] {
    guard committedMicroseconds > 0 else { return [.zero, .zero] }
    return paid.split(by: [coveredMicroseconds, committedMicroseconds - coveredMicroseconds])
  }

  /// What `idle` unused machines cost an hour.
  public static func unusedPerHour(_ rate: HourlyRate, idle: Int) -> HourlyRate {
    HourlyRate(perHour: rate.cost(of: .hours(Int64(max(0, idle)))))
  }

  /// How many hours of `period` a machine must run for a commitment to cost less than on demand:
  /// commitment rate / on-demand rate of them; nil when on demand costs nothing.
  public static func breakEvenHours(
    commitment: HourlyRate, onDemand: HourlyRate, of period: Duration = .hours(720)
  ) -> Double? {
    guard onDemand > .zero, commitment >= .zero else { return nil }
    let share = Double(commitment.perHour.nanos) / Double(onDemand.perHour.nanos)
    return share * period.inSeconds / 3600
  }
}
