import FleetModel

/// What a row of a demand file stands for.
public enum DemandKind: String, Sendable, Hashable, CaseIterable {
  /// t_s and requests, a count for the step that begins there.
  case counts
  /// t_s and requests_per_s, held until the next row.
  case rate
  /// t_s of one request, with its run time exec_s where the file has that column.
  case requests
}

/// How a demand file is to be read.
public struct DemandReading: Sendable, Hashable {
  public var kind: DemandKind
  /// The tick of the trace.
  public var tick: Duration
  /// Requests a second one replica serves; not needed where each request has its run time.
  public var capacity: Double?
  /// How many ticks to take; what the file holds when nil. Beyond the end of a file of requests
  /// nothing is asked.
  public var ticks: Int?

  public init(
    kind: DemandKind, tick: Duration = .seconds(5), capacity: Double? = nil, ticks: Int? = nil
  ) {
    self.kind = kind
    self.tick = tick
    self.capacity = capacity
    self.ticks = ticks
  }
}

extension DemandTrace {
  /// About 19 months of 5 s ticks; beyond it a time is more likely a date.
  public static let mostTicks = 10_000_000
  /// More replicas than any service has; beyond it a unit is likely wrong.
  public static let mostOffered = 1_000_000.0

  /// Reads a CSV text with a header line; the first fault ends it, with its row.
  public static func parse(
    csv bytes: [UInt8], as reading: DemandReading
  ) -> Result<DemandTrace, DemandTraceError> {
    Result { () throws(DemandTraceError) in
      if let capacity = reading.capacity, !(capacity > 0 && capacity.isFinite) {
        throw .badCapacity(capacity)
      }
      let trace =
        switch reading.kind {
        case .counts: try steps(bytes, column: "requests", reading)
        case .rate: try steps(bytes, column: "requests_per_s", reading)
        case .requests: try arrivals(bytes, reading)
        }
      return trace
    }
  }

  /// Rows on a regular step: counts or rates.
  private static func steps(
    _ bytes: [UInt8], column: String, _ reading: DemandReading
  ) throws(DemandTraceError) -> DemandTrace {
    let table = try NumberTable(csv: bytes, columns: ["t_s", column])
    guard let capacity = reading.capacity else { throw .needsCapacity(reading.kind) }
    let step = try commonStep(of: table) ?? reading.tick.inSeconds
    let perSecond = reading.kind == .rate ? 1 : 1 / step
    for (row, value) in table.columns[1].enumerated() {
      guard value >= 0 else { throw .negative(row: table.line(row), column: column, value: value) }
      guard value * perSecond / capacity <= mostOffered else {
        throw .tooLarge(row: table.line(row), column: column, value: value)
      }
    }
    let seconds = reading.tick.inSeconds
    let last = table.columns[0].count - 1
    guard Double(last + 1) * step / seconds <= Double(mostTicks) else {
      throw .tooLong(row: table.line(last), time: table.columns[0][last])
    }
    // Counts on the wanted tick are taken as they are: no rounding.
    let requests =
      reading.kind == .counts && step == seconds
      ? table.columns[1]
      : integrals(
        of: table.columns[1].map { $0 * perSecond }, step: max(1, Int64((step * 1e6).rounded())),
        tick: reading.tick.microseconds)
    if let ticks = reading.ticks, ticks > requests.count {
      throw .beyondEnd(ticks: ticks, available: requests.count)
    }
    let taken = Array(requests.prefix(reading.ticks ?? requests.count))
    return DemandTrace(
      tick: reading.tick, offered: taken.map { $0 / (seconds * capacity) }, requests: taken)
  }

  /// The step all rows are apart; nil for a single row.
  private static func commonStep(of table: NumberTable) throws(DemandTraceError) -> Double? {
    let times = table.columns[0]
    try checkOrder(of: table, mayRepeat: false)
    guard let common = zip(times, times.dropFirst()).map({ $1 - $0 }).min() else { return nil }
    for row in times.indices.dropFirst() {
      let step = times[row] - times[row - 1]
      guard step - common <= 1e-6 * max(1, common) + 1e-12 * times[row] else {
        throw .gap(row: table.line(row), time: times[row], step: step, common: common)
      }
    }
    return common
  }

  /// Times count from 0 and do not go back.
  private static func checkOrder(
    of table: NumberTable, mayRepeat: Bool
  ) throws(DemandTraceError) {
    var previous = -1.0
    for (row, time) in table.columns[0].enumerated() {
      if time < 0 { throw .negative(row: table.line(row), column: "t_s", value: time) }
      if time < previous {
        throw .unsorted(row: table.line(row), time: time, previous: previous)
      }
      if time == previous && !mayRepeat { throw .repeated(row: table.line(row), time: time) }
      previous = time
    }
  }

  /// One row a request: by run time where the file has one, else by the capacity of a replica.
  private static func arrivals(
    _ bytes: [UInt8], _ reading: DemandReading
  ) throws(DemandTraceError) -> DemandTrace {
    let hasRunTimes = NumberTable.header(of: bytes).contains("exec_s")
    let table = try NumberTable(
      csv: bytes, columns: hasRunTimes ? ["t_s", "exec_s"] : ["t_s"], mayBeEmpty: ["exec_s"])
    try checkOrder(of: table, mayRepeat: true)
    let times = table.columns[0]
    let seconds = reading.tick.inSeconds
    let last = times[times.count - 1]
    let ticks = reading.ticks.map(Double.init) ?? horizon(last, seconds, inDays: hasRunTimes)
    guard ticks <= Double(mostTicks) else {
      throw .tooLong(row: table.line(times.count - 1), time: last)
    }
    if hasRunTimes { return try running(table, reading.tick, count: Int(ticks)) }
    guard let capacity = reading.capacity else { throw .needsCapacity(.requests) }
    var requests = [Double](repeating: 0, count: Int(ticks))
    for (row, time) in times.enumerated() where time / seconds < ticks {
      requests[Int(time / seconds)] += 1
      guard requests[Int(time / seconds)] / (seconds * capacity) <= mostOffered else {
        throw .tooLarge(row: table.line(row), column: "t_s", value: time)
      }
    }
    return DemandTrace(
      tick: reading.tick, offered: requests.map { $0 / (seconds * capacity) }, requests: requests)
  }

  /// Ticks up to the last arrival. Run times reach beyond it, and what comes a day should be in
  /// whole days: those are rounded up to days and a quarter of an hour (1,000 s) to run out in.
  private static func horizon(_ last: Double, _ tick: Double, inDays: Bool) -> Double {
    let ticks = (last / tick).rounded(.down) + 1
    guard inDays else { return ticks }
    let days = (ticks * tick / 86_400).rounded(.up)
    return ((days * 86_400 + 1000) / tick).rounded(.up)
  }

  /// Each request is one replica's work for its run time. Requests that did not run are left out.
  private static func running(
    _ table: NumberTable, _ tick: Duration, count: Int
  ) throws(DemandTraceError) -> DemandTrace {
    let seconds = tick.inSeconds
    var requests = [Double](repeating: 0, count: count)
    // Seconds of work in ticks that are filled in part.
    var partial = [Double](repeating: 0, count: count + 1)
    // Ticks that are filled whole, as steps up and down: whole numbers, so nothing drifts.
    var steps = [Double](repeating: 0, count: count + 2)
    for (row, run) in table.columns[1].enumerated() where run != 0 && !run.isNaN {
      guard run > 0 else { throw .negative(row: table.line(row), column: "exec_s", value: run) }
      let begin = table.columns[0][row]
      let end = min(begin + run, Double(count) * seconds)
      let first = Int(begin / seconds)
      guard first < count else { continue }
      requests[first] += 1
      let final = Int(end / seconds)
      guard final > first else {
        partial[first] += end - begin
        continue
      }
      partial[first] += Double(first + 1) * seconds - begin
      partial[final] += end - Double(final) * seconds
      steps[first + 1] += 1
      steps[final] -= 1
    }
    var offered = [Double](repeating: 0, count: count)
    var level = 0.0
    for index in 0..<count {
      level += steps[index]
      offered[index] = partial[index] / seconds + level
    }
    return DemandTrace(tick: tick, offered: offered, requests: requests)
  }
}
