import FleetModel
import Planner

extension Builder {
  /// Rules with what the part says of them.
  func rules<Rules>(_ standards: Rules, _ keys: [RuleKey<Rules>], of part: Part?) -> Rules {
    var rules = standards
    for key in keys {
      if let value = part?.value(key.name) { key.set(&rules, value) }
    }
    return rules
  }

  func forecast(of pool: Part) -> ForecastRules? {
    if let part = pool.part("forecast") {
      return rules(ForecastRules(), RuleKeys.forecast, of: part)
    }
    return pool.flag("forecast") == true ? ForecastRules() : nil
  }

  func disruption(of part: Part) -> DisruptionBudget {
    let limit: DisruptionBudget.Limit =
      part.number("nodes").map { .share($0) } ?? .nodes(part.integer("nodes") ?? 0)
    return DisruptionBudget(
      limit: limit,
      causes: part.texts("reasons").compactMap { DisruptionBudget.Cause(rawValue: $0) },
      isScheduled: part.has("schedule"))
  }

  mutating func maximumPrice(of pool: Part, _ launch: LaunchSpec?) -> HourlyRate? {
    guard case .nanoDollarsEach(let nanos)? = pool.value("max_price") else {
      return pool.rate("max_price")
    }
    guard let launch, let count = accelerators[launch.type] else {
      complain(
        at: pool.place(of: "max_price"),
        launch.map { "how many GPUs a \($0.type) has is not known here" }
          ?? "a price for each GPU needs the pool's 'launch', whose GPUs are counted",
        hint: "write the price of a node, as $24/h", key: "pools.max_price")
      return nil
    }
    return HourlyRate(perHour: Money(nanos: Int64(clamping: Int128(nanos) * Int128(count))))
  }

  /// Rules that contradict each other or the pool's kind.
  mutating func checkRules(of pool: PoolRules, _ part: Part, _ thresholds: Thresholds) {
    if pool.scaling != nil, pool.kind != .serving {
      complain(
        at: part.place(of: "scaling"),
        "'scaling' is for serving pools: '\(pool.name)' is \(pool.kind.rawValue)",
        hint: "add 'kind: serving', or remove 'scaling'", key: "pools.scaling")
    }
    if pool.forecast != nil, pool.scaling == nil {
      complain(
        at: part.place(of: "forecast"), "'forecast' needs 'scaling': there is no demand to foresee",
        hint: "add 'scaling: {target_in_flight: …}'", key: "pools.scaling")
    }
    checkBase(of: pool, part)
    checkLadder(of: pool, part, thresholds)
  }

  mutating func checkLadder(of pool: PoolRules, _ part: Part, _ thresholds: Thresholds) {
    guard let ladder = pool.ladder, let rungs = part.part("ladder") else { return }
    let ordered: [(name: String, time: Duration)] = [
      ("notify", ladder.notify), ("unload", ladder.unload), ("stop", ladder.stop),
      ("terminate", ladder.terminate),
    ].compactMap { name, time in time.map { (name, $0) } }
    for (before, after) in zip(ordered, ordered.dropFirst()) where after.time <= before.time {
      complain(
        at: rungs.place(of: after.name),
        "'\(after.name): \(writtenDuration(after.time))' is not later than "
          + "'\(before.name): \(writtenDuration(before.time))'",
        hint: "the order is notify, unload, stop, terminate", key: "pools.ladder.\(after.name)")
    }
    checkTime(of: ordered, against: pool, part, thresholds)
  }

  /// A rung before the act, or the act's own, that would come when the node is gone already.
  private mutating func checkTime(
    of ordered: [(name: String, time: Duration)], against pool: PoolRules, _ part: Part,
    _ thresholds: Thresholds
  ) {
    guard let act = idleAct(of: pool, thresholds), let rungs = part.part("ladder") else { return }
    let last = pool.idleIntent == .stop ? "stop" : "terminate"
    // After a stop a node can still be given back.
    for rung in ordered where rung.name != "terminate" || last == "terminate" {
      // What the act itself does may stand at its time; what comes before it may not.
      guard rung.time > act || (rung.time == act && rung.name != last) else { continue }
      complain(
        at: rungs.place(of: rung.name),
        "'\(rung.name): \(writtenDuration(rung.time))' comes too late: an idle node is "
          + "\(last == "stop" ? "stopped" : "given back") after \(writtenDuration(act))",
        hint: part.has("idle_duration")
          ? "make it shorter, or 'idle_duration' longer"
          : "make it shorter, or add a longer 'idle_duration'",
        key: "pools.ladder.\(rung.name)")
    }
  }

  /// When an idle node is acted on; nil: never.
  private func idleAct(of pool: PoolRules, _ thresholds: Thresholds) -> Duration? {
    switch pool.kind {
    case .serving: pool.idleAfter ?? thresholds.servingWindow
    case .batch: pool.idleAfter ?? thresholds.batchWindow
    case .dev: pool.idleAfter ?? thresholds.devWindow
    case .training, .unlabelled: nil
    }
  }
}
