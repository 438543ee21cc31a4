import Ports

/// What went wrong, before it is said in the port's words.
enum Failure: Error, Sendable, Hashable {
  /// The connection is not there, or is no more.
  case lost(String)
  /// The server said no: SQLSTATE and text.
  case server(state: String, String)
  /// The lease's epoch has passed.
  case fenced
  /// What is stored, or asked to be stored, can not be read or written as it is.
  case malformed(String)

  /// The session is of no use any more: the server only reads (25006: it was demoted, or our name
  /// led to its standby), ends, or ended our transaction for our silence (25P03).
  var endsSession: Bool {
    switch self {
    case .lost: true
    case .server(let state, _): ["25006", "25P03", "57P"].contains { state.hasPrefix($0) }
    case .fenced, .malformed: false
    }
  }

  /// Worth another try at once: a conflict with another transaction, or a connection that a pool,
  /// a restart or an administrator took away.
  var isTransient: Bool {
    switch self {
    case .lost: true
    case .server(let state, _):
      ["40001", "40P01", "57P", "08", "25006", "25P03"].contains { state.hasPrefix($0) }
    case .fenced, .malformed: false
    }
  }

  /// The closed list of the port: wait, stop, make room, or mend.
  ///
  /// Slow is a kind of away: a statement timeout (57014) and a lock timeout (55P03) are answered
  /// by waiting, as is a conflict that outlived its retries.
  var storeError: StoreError {
    switch self {
    case .lost(let text): return .unavailable(text)
    case .fenced: return .fenced
    case .malformed(let text): return .refused(text)
    case .server(let state, let text):
      let said = "\(text) (SQLSTATE \(state))"
      if state.hasPrefix("53") { return .full(said) }
      let waits = ["08", "57P", "57014", "55P03", "40001", "40P01", "25006", "25P03"]
      return waits.contains { state.hasPrefix($0) } ? .unavailable(said) : .refused(said)
    }
  }
}
