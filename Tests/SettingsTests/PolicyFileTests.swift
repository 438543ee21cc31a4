import FleetModel
import Planner
import Testing

@testable import Settings

@Suite("Policy files")
struct PolicyFileTests {
  @Test("what is said of faults is exactly this", arguments: policyFaults)
  func golden(fault: Fault) {
    let said = #expect(throws: SettingsErrors.self) {
      try Settings.policy(text: fault.yaml).get()
    }
    #expect(said?.description == fault.said)
  }

  @Test("the smallest is the shipped policy under the file's name")
  func smallest() throws {
    let policy = try Settings.policy(text: "version: 1\npolicy: {}\n", file: "dir/mine.yaml").get()
    #expect(policy.name == "mine")
    #expect(policy.rules.scaling == ScalingRules() && policy.rules.kind == .serving)
    #expect(policy.rules.forecast == nil && policy.rules.ladder == nil && policy.rules.spot == nil)
  }

  @Test("every key of one is read")
  func full() throws {
    let policy = try Settings.policy(
      text: """
        version: 1
        name: careful
        policy:
          nodes: 1..40
          idle_duration: 30m
          scaling: {stance: strict, drain: 2m}
          forecast: true
          ladder: {notify: 10m, stop: 30m}
          spot: {base_on_demand: 1, least_advantage: 30%}
        """
    ).get()
    #expect(policy.name == "careful")
    #expect(policy.rules.scaling == ScalingRules(stance: .strict, drain: .minutes(2)))
    #expect(policy.rules.forecast == ForecastRules())
    #expect(policy.rules.ladder == IdleLadder(notify: .minutes(10), stop: .minutes(30)))
    #expect(
      policy.rules.spot == SpotPlaces(offerings: [], baseOnDemand: 1, leastAdvantage: 0.3))
    #expect(policy.rules.minimumNodes == 1 && policy.rules.maximumNodes == 40)
  }

  @Test("a batch policy has no demand to follow")
  func batch() throws {
    let policy = try Settings.policy(text: "version: 1\npolicy: {kind: batch}\n").get()
    #expect(policy.rules.scaling == nil && policy.rules.kind == .batch)
  }

  @Test("a whole settings file is one of its pools, the only one or the one that is named")
  func wholeFile() throws {
    let one = ruled + "pools: [{name: a, kind: serving, scaling: {target_in_flight: 3}}]\n"
    #expect(try Settings.policy(text: one).get().rules.scaling?.targetInFlight == 3)
    let named = try Settings.policy(text: ruleFile, pool: "rest").get()
    #expect(named.name == "rest" && named.rules.forecast == ForecastRules())
  }

  @Test(
    "a whole settings file without the one pool is refused",
    arguments: [
      (ruleFile, nil, "finops.yaml:7:1: error: the file has 2 pools: which one is tried?"),
      (ruleFile, "res", "finops.yaml:7:1: error: there is no pool 'res'"),
      (ruled, nil, "finops.yaml:1:1: error: the file has 0 pools: which one is tried?"),
    ] as [(String, String?, String)])
  func wholeFileWithout(text: String, pool: String?, words: String) throws {
    let errors = try #require(throws: SettingsErrors.self) {
      try Settings.policy(text: text, file: "finops.yaml", pool: pool).get()
    }
    // The list's own place is that of its first dash.
    let said = errors.description.replacing(":8:3:", with: ":7:1:")
    #expect(said.hasPrefix(words), "\(errors.description)")
    #expect(pool == nil || errors.description.contains("did you mean 'rest'?"))
  }

  @Test("a whole settings file with a fault says it as the settings do")
  func wholeFileFault() throws {
    let fault = try #require(scalingFaults.first)
    let errors = try #require(throws: SettingsErrors.self) {
      try Settings.policy(text: fault.yaml, file: "finops.yaml").get()
    }
    #expect(errors.description == fault.said)
  }
}
