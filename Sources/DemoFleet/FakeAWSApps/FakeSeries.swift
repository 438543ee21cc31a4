import FleetModel

/// CloudWatch's GetMetricData over samples that were put there.
struct FakeSeries: Sendable {
  struct Key: Sendable, Hashable {
    var namespace: String
    var name: String
    var dimensions: [String: String]
  }

  var samples: [Key: [(at: Timestamp, value: Double)]] = [:]
  /// Values of a page over all series together.
  var pageSize = 100_800

  private struct Query {
    var id: String
    var key: Key
    var period: Int64
    var statistic: String
  }

  func answer(
    _ action: String, _ fields: inout FakeFields
  ) throws(FakeRefusal) -> FakeAppsJSON {
    guard action == "GetMetricData" else {
      throw FakeRefusal(code: "UnknownOperationException", message: "\(action) is not known.")
    }
    let queries = try queries(&fields)
    let (start, end) = (fields.take("StartTime")?.number, fields.take("EndTime")?.number)
    let token = try fields.text("NextToken")
    let order = try fields.text("ScanBy") ?? "TimestampDescending"
    let most = try fields.number("MaxDatapoints") ?? pageSize
    try fields.end()
    guard let start, let end, start < end else {
      throw Self.invalid("The parameter StartTime must be less than the parameter EndTime.")
    }
    guard order == "TimestampDescending" || order == "TimestampAscending" else {
      throw Self.invalid("ScanBy \(order) is not known")
    }
    var points: [(query: Int, at: Int64, value: Double)] = []
    for (index, query) in queries.enumerated() {
      for (at, value) in values(query, from: Int64(start), to: Int64(end)) {
        points.append((index, at, value))
      }
    }
    points.sort { order == "TimestampAscending" ? $0.at < $1.at : $0.at > $1.at }
    let page = try FakePage(
      of: points, size: min(most, pageSize), after: token, refusing: "InvalidNextToken")
    let results = queries.enumerated().map { index, query -> FakeAppsJSON in
      let mine = page.items.filter { $0.query == index }
      return [
        "Id": .text(query.id), "Label": .text(query.key.name),
        "Timestamps": .list(mine.map { .number(Double($0.at)) }),
        "Values": .list(mine.map { .number($0.value) }),
        "StatusCode": page.next == nil ? "Complete" : "PartialData",
      ]
    }
    return FakeEndpoints.with(["MetricDataResults": .list(results), "Messages": []], page.next)
  }

  private func queries(_ fields: inout FakeFields) throws(FakeRefusal) -> [Query] {
    let items = try fields.list("MetricDataQueries") ?? []
    guard (1...500).contains(items.count) else {
      throw Self.invalid("The collection MetricDataQueries must have 1 to 500 members.")
    }
    let queries = try items.map { item throws(FakeRefusal) in try query(item) }
    guard Set(queries.map(\.id)).count == queries.count else {
      throw Self.invalid("The values for parameter id in MetricDataQueries are not unique.")
    }
    return queries
  }

  private func query(_ item: FakeAppsJSON) throws(FakeRefusal) -> Query {
    var fields = try FakeFields(item)
    let id = try fields.needed("Id")
    _ = fields.take("ReturnData")
    var stat = try FakeFields(fields.take("MetricStat") ?? .null)
    // Expression among them: this fake has no metric mathematics.
    try fields.end()
    var metric = try FakeFields(stat.take("Metric") ?? .null)
    let (period, statistic) = (try stat.number("Period"), try stat.needed("Stat"))
    try stat.end()
    let key = Key(
      namespace: try metric.needed("Namespace"), name: try metric.needed("MetricName"),
      dimensions: try Self.dimensions(&metric))
    try metric.end()
    guard let first = id.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else {
      throw Self.invalid("The value \(id) for parameter Id does not match ^[a-z][a-zA-Z0-9_]*$.")
    }
    guard let period, period > 0, period % 60 == 0 || [1, 5, 10, 20, 30].contains(period) else {
      throw Self.invalid("The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.")
    }
    return Query(id: id, key: key, period: Int64(period), statistic: statistic)
  }

  private static func dimensions(
    _ metric: inout FakeFields
  ) throws(FakeRefusal) -> [String: String] {
    var dimensions: [String: String] = [:]
    for item in try metric.list("Dimensions") ?? [] {
      var fields = try FakeFields(item)
      dimensions[try fields.needed("Name")] = try fields.needed("Value")
      try fields.end()
    }
    return dimensions
  }

  /// One value for each period that has a sample, none for the others.
  private func values(_ query: Query, from start: Int64, to end: Int64) -> [(Int64, Double)] {
    var periods: [Int64: [Double]] = [:]
    for (at, value) in samples[query.key] ?? [] {
      let seconds = at.microseconds / 1_000_000
      let begin = seconds - seconds % query.period
      if begin >= start - start % query.period, begin < end {
        periods[begin, default: []] += [value]
      }
    }
    return periods.compactMap { begin, values in
      Self.statistic(query.statistic, of: values).map { (begin, $0) }
    }
  }

  private static func statistic(_ name: String, of values: [Double]) -> Double? {
    switch name {
    case "Sum": values.reduce(0, +)
    case "Average": values.reduce(0, +) / Double(values.count)
    case "Maximum": values.max()
    case "Minimum": values.min()
    case "SampleCount": Double(values.count)
    default: nil
    }
  }

  private static func invalid(_ message: String) -> FakeRefusal {
    FakeRefusal(code: "ValidationError", message: message)
  }
}
