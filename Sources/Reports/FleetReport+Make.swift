public import CostModel
public import FleetModel

extension FleetReport {
  /// Makes the report of `range` from stored usage.
  ///
  /// Hours count whole when they begin in the range; stops count to the microsecond. The order of
  /// the input does not matter.
  public static func make(
    hours: [UsageHour], off: [OffInterval], range: Range<Timestamp>, now: Timestamp
  ) -> FleetReport {
    let hours = hours.filter { range.contains($0.hour) }
      .sorted { ($0.hour, $0.node, $0.pool) < ($1.hour, $1.node, $1.pool) }
    let off = off.filter { $0.from < range.upperBound }
    var draft = Draft(days: days(of: range))
    for hour in hours { draft.add(hour) }
    for cell in SpendLedger.cells(of: hours) { draft.add(cell) }
    let stops = Savings.realised(of: off, in: range, now: now)
    for stop in stops { draft.add(stop) }
    for storage in Savings.storage(of: off, in: range, now: now) { draft.add(storage) }
    return FleetReport(
      range: range, now: now, totals: draft.totals, pools: draft.poolLines,
      nodes: draft.nodeLines, days: draft.dayLines, stops: stops)
  }

  private static func days(of range: Range<Timestamp>) -> [Timestamp] {
    guard !range.isEmpty else { return [] }
    var days: [Timestamp] = []
    var day = range.lowerBound.startOfDay
    while day < range.upperBound {
      days.append(day)
      day = day.advanced(by: .days(1))
    }
    return days
  }
}

/// A report while it is summed up.
private struct Draft {
  var totals = Figures()
  private var nodes: [NodeID: FleetReport.NodeLine] = [:]
  private var pools: [PoolName: FleetReport.PoolLine] = [:]
  private var members: [PoolName: Set<NodeID>] = [:]
  private let days: [Timestamp]
  private var spends: [SpendSplit]

  init(days: [Timestamp]) {
    self.days = days
    spends = days.map { _ in .zero }
  }

  mutating func add(_ hour: UsageHour) {
    touch(hour.node, hour.pool) { $0.add(hour) }
    nodes[hour.node]?.pool = hour.pool
    nodes[hour.node]?.type = hour.type
    nodes[hour.node]?.cloud = hour.cloud
    nodes[hour.node]?.region = hour.region
    if let rate = hour.rate { nodes[hour.node]?.rate = rate }
  }

  mutating func add(_ cell: SpendCell) {
    add(cell.spend, node: cell.node, pool: cell.pool, day: cell.day)
  }

  mutating func add(_ stop: RealisedSaving) {
    touch(stop.interval.node, stop.interval.pool) { $0.add(stop) }
    if nodes[stop.interval.node]?.rate == nil {
      nodes[stop.interval.node]?.rate = stop.interval.rate
    }
  }

  mutating func add(_ storage: StoppedStorage) {
    guard storage.cost != .zero else { return }
    let lengths = days.map { day in
      let end = min(day.advanced(by: .days(1)), storage.time.upperBound)
      return max(0, end.microseconds - max(day, storage.time.lowerBound).microseconds)
    }
    for (day, cost) in zip(days, storage.cost.split(by: lengths)) where cost != .zero {
      let spend = SpendSplit(stoppedStorage: cost)
      add(spend, node: storage.node, pool: storage.pool, day: day)
    }
  }

  private mutating func add(_ spend: SpendSplit, node: NodeID, pool: PoolName, day: Timestamp) {
    touch(node, pool) { $0.spend += spend }
    guard let index = days.firstIndex(of: day) else { return }
    spends[index] += spend
    pools[pool]?.daily[index] += spend.effective
  }

  private mutating func touch(_ node: NodeID, _ pool: PoolName, _ change: (inout Figures) -> Void) {
    change(&totals)
    let newNode = FleetReport.NodeLine(id: node, pool: pool, figures: Figures())
    change(&nodes[node, default: newNode].figures)
    let newPool = FleetReport.PoolLine(
      name: pool, nodes: 0, figures: Figures(), daily: days.map { _ in .zero })
    change(&pools[pool, default: newPool].figures)
    members[pool, default: []].insert(node)
  }

  var nodeLines: [FleetReport.NodeLine] {
    nodes.values.sorted { ($0.pool, $0.id) < ($1.pool, $1.id) }
  }

  var poolLines: [FleetReport.PoolLine] {
    pools.values.sorted { $0.name < $1.name }.map { line in
      var line = line
      line.nodes = members[line.name]?.count ?? 0
      return line
    }
  }

  var dayLines: [FleetReport.DayLine] {
    zip(days, spends).map { FleetReport.DayLine(day: $0, spend: $1) }
  }
}
