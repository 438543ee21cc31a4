import FleetModel
import Planner

extension MetricsSnapshot {
  /// At most so many nodes or targets get a series of their own: a metrics store pays for each.
  public static let seriesLimit = 2000

  /// The families of ECOSYSTEM's names, in a fixed order.
  public var families: [MetricFamily] {
    [build] + money + fleet + loop + work
  }

  private var build: MetricFamily {
    MetricFamily(
      "finops_build_info", "Version of the running program; always 1.", .gauge,
      [.init("1", .init("version", version))])
  }

  private var money: [MetricFamily] {
    [
      MetricFamily(
        "finops_node_hourly_cost_dollars", "Price of a billed node for one hour.", .gauge,
        nodes.sorted { ($1.rate, $0.node) < ($0.rate, $1.node) }.prefix(Self.seriesLimit).map {
          .init(
            Self.exact($0.rate.perHour), .init("node", $0.node.rawValue),
            .init("pool", $0.pool?.rawValue ?? ""), .init("type", $0.type.rawValue))
        }),
      MetricFamily(
        "finops_cost_dollars_total", "Spent this month (UTC), by pool and what for.", .counter,
        spent.map {
          .init(
            Self.counter($0.amount), .init("pool", $0.key.pool.rawValue),
            .init("kind", $0.key.part))
        }),
      MetricFamily(
        "finops_idle_cost_dollars_total",
        "Spent this month (UTC) on accelerators that did nothing.", .counter,
        spent.filter { $0.key.part == "idle" }.map {
          .init(Self.counter($0.amount), .init("pool", $0.key.pool.rawValue))
        }),
      MetricFamily(
        // No counter: a restart takes back some of what was saved.
        "finops_savings_dollars",
        "Saved this month (UTC) by nodes kept off, by the reason why.", .gauge,
        saved.map { .init(Self.counter($0.amount), .init("reason", $0.key)) }),
    ]
  }

  private var fleet: [MetricFamily] {
    [
      MetricFamily(
        "finops_pool_nodes", "Nodes of a pool by state.", .gauge,
        poolNodes.map {
          .init("\($0.nodes)", .init("pool", $0.pool.rawValue), .init("state", $0.state.rawValue))
        }),
      MetricFamily(
        "finops_collector_lag_seconds", "Age of the newest reading of a target.", .gauge,
        collectorLag.sorted { ($1.age, $0.target) < ($0.age, $1.target) }
          .prefix(Self.seriesLimit).map {
            .init(Self.seconds($0.age), .init("target", $0.target.rawValue))
          }),
      MetricFamily(
        "finops_actuator_requests_total", "Requests to a cloud, by operation and answer.", .counter,
        requests.map {
          .init(
            "\($0.count)", .init("cloud", $0.cloud.rawValue), .init("op", $0.operation),
            .init("code", $0.code))
        }),
    ]
  }

  private var loop: [MetricFamily] {
    [
      MetricFamily(
        "finops_decisions_total", "Decisions by action and outcome.", .counter,
        decisions.map {
          .init(
            "\($0.count)", .init("action", $0.intent.rawValue), .init("outcome", $0.outcome))
        }),
      MetricFamily(
        "finops_decision_duration_seconds", "Time one pass of the loop took.", .histogram,
        decisionDuration.samples),
      MetricFamily(
        "finops_leader", "1 while this process may act.", .gauge, [.init(isLeader ? "1" : "0")]),
      MetricFamily(
        "finops_kill_switch", "1 while a person has halted all acts.", .gauge,
        [.init(killSwitch ? "1" : "0")]),
    ]
  }

  /// What the controller counts of its own work; each is there from the start, at 0, so that an
  /// alert on its growth does not miss the first.
  private var work: [MetricFamily] {
    Self.counted.map { name, help, kind, outcomes in
      let found = counts.filter { $0.name == name }
      let missing = outcomes.filter { outcome in
        !found.contains { $0.labels == Self.labels(outcome) }
      }
      let all = found + missing.map { Count(name: name, labels: Self.labels($0), value: 0) }
      let sorted = all.sorted { $0.labels.description < $1.labels.description }
      return MetricFamily(name, help, kind, sorted.map(Self.sample))
    }
  }

  private static func labels(_ outcome: String) -> [String: String] {
    outcome.isEmpty ? [:] : ["outcome": outcome]
  }

  private static func sample(_ count: Count) -> MetricFamily.Sample {
    guard let outcome = count.labels["outcome"] else { return .init("\(count.value)") }
    return .init("\(count.value)", .init("outcome", outcome))
  }

  private static let counted:
    [(name: String, help: String, kind: MetricFamily.Kind, outcomes: [String])] = [
      ("finops_scrapes_total", "Scrapes of targets by outcome.", .counter, ["ok", "failed"]),
      (
        "finops_samples_rejected_total", "Samples that could not be true.", .counter, [""]
      ),
      ("finops_inventories_total", "Listings of clouds by outcome.", .counter, ["ok", "failed"]),
      (
        "finops_readings_dropped", "Readings lost before the database took them.", .gauge, [""]
      ),
      (
        "finops_readings_buffer_bytes", "Bytes of readings kept in memory.", .gauge, [""]
      ),
      ("finops_store_errors_total", "Calls the database did not answer well.", .counter, [""]),
      (
        "finops_ticks_refused_total",
        "Times a pass was refused by the database for its content after three tries.", .counter,
        [""]
      ),
      ("finops_alerts_total", "Alerts by delivery.", .counter, ["delivered", "failed"]),
    ]

  /// A counter never falls below zero: a saving that restarts ate up is shown as none.
  private static func counter(_ amount: Money) -> String { exact(max(.zero, amount)) }

  /// All digits that matter, and no more.
  static func exact(_ amount: Money) -> String {
    var text = amount.description
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  static func seconds(_ duration: Duration) -> String {
    exact(Money(nanos: duration.microseconds * 1000))
  }
}

extension DurationHistogram {
  var samples: [MetricFamily.Sample] {
    var cumulative = 0
    var samples: [MetricFamily.Sample] = []
    for (bound, count) in zip(Self.bounds, counts) {
      cumulative += count
      let limit = MetricsSnapshot.seconds(.milliseconds(bound))
      samples.append(.init("\(cumulative)", suffix: "_bucket", .init("le", limit)))
    }
    samples.append(.init("\(count)", suffix: "_bucket", .init("le", "+Inf")))
    samples.append(.init(MetricsSnapshot.seconds(sum), suffix: "_sum"))
    samples.append(.init("\(count)", suffix: "_count"))
    return samples
  }
}
