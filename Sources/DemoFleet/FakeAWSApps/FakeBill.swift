import FleetModel

/// Cost Explorer's GetCostAndUsage over lines that were put there.
struct FakeBill: Sendable {
  var lines: [FakeAWSApps.BillLine] = []
  /// Groups of a page over all days together.
  var pageSize = 1000

  func answer(_ action: String, _ fields: inout FakeFields) throws(FakeRefusal) -> FakeAppsJSON {
    guard action == "GetCostAndUsage" else {
      throw FakeRefusal(code: "UnknownOperationException", message: "\(action) is not known.")
    }
    var period = try FakeFields(fields.take("TimePeriod") ?? .null)
    let (start, end) = (try period.needed("Start"), try period.needed("End"))
    try period.end()
    let granularity = try fields.needed("Granularity")
    let metrics = try fields.list("Metrics")?.compactMap(\.text) ?? []
    let groups = try fields.list("GroupBy") ?? []
    let token = try fields.text("NextPageToken")
    try fields.end()
    guard granularity == "DAILY", metrics == ["UnblendedCost"], start < end else {
      throw .validation("only UnblendedCost by day, and Start before End, is offered here")
    }
    guard (1...2).contains(groups.count) else { throw .validation("one or two groups") }
    let keys = try groups.map { group throws(FakeRefusal) in try Self.key(group) }
    let sorted = lines.filter { $0.day >= start && $0.day < end }.sorted {
      ($0.day, $0.pool, $0.service) < ($1.day, $1.pool, $1.service)
    }
    let page = try FakePage(
      of: sorted, size: pageSize, after: token, refusing: "InvalidNextTokenException")
    var answer: [String: FakeAppsJSON] = [
      "GroupDefinitions": .list(groups), "ResultsByTime": .list(days(of: page.items, keys)),
      "DimensionValueAttributes": [],
    ]
    answer["NextPageToken"] = page.next
    return .object(answer)
  }

  private func days(
    of lines: [FakeAWSApps.BillLine], _ keys: [@Sendable (FakeAWSApps.BillLine) -> String]
  ) -> [FakeAppsJSON] {
    Dictionary(grouping: lines, by: \.day).sorted { $0.key < $1.key }.map { day, lines in
      let groups = lines.map { line -> FakeAppsJSON in
        let amount: FakeAppsJSON = ["Amount": .text(line.amount), "Unit": .text(line.currency)]
        return [
          "Keys": .list(keys.map { .text($0(line)) }), "Metrics": ["UnblendedCost": amount],
        ]
      }
      return [
        "TimePeriod": ["Start": .text(day), "End": .text(Self.next(day))], "Total": [:],
        "Groups": .list(groups), "Estimated": .truth(lines.contains { $0.estimated }),
      ]
    }
  }

  private static func next(_ day: String) -> String {
    let start = Timestamp(rfc3339: day) ?? Timestamp(seconds: 0)
    return String("\(start.advanced(by: .days(1)))".prefix(10))
  }

  private static func key(
    _ group: FakeAppsJSON
  ) throws(FakeRefusal) -> @Sendable (FakeAWSApps.BillLine) -> String {
    var fields = try FakeFields(group)
    let (type, name) = (try fields.needed("Type"), try fields.needed("Key"))
    try fields.end()
    switch (type, name) {
    case ("DIMENSION", "SERVICE"): return { $0.service }
    case ("TAG", _): return { "\(name)$\($0.pool)" }
    default: throw .validation("\(type) \(name) is not offered here")
    }
  }
}

extension FakeAWSApps {
  /// One group of one day of the bill.
  public struct BillLine: Sendable, Hashable {
    /// "2026-11-20".
    public var day: String
    /// The value of the tag that is grouped by; empty for what has none.
    public var pool: String
    public var service: String
    /// As Cost Explorer writes it, "12.3456789012".
    public var amount: String
    public var currency: String
    public var estimated: Bool

    public init(
      day: String, pool: String, service: String, amount: String, currency: String = "USD",
      estimated: Bool = false
    ) {
      self.day = day
      self.pool = pool
      self.service = service
      self.amount = amount
      self.currency = currency
      self.estimated = estimated
    }
  }
}
