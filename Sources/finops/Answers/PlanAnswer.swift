import Controller
import CostModel
import FleetModel
import Planner
import Reports

/// A plan as people and programs read it: what would be done, what stands against the rest, what it
/// would save.
struct PlanAnswer: Codable, Sendable {
  var takenAt: String
  /// "observed now", "the record".
  var source: String
  var acts: [Act]
  /// Idle or wanted, and kept by a guard.
  var objections: [Kept]
  /// Everything else that is kept, counted by code.
  var kept: [String: Int]
  var sizings: [SizingAnswer]
  var advice: [AdviceAnswer]
  /// Dollars an hour the acts take off the bill; negative when they add to it.
  var savesHourly: String
  /// The same over 30 days.
  var savesMonthly: String

  struct Act: Codable, Sendable {
    /// nil in pools that only observe: nothing is decided there.
    var id: String?
    var subject: String
    var pool: String?
    var intent: String
    var mode: String
    var code: String
    var reason: String
    var hourly: String?
  }

  struct Kept: Codable, Sendable {
    var subject: String
    var pool: String?
    var code: String
    var reason: String
  }

  init(_ plan: Plan, of snapshot: Snapshot, under rulebook: Rulebook, source: String) {
    takenAt = "\(plan.takenAt)"
    self.source = source
    let rates = Dictionary(
      snapshot.nodes.map { ($0.id, rulebook.prices.price(of: $0)?.hourly) },
      uniquingKeysWith: { first, _ in first })
    let decisions = Dictionary(grouping: plan.decisions, by: \.subject)
    let modes = Dictionary(
      rulebook.pools.map { ($0.name, $0.mode) }, uniquingKeysWith: { first, _ in first })
    var saves = Money.zero
    acts = []
    for verdict in plan.verdicts where verdict.intent != .keep {
      let decision = decisions[verdict.subject]?.first
      let rate = Self.rate(of: verdict, rates)
      if let rate { saves += Self.saving(verdict.intent, rate) }
      acts.append(
        Act(
          id: decision.map { shortID(of: $0.key) }, subject: verdict.subject.words,
          pool: verdict.pool?.rawValue, intent: verdict.intent.rawValue,
          mode: verdict.pool.flatMap { modes[$0]?.rawValue } ?? "observe",
          code: verdict.reason.code, reason: verdict.reason.sentence,
          hourly: rate?.perHour.description))
    }
    let quiet = plan.verdicts.filter { $0.intent == .keep }
    objections = quiet.filter { $0.reason.isObjection }.map {
      Kept(
        subject: $0.subject.words, pool: $0.pool?.rawValue, code: $0.reason.code,
        reason: $0.reason.sentence)
    }
    kept = Dictionary(
      quiet.filter { !$0.reason.isObjection }.map { ($0.reason.code, 1) }, uniquingKeysWith: +)
    sizings = (plan.sizings ?? []).map { SizingAnswer($0) }
    advice = (plan.advice ?? []).map { AdviceAnswer($0) }
    savesHourly = saves.description
    savesMonthly = HourlyRate(perHour: saves).cost(of: .days(30)).description
  }

  private static func rate(of verdict: Verdict, _ rates: [NodeID: HourlyRate?]) -> HourlyRate? {
    guard case .node(let id) = verdict.subject else { return nil }
    return rates[id].flatMap(\.self)
  }

  /// A stop takes the node's price off the bill, a start adds it; an unloaded engine costs the same.
  private static func saving(_ intent: Intent, _ rate: HourlyRate) -> Money {
    switch intent {
    case .stop, .terminate, .scaleDown: rate.perHour
    case .start, .launch, .scaleUp: -rate.perHour
    case .keep, .unload: .zero
    }
  }

  var text: String {
    var lines = ["Plan of \(takenAt), \(source); nothing was written and nothing will be done."]
    lines.append(acts.isEmpty ? "\nNothing to do." : "\n" + actGrid)
    if !objections.isEmpty { lines += ["\nKept by a guard:", objectionGrid] }
    if !kept.isEmpty {
      let counts = kept.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      lines.append("\nOtherwise left alone: \(counts.joined(separator: ", "))")
    }
    lines += sizings.flatMap(\.lines)
    if !advice.isEmpty { lines += ["\nAdvice:"] + advice.map { "  " + $0.line } }
    if let hourly = Money(decimal: savesHourly), let monthly = Money(decimal: savesMonthly) {
      let word = hourly < .zero ? "Adds" : "Saves"
      lines.append(
        "\n\(word) \(People.money(Self.size(hourly))) an hour, "
          + "\(People.money(Self.size(monthly))) in 30 days if all of them were like this one look."
      )
    }
    return lines.joined(separator: "\n")
  }

  private static func size(_ money: Money) -> Money { money < .zero ? -money : money }

  private var actGrid: String {
    var grid = Grid(["ACT", "POOL", "MODE", "$/H", "ID", "WHY"])
    for act in acts {
      grid.add([
        "\(act.intent) \(act.subject)", act.pool ?? "–", act.mode, act.hourly.map(dollars) ?? "–",
        act.id ?? "–", act.reason,
      ])
    }
    return grid.text
  }

  private var objectionGrid: String {
    var grid = Grid(["SUBJECT", "POOL", "CODE", "WHY"])
    for kept in objections { grid.add([kept.subject, kept.pool ?? "–", kept.code, kept.reason]) }
    return grid.text
  }
}

/// "1.861000000" as "$1.861".
func dollars(_ exact: String) -> String {
  Money(decimal: exact).map { People.rate(HourlyRate(perHour: $0)) } ?? exact
}

/// How a pool came to its number.
struct SizingAnswer: Codable, Sendable {
  var pool: String
  var want: Int?
  var floor: Int
  var ceiling: Int?
  var hold: String?
  var steps: [Step]

  struct Step: Codable, Sendable {
    var policy: String
    var says: String
    var code: String
    var reason: String
  }

  init(_ sizing: Sizing) {
    pool = sizing.pool.rawValue
    want = sizing.want
    floor = sizing.floor
    ceiling = sizing.ceiling
    hold = sizing.hold?.sentence
    steps = sizing.steps.map { step in
      let says =
        switch step.kind {
        case .want(let count): "wants \(count)"
        case .floor(let count): "at least \(count)"
        case .ceiling(let count): "at most \(count)"
        case .hold: "nothing shrinks"
        }
      return Step(
        policy: step.policy, says: says, code: step.reason.code, reason: step.reason.sentence)
    }
  }

  var lines: [String] {
    ["\nSize of \(pool):"] + steps.map { "  \($0.policy): \($0.says). \($0.reason)" }
  }
}

/// Something worth doing that is left to people.
struct AdviceAnswer: Codable, Sendable {
  var kind: String
  var subject: String
  var pool: String?
  var text: String
  /// Dollars in 30 days, exact.
  var monthlySaving: String
  var risk: String
  var isEstimated: Bool
  var command: String

  init(_ advice: Advice) {
    kind = advice.kind.rawValue
    subject = advice.subject.words
    pool = advice.pool?.rawValue
    text = advice.text
    monthlySaving = advice.monthlySaving.description
    risk = advice.risk.rawValue
    isEstimated = advice.isEstimated
    command = advice.command
  }

  var saving: String { Money(decimal: monthlySaving).map { People.money($0) } ?? monthlySaving }
  var line: String {
    "\(saving)/month, \(risk) risk\(isEstimated ? ", estimated" : ""): \(text)"
      + (command.isEmpty ? "" : " → \(command)")
  }
}

extension Reason {
  /// A guard said it about an act a policy wanted.
  var isObjection: Bool {
    switch self {
    case .protected, .minimumReached, .cooldown, .blastRadius, .correlatedIdle, .unhealthyHalt,
      .killSwitch, .clockSkew, .inFlight, .protectedHours, .budgetDenied, .priceAboveLimit,
      .priceSuspect, .commitmentCovered, .belowMinimumSaving, .restartRisk, .disruptionBudget,
      .errorBudget, .rateLimited, .flipFlop, .longJob, .unsupported, .capacityQuarantine, .quota,
      .owned, .barred, .localDisks, .refusedBefore, .nodeLimit, .uncounted:
      true
    default: false
    }
  }
}
