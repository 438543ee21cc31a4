import FleetModel
import Planner
import Testing

@testable import Settings

/// A list of settings against the struct it fills.
struct RuleList: Sendable, CustomTestStringConvertible {
  var name: String
  /// The struct's members that are settings of their own, or not settings.
  var besides: Set<String>
  /// What each setting changes when it is given a value unlike its default.
  var changes: @Sendable () -> [(key: String, members: [String], readsItsDefault: Bool)]
  var members: @Sendable () -> [String]

  var testDescription: String { name }

  init<Rules: Sendable & Equatable>(
    _ name: String, _ standards: Rules, _ keys: [RuleKey<Rules>], besides: Set<String> = []
  ) {
    self.name = name
    self.besides = besides
    members = { Mirror(reflecting: standards).children.compactMap(\.label) }
    changes = {
      keys.map { key in
        var other = standards
        for value in [
          Value.number(0.77), .integer(77), .duration(.seconds(77)), .text("strict"),
          .nanoDollars(77),
        ] { key.set(&other, value) }
        var same = standards
        if let text = key.standard, case .value(let value) = key.leaf.read(text, false) {
          key.set(&same, value)
        }
        return (key.name, Self.changed(standards, other), same == standards)
      }
    }
  }

  private static func changed<Rules>(_ one: Rules, _ other: Rules) -> [String] {
    zip(Mirror(reflecting: one).children, Mirror(reflecting: other).children)
      .filter { "\($0.value)" != "\($1.value)" }.compactMap { $0.0.label }
  }
}

@Suite("The planner's rules as settings")
struct RuleKeyTests {
  static let lists = [
    // What a span of power and a holder are is no matter of taste: wrong values break the proof.
    RuleList(
      "thresholds", Thresholds(), RuleKeys.thresholds,
      besides: ["powerSpanInIntervals", "powerSpanEdges", "contextMemory", "restingClock"]),
    RuleList("scaling", ScalingRules(), RuleKeys.scaling),
    RuleList("ladder", IdleLadder(), RuleKeys.ladder),
    RuleList("forecast", ForecastRules(), RuleKeys.forecast),
    RuleList(
      "spot", SpotPlaces(offerings: []), RuleKeys.spot,
      besides: ["offerings", "onDemand", "overflow"]),
    RuleList("safety", SafetyRules(), RuleKeys.safety),
    RuleList(
      "budget", MonthlyBudget(name: "", monthly: .zero), RuleKeys.budget,
      besides: ["name", "monthly", "pools"]),
  ]

  @Test("each changes one member, and each member has one", arguments: lists)
  func complete(list: RuleList) {
    let changes = list.changes()
    for change in changes { #expect(change.members.count == 1, "\(change.key)") }
    let covered = changes.flatMap(\.members)
    #expect(covered.sorted() == list.members().filter { !list.besides.contains($0) }.sorted())
  }

  @Test("each default is read back as the planner's own", arguments: lists)
  func defaults(list: RuleList) {
    for change in list.changes() { #expect(change.readsItsDefault, "\(change.key)") }
  }

  @Test(
    "takes the values at its limits and not those beyond",
    arguments: [
      ("pools.scaling.target_in_flight", "0.01", "0"),
      ("pools.scaling.target_in_flight", "1000000", "1000001"),
      ("pools.scaling.slo_wait", "100ms", "99ms"), ("pools.scaling.slo_wait", "1h", "3601s"),
      ("pools.scaling.cold_start", "2h", "121m"), ("pools.scaling.drain", "0s", "61m"),
      ("pools.scaling.time_to_first_token", "1ms", "0ms"),
      ("pools.scaling.error_budget", "0.1%", "0%"), ("pools.scaling.step_up", "1", "0"),
      ("pools.scaling.step_up", "1000", "1001"),
      ("pools.ladder.notify", "1m", "59s"), ("pools.ladder.terminate", "30d", "721h"),
      ("pools.forecast.quantile", "100%", "101%"), ("pools.forecast.quantile", "0.01", "0"),
      ("pools.forecast.days", "28", "29"), ("pools.spot.base_on_demand", "0", "1001"),
      ("pools.spot.offerings.share", "0.1%", "0%"), ("pools.spot.least_advantage", "0%", "101%"),
      ("pools.long_job", "30d", "31d"), ("pools.priority", "1000", "1001"),
      ("pools.max_price", "$3/gpu-h", "$3/gpu"), ("pools.max_price", "$24/h", "$24"),
      ("pools.schedule.duration", "1m", "59s"), ("pools.schedule.duration", "31d", "32d"),
      ("pools.schedule.until", "23:59", "24:00"), ("pools.schedule.until", "00:00", "0:00"),
      ("pools.disruption.budgets.nodes", "100%", "101%"),
      ("pools.disruption.budgets.nodes", "100000", "100001"),
      ("budgets.monthly", "$1/month", "$1/day"), ("budgets.shrink_at", "200%", "201%"),
      ("budgets.shrink_at", "2", "2.01"), ("budgets.inform_at", "1%", "0%"),
      ("safety.acts_per_minute", "1", "0"), ("safety.flip_window", "1d", "25h"),
      ("safety.least_saving", "$0", "0"), ("safety.least_saving", "$0.5/day", "$0.5/h"),
      ("safety.approval_lifetime", "7d", "8d"), ("safety.protection_notice", "0s", "31d"),
      ("commitments.count", "100000", "100001"), ("commitments.until", "2027-01-01", "2027-1-1"),
      ("holidays", "2028-02-29", "2027-02-29"),
    ])
  func limits(key: String, right: String, wrong: String) throws {
    let leaf = try #require(Self.leaf(key))
    let accepts = { (text: String) in
      if case .value = leaf.read(text, key.hasSuffix("until") && text.contains(":")) {
        true
      } else {
        false
      }
    }
    #expect(accepts(right) && !accepts(wrong))
  }

  private static func leaf(_ key: String) -> Leaf? {
    let entry = Schema.entries().first { $0.key == key }
    return switch entry?.field.shape {
    case .leaf(let leaf): leaf
    case .listOr(.list(.leaf(let leaf), _), _): leaf
    default: nil
    }
  }
}
