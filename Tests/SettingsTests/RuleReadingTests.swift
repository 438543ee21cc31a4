import CostModel
import FleetModel
import Planner
import Testing

@testable import Settings

@Suite("Reading rules")
struct RuleReadingTests {
  private func pool(_ name: PoolName = "chat") throws -> PoolRules {
    try #require(try settings(ruleFile).pools.first { $0.name == name })
  }

  @Test("every rule of a pool is read")
  func poolRules() throws {
    let pool = try pool()
    #expect(
      pool.scaling
        == ScalingRules(
          targetInFlight: 8, requestsPerSecond: 2.5, tokensPerSecond: 900,
          slackWait: .seconds(20), coldStart: .minutes(4), timeToFirstToken: .milliseconds(800),
          stance: .strict, drain: .seconds(30), scaleDownDelay: .minutes(10), stepUp: 4,
          burstHold: .minutes(10), errorBudget: 0.02))
    #expect(
      pool.ladder
        == IdleLadder(
          notify: .minutes(10), unload: .minutes(15), stop: .minutes(20), terminate: .days(2)))
    #expect(pool.forecast == ForecastRules(quantile: 0.95, daysNeeded: 14, largestError: 0.5))
    #expect(pool.maximumPrice == HourlyRate(perHour: .dollars(24)))
    #expect(pool.priority == 7 && pool.isCritical && pool.longJob == .hours(6))
    #expect(
      pool.disruption == [
        DisruptionBudget(limit: .share(0.1)),
        DisruptionBudget(limit: .nodes(0), causes: [.rightsize, .spot], isScheduled: true),
      ])
  }

  @Test("offerings take what they do not say from the pool's launch")
  func offerings() throws {
    let spot = try #require(try pool().spot)
    #expect(spot.offerings.map(\.name) == ["near", "us-east-1b/g5.2xlarge", "eu-west-1/g5.xlarge"])
    #expect(spot.offerings.map(\.launch.zone) == ["us-east-1a", "us-east-1b", nil])
    #expect(spot.offerings.map(\.launch.region) == ["us-east-1", "us-east-1", "eu-west-1"])
    #expect(spot.offerings.map(\.launch.image) == ["ami-1", "ami-1", "ami-2"])
    // A subnet lies in one zone: another zone's offering needs its own.
    #expect(spot.offerings.map(\.launch.subnet) == ["subnet-a", nil, nil])
    #expect(spot.offerings.allSatisfy { $0.launch.capacity == .spot && $0.launch.cloud == "aws" })
    #expect(spot.offerings.map(\.share) == [0.35, nil, nil])
    #expect(spot.onDemand?.type == "g5.xlarge" && spot.onDemand?.capacity == .onDemand)
    #expect(spot.overflow == ["rest"] && spot.baseOnDemand == 2)
    #expect(spot.coldStart == .minutes(3) && spot.leastAdvantage == 0.2)
  }

  @Test("a forecast of true is one with the defaults, of false is none")
  func forecast() throws {
    #expect(try pool("rest").forecast == ForecastRules())
    let off = ruleFile.replacing("forecast: true", with: "forecast: false")
    #expect(try settings(off).pools.last?.forecast == nil)
  }

  @Test(
    "one replica stays on demand where there is a wait to keep and something to buy",
    arguments: [
      ("scaling: {stance: strict}, launch: {type: g5.xlarge, image: i}", 1),
      ("scaling: {stance: strict}, launch: {type: g5.xlarge, image: i, capacity: spot}", 0),
      ("launch: {type: g5.xlarge, image: i}", 0),
    ])
  func base(rest: String, expected: Int) throws {
    let text = ruled + "pools: [{name: a, kind: serving, spot: {offerings: [{}]}, \(rest)}]\n"
    #expect(try settings(text).pools[0].spot?.baseOnDemand == expected)
  }

  @Test("a fallback alone keeps what the pool launches, on demand or as spot")
  func fallbackAlone() throws {
    for (capacity, offerings) in [("on-demand", 0), ("spot", 1)] {
      let text =
        ruled + """
          pools:
            - name: a
              kind: dev
              match: {tags: {pool: a}}
              launch: {type: g5.xlarge, image: i, capacity: \(capacity)}
              fallback: [b]
            - {name: b, kind: dev, match: {tags: {pool: b}}}
          """
      let spot = try #require(try settings(text).pools[0].spot)
      #expect(spot.offerings.count == offerings && spot.overflow == ["b"])
      #expect((spot.onDemand == nil) == (capacity == "spot"))
    }
  }

  @Test(
    "a ladder up to the idle act, and beyond a stop, is right",
    arguments: [
      "idle_duration: 20m, ladder: {notify: 19m, stop: 20m, terminate: 1d}",
      "idle_duration: 20m, ladder: {unload: 10m, terminate: 30d}",
      "idle_duration: 20m, idle_action: terminate, ladder: {stop: 19m, terminate: 20m}",
      "ladder: {notify: 899s}", "ladder: {terminate: 16m}",
    ])
  func ladders(rest: String) throws {
    let text = ruled + "pools: [{name: a, kind: serving, \(rest)}]\n"
    #expect(try settings(text).pools[0].ladder != nil)
  }

  @Test("limits of the fleet are read")
  func fleetRules() throws {
    let settings = try settings(ruleFile)
    #expect(settings.warnings.isEmpty, "\(settings.warningText)")
    #expect(settings.spend.hourlyCap == HourlyRate(perHour: .dollars(120)))
    #expect(
      settings.spend.budgets == [
        MonthlyBudget(
          name: "research", monthly: .dollars(30_000), pools: ["chat"], informAt: 0.4,
          spotOnlyAt: 0.7, freezeAt: 0.95, shrinkAt: 1.2),
        MonthlyBudget(name: "named", monthly: .dollars(500), pools: ["rest"]),
        MonthlyBudget(name: "all", monthly: Money(nanos: 40_000_500_000_000)),
      ])
    #expect(
      settings.safety
        == SafetyRules(
          actsPerMinute: 5, flipLimit: 3, flipWindow: .minutes(30), flipHold: .hours(2),
          burnRateLimit: 6, largestJump: 0.25, leastSaving: .dollars(1),
          approvalLifetime: .hours(1), protectionNotice: .hours(12)))
    #expect(
      settings.commitments == [
        Commitment(
          name: "sp", cloud: "aws", type: "g5.xlarge", region: "us-east-1", count: 4,
          hourly: HourlyRate(perHour: Money(nanos: 630_000_000)),
          until: Timestamp(rfc3339: "2027-01-01")),
        Commitment(
          name: "any", cloud: "aws", count: 1, hourly: HourlyRate(perHour: .dollars(2))),
      ])
    #expect(settings.apiToken == .environment("FINOPS_TOKEN"))
    let book = settings.rulebook()
    #expect(book.spend == settings.spend && book.safety == settings.safety)
    #expect(book.commitments == settings.commitments && book.pools == settings.pools)
  }

  @Test("schedules become windows, limits of the pool and times of its budgets")
  func calendarOfFile() throws {
    let settings = try settings(ruleFile)
    let from = try #require(Timestamp(rfc3339: "2026-12-24T00:00:00Z"))
    let expanded = calendar(for: settings, from: from, days: 5)
    #expect(expanded.until.duration(since: from) == .days(5))
    let limits = try #require(expanded.limits["chat"])
    // Christmas is a Friday and left out; the window of two nights is one with its own end.
    #expect(
      limits.map { "\($0.name) \($0.from) \($0.until)" } == [
        "night 2026-12-23T19:00:00Z 2026-12-24T06:00:00Z",
        "night 2026-12-24T19:00:00Z 2026-12-25T06:00:00Z",
        "night 2026-12-28T19:00:00Z 2026-12-29T06:00:00Z",
        "0 9 * * SAT 2026-12-26T14:00:00Z 2026-12-26T22:00:00Z",
        "feast 2026-12-24T23:00:00Z 2026-12-25T23:00:00Z",
      ])
    #expect(limits.map(\.minimum) == [0, 0, 0, nil, 2])
    #expect(limits.map(\.maximum) == [1, 1, 1, nil, 2])
    #expect(limits.map(\.protects) == [false, false, false, true, false])
    let budgets = try #require(expanded.budgets["chat"])
    #expect(
      budgets.map { "\($0.budget) \($0.from) \($0.until)" } == [
        "1 2026-12-24T08:00:00Z 2026-12-24T16:00:00Z",
        "1 2026-12-25T08:00:00Z 2026-12-25T16:00:00Z",
        "1 2026-12-28T08:00:00Z 2026-12-28T16:00:00Z",
      ])
    #expect(expanded.limits["rest"] == nil && expanded.budgets["rest"] == nil)
  }
}

let ruleFile = """
  version: 1
  fleet: {name: prod, timezone: Europe/Berlin}
  clouds: {aws: {type: aws, regions: [us-east-1, eu-west-1]}}
  collectors: [{type: dcgm, targets: ["gpu01:9400"]}]
  prices:
    - {cloud: aws, type: g5.xlarge, hourly: $1.006/h}
  pools:
    - name: chat
      kind: serving
      match: {tags: {team: research}}
      nodes: 1..20
      idle_duration: 20m
      launch: {region: us-east-1, zone: us-east-1a, type: g5.xlarge, image: ami-1, subnet: subnet-b}
      scaling:
        target_in_flight: 8
        requests_per_second: 2.5
        tokens_per_second: 900
        slo_wait: 20s
        cold_start: 4m
        time_to_first_token: 800ms
        stance: strict
        drain: 30s
        scale_down_delay: 10m
        step_up: 4
        burst_hold: 10m
        error_budget: 2%
      ladder: {notify: 10m, unload: 15m, stop: 20m, terminate: 2d}
      forecast: {quantile: 95%, days: 14, largest_error: 0.5}
      spot:
        offerings:
          - {name: near, zone: us-east-1a, subnet: subnet-a, share: 35%}
          - {zone: us-east-1b, type: g5.2xlarge}
          - {region: eu-west-1, image: ami-2}
        base_on_demand: 2
        cold_start: 3m
        least_advantage: 20%
      fallback: [rest]
      max_price: $24/h
      priority: 7
      critical: true
      long_job: 6h
      disruption:
        budgets:
          - nodes: 10%
          - {nodes: 0, schedule: "0 9 * * 1-5", duration: 8h, reasons: [rightsize, spot]}
      schedule:
        - {name: night, cron: "0 20 * * MON-FRI", until: "07:00", nodes: 0..1, except: holidays}
        - {cron: "0 9 * * SAT", duration: 8h, protect: true, timezone: America/New_York}
        - {name: feast, cron: "@daily", duration: 24h, nodes: 2, only: bavaria}
    - name: rest
      kind: serving
      match: {tags: {team: other}}
      scaling: {target_in_flight: 1}
      forecast: true
  budgets:
    - name: research
      monthly: $30000
      match: {tags: {team: research}}
      inform_at: 40%
      spot_only_at: 70%
      freeze_at: 0.95
      shrink_at: 120%
    - {name: named, monthly: $500/month, pools: [rest]}
    - {name: all, monthly: $40000.5}
  spend: {hourly_cap: $120/h}
  safety:
    acts_per_minute: 5
    flip_limit: 3
    flip_window: 30m
    flip_hold: 2h
    burn_rate: 6
    largest_jump: 25%
    least_saving: $1/day
    approval_lifetime: 1h
    protection_notice: 12h
  commitments:
    - name: sp
      cloud: aws
      type: g5.xlarge
      region: us-east-1
      count: 4
      hourly: $0.63/h
      until: 2027-01-01
    - {name: any, cloud: aws, hourly: $2}
  holidays:
    bavaria: [2026-12-25]
    berlin: [2026-12-25, 2027-03-08]
  api: {token: {env: FINOPS_TOKEN}}
  """
