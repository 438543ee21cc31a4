import FleetModel
import Foundation
import Reports
import Simulator
import Testing

@Suite("Report of a demand backtest")
struct DemandReportTests {
  /// A day of five-second ticks with a morning, an evening and a night without demand.
  static let trace: DemandTrace = {
    let offered = (0..<17_280).map { $0 % 8640 < 4000 ? 0 : Double(1 + $0 % 5) }
    return DemandTrace(tick: .seconds(5), offered: offered, requests: offered.map { $0 * 10 })
  }()

  static func report(
    _ trace: DemandTrace = trace, source: String = "demand.csv", copies: Int = 0,
    name: String? = nil
  ) throws -> DemandReport {
    let conditions = DemandConditions(
      serviceTime: .milliseconds(28_700), longestWait: .seconds(10),
      price: HourlyRate(perHour: Money(nanos: 1_861_000_000)))
    let model = try DemandModel(trace, under: conditions)
    var results = [DemandBaseline.idleTimeout, .knativeKPA, .clairvoyant].map { model.run($0) }
    if let name { results[0].policy = name }
    let made = try (0..<copies).map { index in
      let copy = Perturbation(seed: 7).copy(index, of: trace, under: conditions)
      let model = try DemandModel(copy.trace, under: copy.conditions)
      var results = [DemandBaseline.skyServe, .knativeKPA].map { model.run($0) }
      results[0].policy = "default"
      return results
    }
    return DemandReport(
      source: source, kind: .counts, model: model, results: results,
      copies: copies == 0 ? nil : .init(seed: 7, card: Scorecard(made)))
  }

  @Test("no line of the table is wider than asked, in ASCII too", arguments: [60, 80, 100, 160])
  func width(width: Int) throws {
    let report = try Self.report(copies: 3)
    for ascii in [true, false] {
      let text = report.table(width: width, style: TableStyle(color: false, ascii: ascii))
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
      #expect(!ascii || text.utf8.allSatisfy { $0 == 10 || (32...126).contains($0) })
      #expect(text.contains("idle-timeout") && text.contains("clairvoyant"))
      #expect(text.contains("3 perturbed copies (seed 7)"))
      #expect(text.contains("28.7s"))
    }
  }

  @Test("JSON has the asked rule's figures at the top and every rule's below, exactly")
  func json() throws {
    let report = try Self.report(copies: 3)
    let read = try #require(
      try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
    let policies = try #require(read["policies"] as? [[String: Any]])
    #expect(policies.compactMap { $0["policy"] as? String }.count == 3)
    for (policy, result) in zip(policies, report.results) {
      #expect(Money(decimal: policy["costUSD"] as? String ?? "") == result.cost)
      #expect(Money(decimal: policy["clairvoyantUSD"] as? String ?? "") == result.clairvoyant)
      #expect(policy["costRatio"] as? Double == result.ratio?.value)
      #expect(policy["peakReplicas"] as? Int == result.peakReplicas)
      #expect(policy["starts"] as? Int == result.starts)
      let late = try #require(policy["lateShare"] as? Double)
      #expect(abs(late - result.lateShare) <= 5e-10)
      let hours = try #require(policy["replicaHours"] as? Double)
      #expect(abs(hours - result.billed.inSeconds / 3600) <= 1e-6)
    }
    for key in ["costUSD", "replicaHours", "clairvoyantUSD", "costRatio", "lateShare", "policy"] {
      #expect("\(read[key] ?? "")" == "\(policies[0][key] ?? "-")")
    }
    let copies = try #require(read["perturbed"] as? [String: Any])
    #expect(copies["copies"] as? Int == 3)
    #expect(copies["beatenShare"] is Double && copies["lowestShare"] is Double)
  }

  @Test("the page loads nothing, runs nothing, and draws every rule in every chart")
  func page() throws {
    let page = try Self.report(copies: 3).html()
    for word in ["<script", "http://", "https://", "url(", "@import", "<img", "<link", " style="] {
      #expect(!page.contains(word), "\(word)")
    }
    #expect(page.contains("default-src 'none'"))
    #expect(page.contains("prefers-color-scheme: dark"))
    #expect(page.components(separatedBy: "<svg ").count == 4)
    #expect(page.components(separatedBy: " line\"").count == 1 + 3 * 2)
    #expect(page.components(separatedBy: " line dashed\"").count == 1 + 3)
    #expect(page.components(separatedBy: "<tr").count == 1 + 4 + 3)
    #expect(page.utf8.count < 300_000)
    #expect(!page.contains("nan") && !page.contains("inf"))
  }

  @Test(
    "a name from outside is a text in the page and in the terminal, whatever is in it",
    arguments: [
      "<script>alert(1)</script>", "\"><svg onload=x>", "a&b'c", "\u{1B}[2Jx", "\u{202E}x",
    ])
  func hostile(name: String) throws {
    let report = try Self.report(source: name, name: name)
    let page = report.html()
    #expect(!page.contains(name) || name == "x")
    #expect(page.components(separatedBy: "<svg ").count == 4)
    #expect(!page.contains("<script") && !page.contains("\u{1B}"))
    let text = report.table(width: 100, style: TableStyle(color: false, ascii: false))
    #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
  }

  @Test("a trace without ticks or without demand makes a report too")
  func nothing() throws {
    for count in [0, 30] {
      let zeros = [Double](repeating: 0, count: count)
      let report = try Self.report(
        DemandTrace(tick: .seconds(5), offered: zeros, requests: zeros))
      #expect(report.html().contains("</html>"))
      #expect(report.json().contains("\"costRatio\": null"))
      #expect(report.table(width: 80, style: TableStyle(color: false, ascii: true)).contains("-"))
    }
  }
}
