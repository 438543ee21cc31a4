public import FleetModel

/// Something worth doing that is left to people.
public struct Advice: Sendable, Hashable, Codable {
  public var kind: Kind
  public var subject: Subject
  public var pool: PoolName?
  /// One sentence with the figures it rests on.
  public var text: String
  /// What it would save in 30 days.
  public var monthlySaving: Money
  public var risk: Risk
  /// The figures were transferred from other hardware, not measured.
  public var isEstimated: Bool
  /// What to type; empty when there is no command for it.
  public var command: String

  public init(
    kind: Kind, subject: Subject, pool: PoolName?, text: String, monthlySaving: Money,
    risk: Risk = .low, isEstimated: Bool = false, command: String = ""
  ) {
    self.kind = kind
    self.subject = subject
    self.pool = pool
    self.text = text
    self.monthlySaving = monthlySaving
    self.risk = risk
    self.isEstimated = isEstimated
    self.command = command
  }

  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case rightsize
    case stopOrTerminate = "stop-or-terminate"
    case commit
    case unusedCommitment = "unused-commitment"
    /// It carries the tags of a launch of ours that nothing here knows of.
    case orphan
    /// Idle, and nothing here may end it.
    case barred = "cannot-act"
  }

  public enum Risk: String, Sendable, Hashable, Codable, CaseIterable { case low, medium, high }
}
