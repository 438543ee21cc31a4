extension SpotTrace {
  static let columns = ["campaign", "kind", "zone", "start_s", "end_s", "nodes_available"]

  /// Reads the zones of one campaign; the first fault ends it, with its row.
  ///
  /// A zone is up in a tick where `nodes_available` > 0, from floor(start_s / tick) up to, but not
  /// including, floor(end_s / tick). Zones come in the order asked for, or sorted when none is. A
  /// zone without a row in the window is left out.
  public static func parse(
    csv bytes: [UInt8], campaign: String, kind: String = "availability", zones: [String] = [],
    days: Int, tick: Duration = .seconds(15)
  ) throws(SpotTraceError) -> SpotTrace {
    guard (1...3660).contains(days) else {
      throw .request("days can not be \(days); write 1 to 3660")
    }
    let seconds = Int(tick.components.seconds)
    guard tick == .seconds(seconds), (1...3600).contains(seconds) else {
      throw .request("the tick can not be \(tick); write 1 to 3600 whole seconds")
    }
    var reader = SpotRowReader(campaign: campaign, kind: kind)
    try reader.read(bytes)
    guard !reader.campaigns.isEmpty else { throw .empty }
    guard reader.campaigns.contains(campaign) else {
      throw .unknownCampaign(campaign, known: reader.campaigns.sorted())
    }
    let known = reader.rows.keys.sorted()
    for zone in zones where reader.rows[zone] == nil {
      throw .unknownZone(zone, known: known)
    }
    let ticks = days * 86_400 / seconds
    let end = reader.rows.values.compactMap(\.last?.end).max() ?? 0
    guard days * 86_400 <= end || days == 1 else {
      throw .request("the campaign ends after \(end / 86_400) days; days can not be \(days)")
    }
    let asked = (zones.isEmpty ? known : zones).filter {
      reader.rows[$0]?.contains { $0.start / seconds < ticks } == true
    }
    let up = asked.map { runs(of: reader.rows[$0] ?? [], tick: seconds, ticks: ticks) }
    return SpotTrace(zones: asked, tick: tick, ticks: ticks, up: up)
  }

  private static func runs(of rows: [SpotRow], tick: Int, ticks: Int) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for row in rows where row.nodes > 0 {
      let (from, until) = (min(row.start / tick, ticks), min(row.end / tick, ticks))
      guard from < until else { continue }
      if let last = runs.last, last.upperBound == from {
        runs[runs.count - 1] = last.lowerBound..<until
      } else {
        runs.append(from..<until)
      }
    }
    return runs
  }
}

/// One row: how many nodes a zone gave from `start` up to `end`, in seconds.
struct SpotRow {
  var start: Int
  var end: Int
  var nodes: Int
}

/// Collects the rows of one campaign and kind, zone by zone, and checks that they follow.
struct SpotRowReader {
  let campaign: String
  let kind: String
  private(set) var rows: [String: [SpotRow]] = [:]
  /// Campaigns that have rows of the kind asked for.
  private(set) var campaigns: Set<String> = []
  private var places: [Int] = []
  private var width = 0

  init(campaign: String, kind: String) {
    self.campaign = campaign
    self.kind = kind
  }

  mutating func read(_ bytes: [UInt8]) throws(SpotTraceError) {
    var number = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      guard !text.isEmpty || number == 1 else { continue }
      let cells = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      if number == 1 { try header(cells) } else { try row(cells, number) }
    }
  }

  private mutating func header(_ cells: [String]) throws(SpotTraceError) {
    width = cells.count
    for name in SpotTrace.columns {
      guard let place = cells.firstIndex(of: name) else {
        throw .missingColumn(name, found: cells.map { String($0.prefix(40)) })
      }
      places.append(place)
    }
  }

  private mutating func row(_ cells: [String], _ number: Int) throws(SpotTraceError) {
    guard cells.count == width else {
      throw .columns(row: number, count: cells.count, expected: width)
    }
    guard cells[places[1]] == kind else { return }
    campaigns.insert(cells[places[0]])
    guard cells[places[0]] == campaign else { return }
    let start = try whole(cells, 3, number)
    let end = try whole(cells, 4, number)
    let nodes = try whole(cells, 5, number)
    guard end > start else {
      throw .value(row: number, column: "end_s", text: String(cells[places[4]].prefix(40)))
    }
    let zone = cells[places[2]]
    try follow(zone, start, number)
    rows[zone, default: []].append(SpotRow(start: start, end: end, nodes: nodes))
  }

  private func whole(_ cells: [String], _ column: Int, _ row: Int) throws(SpotTraceError) -> Int {
    let text = cells[places[column]]
    guard let value = Int(text), (0...1_000_000_000).contains(value) else {
      throw .value(row: row, column: SpotTrace.columns[column], text: String(text.prefix(40)))
    }
    return value
  }

  private func follow(_ zone: String, _ start: Int, _ row: Int) throws(SpotTraceError) {
    guard let last = rows[zone]?.last, start != last.end else { return }
    if start > last.end {
      throw .gap(row: row, zone: zone, starts: start, expected: last.end)
    }
    if start >= last.start {
      throw .overlap(row: row, zone: zone, starts: start, expected: last.end)
    }
    throw .unsorted(row: row, zone: zone, starts: start, expected: last.end)
  }
}
