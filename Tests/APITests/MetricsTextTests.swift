@testable import API
import FleetModel
import Foundation
import Testing

@Suite("Metrics text")
struct MetricsTextTests {
  @Test("a snapshot, to the letter")
  func golden() async {
    let text = MetricsText.write(await FixtureSource().metrics().families)
    let lines = text.components(separatedBy: "\n")
    for line in [
      "# TYPE finops_build_info gauge", "finops_build_info{version=\"1.2.3\"} 1",
      "finops_node_hourly_cost_dollars{node=\"i-0f0\",pool=\"chat\",type=\"p5.48xlarge\"} 55.04",
      "finops_cost_dollars_total{pool=\"chat\",kind=\"productive\"} 12.345678901",
      "finops_idle_cost_dollars_total{pool=\"chat\"} 3",
      "finops_savings_dollars{reason=\"idle_confirmed\"} 0",
      "finops_pool_nodes{pool=\"chat\",state=\"running\"} 8",
      "finops_decisions_total{action=\"stop\",outcome=\"succeeded\"} 4",
      "finops_decision_duration_seconds_bucket{le=\"0.005\"} 0",
      "finops_decision_duration_seconds_bucket{le=\"0.01\"} 1",
      "finops_decision_duration_seconds_bucket{le=\"10\"} 1",
      "finops_decision_duration_seconds_bucket{le=\"+Inf\"} 2",
      "finops_decision_duration_seconds_sum 60.007", "finops_decision_duration_seconds_count 2",
      "finops_collector_lag_seconds{target=\"10.0.0.1:9400\"} 1.5",
      "finops_actuator_requests_total{cloud=\"aws\",op=\"StopInstances\",code=\"ok\"} 4",
      "finops_leader 0", "finops_kill_switch 0",
    ] { #expect(lines.contains(line), "\(line)") }
    #expect(text.hasSuffix("\n") && !text.contains("\n\n"))
  }

  /// ATTACK S15: counted, and not shown.
  @Test("what the controller counts of its own work is shown, from 0 on")
  func work() {
    var metrics = MetricsSnapshot(version: "1")
    metrics.counts = [
      .init(name: "finops_scrapes_total", labels: ["outcome": "ok"], value: 7),
      .init(name: "finops_readings_dropped", value: 3),
    ]
    let lines = MetricsText.write(metrics.families).components(separatedBy: "\n")
    for line in [
      "finops_scrapes_total{outcome=\"ok\"} 7", "finops_scrapes_total{outcome=\"failed\"} 0",
      "finops_samples_rejected_total 0", "finops_inventories_total{outcome=\"failed\"} 0",
      "finops_readings_dropped 3", "finops_store_errors_total 0", "finops_ticks_refused_total 0",
      "finops_alerts_total{outcome=\"delivered\"} 0", "finops_alerts_total{outcome=\"failed\"} 0",
    ] { #expect(lines.contains(line), "\(line)") }
  }

  @Test(
    "label values are escaped",
    arguments: [
      ("a\"b", "a\\\"b"), ("a\\b", "a\\\\b"), ("a\nb", "a\\nb"), ("é", "é"), ("\r\n", "\r\\n"),
    ])
  func escaping(value: String, written: String) {
    let family = MetricFamily("m", "h\n\\", .gauge, [.init("1", .init("l", value))])
    #expect(
      MetricsText.write([family]) == "# HELP m h\\n\\\\\n# TYPE m gauge\nm{l=\"\(written)\"} 1\n")
  }

  @Test("a family without samples is left out")
  func empty() {
    #expect(MetricsText.write([MetricFamily("m", "h", .gauge, [])]).isEmpty)
  }

  @Test("series are capped, dearest and oldest first")
  func capped() throws {
    var metrics = MetricsSnapshot(version: "1")
    metrics.nodes = (0..<3000).map {
      .init(node: NodeID("i-\($0)"), pool: nil, type: "t", rate: HourlyRate(perHour: .dollars($0)))
    }
    let family = try #require(
      metrics.families.first { $0.name == "finops_node_hourly_cost_dollars" })
    #expect(family.samples.count == 2000)
    #expect(family.samples.first?.value == "2999")
  }

  @Test(
    "promtool finds nothing to say",
    .enabled(if: MetricsTextTests.tool != nil, "promtool is not installed"))
  func promtool() async throws {
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.tool))
    process.arguments = ["check", "metrics"]
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = MetricsText.write(await FixtureSource(mark: "\"\\\n").metrics().families)
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try input.fileHandleForWriting.close()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(String(decoding: said, as: UTF8.self).isEmpty)
    #expect(process.terminationStatus == 0)
  }

  static let tool: String? = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
}
