/// The moments of one request, in nanoseconds from the start of the run.
public struct RequestRecord: Sendable, Hashable {
  /// Its place in the schedule, from 0.
  public var number: Int
  /// When the schedule says.
  public var intended: Int64
  /// When the client turned to it: later than intended by the client's lag, or by the wait at the
  /// bound of requests in flight.
  public var begun: Int64
  /// When its bytes went to the socket; after the connection was made, where one was needed.
  public var sent: Int64?
  public var firstByte: Int64?
  /// One for each event with text; tokens that came in one read share a moment.
  public var tokens: [Int64]
  public var end: Int64
  public var inputTokens: Int
  public var outputTokens: Int
  public var failure: LoadFailure?
}

/// How a request failed.
public enum LoadFailure: String, Sendable, Hashable, Codable, CaseIterable {
  /// No connection: refused, or not made in time.
  case connect
  /// The server answered, with a status other than 200 or with an error in its own words.
  case status
  /// The time limit passed.
  case timeout
  /// The answer is not HTTP, not JSON or not an answer.
  case malformed
  /// The connection or the answer ended in the middle.
  case broken
  /// It waited at the bound of requests in flight until the run was over.
  case unsent
}
