import CostModel
import FleetModel
import Planner

extension Builder {
  mutating func prices(from root: Part, clouds: [Settings.Cloud]) -> [Price] {
    root.parts("prices").map { part in
      checkCloud(part, clouds, "prices.cloud")
      if let day = part.text("as_of"), day.count != 10 || Timestamp(rfc3339: day) == nil {
        complain(
          at: part.place(of: "as_of"), "'as_of: \(day)' is not a day: write 2026-11-21",
          key: "prices.as_of")
      }
      return Price(
        cloud: CloudName(part.text("cloud") ?? ""), type: InstanceType(part.text("type") ?? ""),
        region: part.text("region").map { Region($0) },
        capacity: part.choice("capacity") ?? .onDemand, hourly: part.rate("hourly") ?? .zero,
        stoppedHourly: part.rate("stopped_hourly") ?? .zero, source: "finops.yaml",
        asOf: part.text("as_of") ?? "")
    }
  }

  mutating func pools(
    from root: Part, fleet: Settings.Fleet, clouds: [Settings.Cloud], _ thresholds: Thresholds
  ) -> [PoolRules] {
    let parts = root.parts("pools")
    checkUnique(parts, "pool")
    let pools = parts.map { part in
      let rules = pool(from: part, fleet: fleet, clouds: clouds)
      checkUsefulness(of: rules, part)
      checkSchedules(of: rules, part)
      checkRules(of: rules, part, thresholds)
      return rules
    }
    checkOverlap(Array(zip(pools, parts)))
    checkLaunches(Array(zip(pools, parts)))
    checkFallbacks(Array(zip(pools, parts)))
    return pools.sorted { $0.name < $1.name }
  }

  private mutating func pool(
    from part: Part, fleet: Settings.Fleet, clouds: [Settings.Cloud]
  ) -> PoolRules {
    let match = part.part("match")
    if let match { checkCloud(match, clouds, "pools.match.cloud") }
    checkWorkload(of: PoolPart(part: part, clouds: clouds))
    var rules = idleRules(from: part)
    rules.mode = part.choice("mode") ?? fleet.mode
    rules.match = self.match(of: match)
    rules.launch = launch(of: part, clouds: clouds)
    rules.spot = spot(of: part, rules, clouds)
    rules.disruption = (part.part("disruption")?.parts("budgets") ?? []).map(disruption)
    rules.maximumPrice = maximumPrice(of: part, rules.launch)
    rules.priority = part.integer("priority") ?? 0
    rules.isCritical = part.flag("critical") ?? false
    rules.localDisks = part.choice("local_disks")
    return rules
  }

  /// What a pool and a policy file have in common.
  func idleRules(from part: Part) -> PoolRules {
    let nodes = part.range("nodes")
    return PoolRules(
      name: PoolName(part.text("name") ?? ""), kind: part.choice("kind") ?? .unlabelled,
      minimumNodes: nodes?.0 ?? 0, maximumNodes: nodes?.1,
      idleAfter: part.duration("idle_duration"), idleIntent: part.choice("idle_action") ?? .stop,
      minimumConfidence: part.choice("min_confidence") ?? .high,
      cooldown: part.duration("cooldown") ?? .minutes(10),
      scaling: part.part("scaling").map { rules(ScalingRules(), RuleKeys.scaling, of: $0) },
      ladder: part.part("ladder").map { rules(IdleLadder(), RuleKeys.ladder, of: $0) },
      forecast: forecast(of: part), longJob: part.duration("long_job"))
  }

  func match(of part: Part?) -> PoolRules.Match {
    var tags: [String: String] = [:]
    for (name, found) in part?.part("tags")?.members ?? [] {
      if case .text(let text) = found.value { tags[name] = text }
    }
    return PoolRules.Match(
      cloud: part?.text("cloud").map { CloudName($0) },
      types: (part?.texts("types") ?? []).map { InstanceType($0) }, tags: tags,
      workload: part?.text("workload").map { WorkloadID($0) })
  }

  private mutating func launch(of pool: Part, clouds: [Settings.Cloud]) -> LaunchSpec? {
    guard let part = pool.part("launch") else { return nil }
    var launch = place(from: part, of: pool, clouds, beside: nil)
    launch.capacity = part.choice("capacity") ?? .onDemand
    return launch
  }

  /// A place nodes are made at, on demand; what is missing is taken from the pool's `launch`.
  mutating func place(
    from part: Part, of pool: Part, _ clouds: [Settings.Cloud], beside launch: LaunchSpec?
  ) -> LaunchSpec {
    let named = pool.part("match")?.text("cloud")
    let cloud = clouds.first { $0.name.rawValue == named } ?? (clouds.count == 1 ? clouds[0] : nil)
    if cloud == nil, named == nil, launch == nil {
      complain(
        at: part.place, "a launch needs its cloud: give 'match.cloud' in this pool",
        key: "pools.match.cloud")
    }
    let region = part.text("region").map { Region($0) } ?? launch?.region
    checkRegion(region, of: part, cloud)
    checkZone(of: part, in: region, cloud)
    return LaunchSpec(
      cloud: cloud?.name ?? CloudName(named ?? ""),
      region: region ?? cloud?.regions.first ?? Region(""), zone: part.text("zone"),
      type: part.text("type").map { InstanceType($0) } ?? launch?.type ?? "",
      image: part.text("image") ?? (launch?.region == region ? launch?.image : nil) ?? "",
      subnet: part.text("subnet") ?? (part.has("zone") || part.has("region") ? nil : launch?.subnet)
    )
  }

  private mutating func checkRegion(_ region: Region?, of part: Part, _ cloud: Settings.Cloud?) {
    guard let cloud else { return }
    if let region, part.has("region"), !cloud.regions.contains(region) {
      complain(
        at: part.place(of: "region"), "region '\(region)' is not among clouds.\(cloud.name)",
        hint: nearest(to: region.rawValue, among: cloud.regions.map(\.rawValue))
          .map { "did you mean '\($0)'?" }, key: "clouds.regions")
    } else if region == nil, cloud.regions.count > 1 {
      complain(
        at: part.place, "a launch needs its region: clouds.\(cloud.name) has several",
        key: "\(part.key).region")
    }
  }

  /// A name that should be one of `clouds`.
  mutating func checkCloud(_ part: Part, _ clouds: [Settings.Cloud], _ key: String) {
    let names = clouds.map(\.name.rawValue)
    guard let name = part.text("cloud"), !names.contains(name) else { return }
    complain(
      at: part.place(of: "cloud"), "there is no cloud '\(name)' under clouds",
      hint: nearest(to: name, among: names).map { "did you mean '\($0)'?" }, key: key)
  }

  mutating func checkUnique(_ parts: [Part], _ noun: String) {
    var lines: [String: Int] = [:]
    for part in parts {
      guard let name = part.text("name") else { continue }
      if let line = lines[name] {
        complain(
          at: part.place(of: "name"), "\(noun) '\(name)' is already defined in line \(line)",
          key: "\(part.key).name")
      } else {
        lines[name] = part.place(of: "name").line
      }
    }
  }
}
