import FleetModel
import Foundation
import Reports
import Simulator
import Testing

@Suite("Report of a spot backtest")
struct SpotReportTests {
  /// Ten days of two zones, up by turns.
  static func report(
    ticks: Int = 57_600, source: String = "spot.csv", name: String? = nil, seeds: Int = 1
  ) -> SpotReport {
    let halves = stride(from: 0, to: ticks, by: 1000).map { $0..<min(ticks, $0 + 600) }
    let trace = SpotTrace(
      zones: ["a-1a", "b-1a"], tick: .seconds(15), ticks: ticks,
      up: [
        halves, halves.map { min(ticks, $0.lowerBound + 400)..<min(ticks, $0.upperBound + 300) },
      ])
    let rate = HourlyRate(perHour: Money(nanos: 3_060_000_000))
    let spot = HourlyRate(perHour: Money(nanos: 887_400_000))
    let setup = SpotSetup(trace: trace, replicas: 4, onDemand: rate, spot: [spot, spot])
    var scores = SpotBaseline.all.prefix(4).map { $0.run(setup) }
    if let name { scores[0].policy = name }
    return SpotReport(
      source: source, campaign: "c-1", setup: setup, jitter: nil,
      seeds: 1...UInt64(seeds), scores: scores)
  }

  @Test("no line of the table is wider than asked, in ASCII too", arguments: [60, 80, 100, 160])
  func width(width: Int) {
    for ascii in [true, false] {
      let text = Self.report(seeds: 6)
        .table(width: width, style: TableStyle(color: false, ascii: ascii))
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
      #expect(!ascii || text.utf8.allSatisfy { $0 == 10 || (32...126).contains($0) })
      #expect(text.contains("on-demand-only") && text.contains("MISSING %"))
      #expect(text.contains("$0.8874"))
    }
  }

  @Test("the seeds are said where there are several, and only there")
  func seeds() {
    let style = TableStyle(color: false, ascii: false)
    #expect(Self.report(seeds: 6).table(width: 300, style: style).contains("the seeds 1 to 6"))
    #expect(!Self.report().table(width: 300, style: style).contains("seeds"))
  }

  @Test("JSON has the asked policy's figures at the top and every policy's below, exactly")
  func json() throws {
    let report = Self.report()
    let read = try #require(
      try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
    let policies = try #require(read["policies"] as? [[String: Any]])
    #expect(policies.count == 4)
    for (policy, score) in zip(policies, report.scores) {
      #expect(policy["policy"] as? String == score.policy)
      #expect(Money(decimal: policy["costUSD"] as? String ?? "") == score.costUSD)
      #expect(Money(decimal: policy["clairvoyantUSD"] as? String ?? "") == score.clairvoyantUSD)
      #expect(abs((policy["costRatio"] as? Double ?? 0) - (score.ratio ?? 9)) <= 1e-6)
      #expect(abs((policy["missingShare"] as? Double ?? 9) - score.missingShare) <= 1e-9)
      #expect(abs((policy["timeShort"] as? Double ?? 9) - score.timeShort) <= 1e-9)
      #expect(policy["preemptions"] as? Double == score.preemptions)
      #expect(policy["launches"] as? Double == score.launches)
    }
    for key in ["policy", "costUSD", "clairvoyantUSD", "costRatio", "missingShare", "timeShort"] {
      #expect("\(read[key] ?? "")" == "\(policies[0][key] ?? "-")")
    }
  }

  @Test("the page loads nothing, runs nothing, and draws what there is in four charts")
  func page() {
    let page = Self.report().html()
    for word in ["<script", "http://", "https://", "url(", "@import", "<img", "<link", " style="] {
      #expect(!page.contains(word), "\(word)")
    }
    #expect(page.contains("default-src 'none'"))
    #expect(page.contains("prefers-color-scheme: dark"))
    #expect(page.components(separatedBy: "<svg ").count == 1 + 4)
    #expect(page.components(separatedBy: " line\"").count == 1 + 2 + 4 + 4)
    #expect(page.components(separatedBy: "class=\"area\"").count == 1 + 1)
    #expect(page.components(separatedBy: "<tr").count == 1 + 1 + 4)
    #expect(page.utf8.count < 300_000)
    #expect(!page.contains("nan") && !page.contains("inf"))
  }

  @Test(
    "a name from outside is a text in the page and in the terminal, whatever is in it",
    arguments: ["<script>alert(1)</script>", "\"><svg onload=x>", "\u{1B}[2Jx", "\u{202E}x"])
  func hostile(name: String) {
    let report = Self.report(source: name, name: name)
    let page = report.html()
    #expect(!page.contains(name))
    #expect(page.components(separatedBy: "<svg ").count == 1 + 4)
    let text = report.table(width: 100, style: TableStyle(color: false, ascii: false))
    #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
  }

  @Test("a trace without an hour makes a report too, and years make a page that is not larger")
  func lengths() {
    for ticks in [0, 100] {
      let report = Self.report(ticks: ticks)
      #expect(report.html().contains("no whole hour"))
      #expect(report.json().contains("\"missingShare\""))
    }
    var report = Self.report(ticks: 2000)
    for place in report.scores.indices {
      report.scores[place].series = (0..<9600).map { hour in
        SpotHour(
          upZones: hour % 3, spotReady: hour % 5, onDemandReady: 1, missing: 0.25,
          spent: .dollars(Int64(hour)))
      }
    }
    let page = report.html()
    #expect(page.utf8.count < 400_000)
    #expect(page.contains("means over 14h"))
  }
}
