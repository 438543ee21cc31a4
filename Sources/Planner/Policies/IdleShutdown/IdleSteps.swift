import FleetModel

/// What becomes of an idle node of one pool, and after how long an idle time (SEMANTICS 4.4).
///
/// The pool's ladder with its idle act in it: where the ladder gives the act's rung no time, it
/// comes after `idleAfter`. A milder act that would come no sooner than a harder one never comes.
struct IdleSteps {
  /// By time; each rung at most once.
  let steps: [Step]
  /// Idle times at which something is to be said, in order; never empty.
  let limits: [Duration]
  /// A person wrote the ladder down.
  let isLadder: Bool

  struct Step {
    var rung: Rung
    var after: Duration
  }

  /// People at a notebook hear of its stop this long before (SEMANTICS 4.4: warn at −10 min).
  private static let notice = Duration.minutes(10)

  init(of pool: PoolRules, act: Duration) {
    isLadder = pool.ladder != nil
    guard pool.kind != .training, pool.kind != .unlabelled else {
      (steps, limits) = ([], [act])
      return
    }
    steps = Self.steps(of: pool, act: act)
    limits = steps.isEmpty ? [act] : steps.map(\.after)
  }

  private static func steps(of pool: PoolRules, act: Duration) -> [Step] {
    let ladder = pool.ladder ?? Self.standard(for: pool, act: act)
    let times: [(Rung, Duration?)] = [
      (.terminate, ladder.terminate ?? (pool.idleIntent == .terminate ? act : nil)),
      (.stop, ladder.stop ?? (pool.idleIntent == .stop ? act : nil)),
      (.unload, ladder.unload ?? (pool.idleIntent == .unload ? act : nil)),
    ]
    var acts: [Step] = []
    for case (let rung, let after?) in times where acts.last.map({ after < $0.after }) ?? true {
      acts.append(Step(rung: rung, after: after))
    }
    acts.reverse()
    guard let notice = ladder.notify, acts.last.map({ notice < $0.after }) ?? true else {
      return acts
    }
    let place = acts.firstIndex { $0.after > notice } ?? acts.endIndex
    acts.insert(Step(rung: .notify, after: notice), at: place)
    return acts
  }

  private static func standard(for pool: PoolRules, act: Duration) -> IdleLadder {
    guard pool.kind == .dev, act > notice, pool.idleIntent.shrinks else { return IdleLadder() }
    return IdleLadder(notify: act - notice)
  }

  /// When an act comes; nil: never.
  func time(of intent: Intent) -> Duration? { steps.first { $0.rung.intent == intent }?.after }

  /// What is due after an idle time, the latest last.
  func reached(after idle: Duration) -> ArraySlice<Step> { steps.prefix { $0.after <= idle } }
}

extension Rung {
  /// The act; nil for a rung that only speaks.
  var intent: Intent? {
    switch self {
    case .notify: nil
    case .unload: .unload
    case .stop: .stop
    case .terminate: .terminate
    }
  }
}
