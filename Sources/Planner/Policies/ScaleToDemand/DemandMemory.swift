import FleetModel

/// What is learned of one pool's demand; a value, folded once per interval (docs/scaling.md).
///
/// Deterministic and causal: the same looks give the same answers, and a look changes no answer
/// before it.
public struct DemandMemory: Sendable, Hashable, Codable {
  /// Replicas wanted in all, pending ones counted, after the last fold; nil before the first.
  public private(set) var wanted: Int?
  /// The parts of the last answer.
  public private(set) var account = DemandAccount()

  private var terms: DemandTerms?
  private var learned: Learned?
  /// Replicas at the first look.
  private var firstSize = 0
  /// Seconds of looks so far, and since the last one with work.
  private var age = 0.0
  private var idle = 1e9
  private var profile = DayProfile()

  /// What depends on the interval and the cold start, and starts anew where they change.
  private struct Learned: Sendable, Hashable, Codable {
    var pace: DemandPace
    var level: DemandLevel
    var trials: DemandTrials
  }

  public init() {}

  /// Takes one look in; a look or terms that can't be true change nothing.
  public mutating func fold(_ look: DemandLook, under terms: DemandTerms) {
    guard let look = look.checked, adopt(terms, look), var learned else { return }
    // Taken out, so that its arrays are changed in place.
    self.learned = nil
    let pace = learned.pace
    let works = look.offered > 0 || look.backlog > 0
    idle = works ? 0 : idle + pace.seconds
    profile.count(busy: look.offered > 0, age: age)
    learned.level.fold(look.offered, pace)
    let sight = sight(of: look, learned.level, pace)
    let multiple = learned.trials.multiple(
      for: learned.level.need, in: sight, at: learned.level.tick)
    wanted = sight.wanted(at: multiple, backlog: look.backlog)
    write(sight, multiple, look.backlog)
    age += pace.seconds
    self.learned = learned
  }

  /// False where nothing can be learned under `terms`.
  private mutating func adopt(_ terms: DemandTerms, _ look: DemandLook) -> Bool {
    if let old = self.terms, old.samePace(as: terms) {
      self.terms = terms
      return true
    }
    guard let pace = DemandPace(terms) else { return false }
    let replicas = look.ready + look.pending
    if self.terms == nil { firstSize = replicas }
    learned = Learned(
      pace: pace, level: DemandLevel(pace, after: learned?.level),
      trials: DemandTrials(pace: pace, replicas: replicas))
    self.terms = terms
    return true
  }

  private mutating func sight(
    of look: DemandLook, _ level: DemandLevel, _ pace: DemandPace
  ) -> DemandSight {
    let expected = profile.expectsWork(at: age, ahead: pace.coldSeconds)
    return DemandSight(
      pace: pace, offered: look.offered, level: level.level,
      error: level.error(pace), strictError: level.strictError(pace),
      envelope: level.envelope, strictEnvelope: level.strictEnvelope,
      floor: max(startHold(pace), keepWarm(pace)),
      strict: terms?.stance == .strict && (expected || idle < pace.strictWarmSeconds))
  }

  private func startHold(_ pace: DemandPace) -> Int { age < pace.startSeconds ? firstSize : 0 }
  private func keepWarm(_ pace: DemandPace) -> Int { idle < pace.warmSeconds ? 1 : 0 }

  private mutating func write(_ sight: DemandSight, _ multiple: Double, _ backlog: Double) {
    account.expected = sight.level
    account.margin = sight.margin(at: multiple)
    account.error = sight.error
    account.multiple = multiple
    account.envelope = sight.envelope * DemandRule.envelopeTrust
    account.allowance = sight.pace.allowance
    account.backlogShare = backlog / DemandRule.drainSeconds
    account.keepWarm = keepWarm(sight.pace)
    account.startHold = startHold(sight.pace)
    account.strictFloor = sight.strict
  }
}
