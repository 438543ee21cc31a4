public import FleetModel

/// The life of one act as a state machine: events in, effects out, no I/O (DECISIONS 25).
///
/// What it promises: nothing is sent before `attempted` is in the ledger; capacity is taken away
/// only after a look at fresh evidence, before every attempt; what would have left too late is looked
/// at anew, as long as the decision lives; after a crash or a lost answer the world is asked before
/// anything is sent again, and then with the same token.
public struct ActionMachine: Sendable, Hashable {
  public let decision: Decision
  private(set) var attempts: Int
  private var stage: Stage

  /// Calls of one act, all with the same token. Eight attempts with backoff outlast a throttling
  /// burst of a minute (RELIABILITY F22) and end well before the token's memory does (24 h).
  public static let attemptLimit = 8

  public init(_ decision: Decision, attempts: Int = 0) {
    self.decision = decision
    self.attempts = attempts
    stage = .new
  }

  private enum Stage: Hashable, Sendable {
    case new, looking, recording, calling, finding, waiting(then: Next), ending, done
  }

  /// What follows a wait.
  private enum Next: Hashable, Sendable { case look, find }

  /// What the shell tells the machine.
  public enum Event: Sendable, Hashable {
    /// The intent is committed.
    case begin(now: Timestamp)
    /// After a restart: a call may or may not have been sent.
    case resume(OpenAction.Phase, now: Timestamp)
    /// The look is done; a reason means: do not.
    case looked(Reason?)
    /// The event asked for is in the ledger.
    case recorded
    case answered(Answer)
    /// The search for an earlier attempt's effect is done.
    case found(Receipt?)
    /// The search itself failed.
    case searchFailed(String)
    case waited
  }

  public enum Answer: Sendable, Hashable {
    case success(Receipt)
    case refused(ActFailure)
    case retryLater(after: Duration?, ActFailure)
    case unknown(String)
    /// Nothing was sent: the look before it had grown too old.
    case tooLate(now: Timestamp)
  }

  /// What the machine tells the shell.
  public enum Effect: Sendable, Hashable {
    /// Read the node and its metrics anew, and check the decision against them.
    case look
    case append(LedgerEvent.Kind)
    case call
    /// Find out whether an earlier attempt took effect.
    case find
    case wait(Duration)
    case finish

    /// Only tells the ledger what already happened.
    public var isWrite: Bool {
      guard case .append = self else { return false }
      return true
    }
  }

  public mutating func step(_ event: Event) -> Effect {
    switch (stage, event) {
    case (.new, .begin(let now)): return begin(at: now)
    case (.new, .resume(.intended, let now)): return begin(at: now)
    case (.new, .resume(.attempted, _)):
      stage = .finding
      attempts = max(attempts, 1)
      return .find
    case (.looking, .looked(let reason)): return looked(reason)
    case (.recording, .recorded):
      stage = .calling
      return .call
    case (.calling, .answered(let answer)): return answered(answer)
    case (.finding, .found(let receipt)): return found(receipt)
    case (.finding, .searchFailed(let text)):
      return retry(.find, after: nil, ActFailure(kind: .unknown, code: "search", message: text))
    case (.waiting(.look), .waited): return prepare()
    case (.waiting(.find), .waited):
      stage = .finding
      return .find
    case (.ending, .recorded), (.done, _):
      stage = .done
      return .finish
    default:
      return end(
        .failed(ActFailure(kind: .invalid, code: "order", message: "event out of order")))
    }
  }

  private mutating func begin(at now: Timestamp) -> Effect {
    guard now < decision.expiresAt else {
      return end(.cancelled(.stale(age: now.duration(since: decision.madeAt))))
    }
    return prepare()
  }

  private mutating func prepare() -> Effect {
    stage = .looking
    return .look
  }

  private mutating func looked(_ reason: Reason?) -> Effect {
    if let reason { return end(.cancelled(reason)) }
    attempts += 1
    stage = .recording
    return .append(.attempted(number: attempts))
  }

  private mutating func answered(_ answer: Answer) -> Effect {
    switch answer {
    case .success(let receipt): end(.succeeded(receipt))
    case .refused(let failure): end(.failed(failure))
    case .retryLater(let after, let failure): retry(.look, after: after, failure)
    case .unknown(let text):
      retry(.find, after: nil, ActFailure(kind: .unknown, code: "lost_answer", message: text))
    case .tooLate(let now): lookAnew(at: now)
    }
  }

  /// At once: the look itself takes the time there is. One that is too old again and again ends as
  /// expired, like one that has outlived its decision.
  private mutating func lookAnew(at now: Timestamp) -> Effect {
    guard now < decision.expiresAt, attempts < Self.attemptLimit else {
      return end(.cancelled(.expired(age: now.duration(since: decision.madeAt))))
    }
    return prepare()
  }

  private mutating func found(_ receipt: Receipt?) -> Effect {
    guard let receipt else { return prepare() }
    return end(.succeeded(receipt))
  }

  private mutating func retry(_ next: Next, after: Duration?, _ failure: ActFailure) -> Effect {
    guard attempts < Self.attemptLimit else { return end(.failed(failure)) }
    if next == .find { attempts += 1 }
    stage = .waiting(then: next)
    return .wait(after ?? Self.backoff(attempt: attempts))
  }

  private mutating func end(_ kind: LedgerEvent.Kind) -> Effect {
    stage = .ending
    return .append(kind)
  }

  /// 0.2, 0.4, 0.8 … s, at most 30 s; the shell adds jitter.
  static func backoff(attempt: Int) -> Duration {
    min(.milliseconds(100 << min(attempt, 10)), .seconds(30))
  }
}
