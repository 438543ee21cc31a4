public import FleetModel

/// What clients may ask about plans and decisions; answers are JSON documents.
public protocol InsightSource: Sendable {
  /// The newest plan: acts, what stands against others, sizings, advice.
  func plan() async throws(DeskError) -> String
  /// Decisions since a moment ("7d", RFC 3339), newest first.
  func decisions(since: String) async throws(DeskError) -> String
  /// Why a node, pool or decision is treated as it is, now or at a moment.
  func explain(_ subject: String, at moment: String?) async throws(DeskError) -> String
}

/// What clients with the token may order; answers are JSON documents.
public protocol OrderTaker: Sendable {
  /// Keeps a pool up for this long.
  func wake(_ pool: PoolName, for time: Duration) async throws(DeskError) -> String
  /// Allows the decision with this id.
  func approve(_ id: String) async throws(DeskError) -> String
}

/// Why there is no answer, and what to do.
public struct DeskError: Error, Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    case badRequest, notFound, conflict, unavailable
  }

  public var kind: Kind
  /// One sentence.
  public var message: String
  /// What to do; nil when there is nothing.
  public var fix: String?

  public init(_ kind: Kind, _ message: String, fix: String? = nil) {
    self.kind = kind
    self.message = message
    self.fix = fix
  }
}
