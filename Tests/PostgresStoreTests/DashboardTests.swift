import CostModel
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

@testable import PostgresStore

/// The rules of grafana/dashboard-linter, restated for a PostgreSQL data source, and every
/// statement of every panel run on a real database.
struct DashboardTests {
  @Test func `the head of the dashboard keeps the rules`() throws {
    let dashboard = try Dashboard.load()
    #expect(dashboard.editable == false)
    #expect(dashboard.schemaVersion == 39)
    #expect(dashboard.graphTooltip == 1)
    let sources = dashboard.templating.list.filter { $0.type == "datasource" }
    #expect(sources.count == 1)
    #expect(sources.first?.name == "datasource")
    #expect(sources.first?.label == "Data Source")
    #expect(sources.first?.query == "grafana-postgresql-datasource")
    let queries = dashboard.templating.list.filter { $0.type == "query" }
    #expect(!queries.isEmpty)
    #expect(queries.allSatisfy { $0.refresh == 2 })
    #expect(dashboard.annotations.list.contains { $0.name == "Decisions" })
  }

  @Test func `every panel has a title, a description, a unit, a target and our data source`() throws
  {
    // Codes of Grafana's own list of units.
    let units = ["currencyUSD", "percentunit", "percent", "watt", "s", "bytes", "short"]
    let dashboard = try Dashboard.load()
    #expect(Set(dashboard.panels.map(\.id)).count == dashboard.panels.count)
    for panel in dashboard.panels {
      #expect(!panel.title.isEmpty && !panel.description.isEmpty, "\(panel.id)")
      #expect(units.contains(panel.fieldConfig.defaults.unit), "\(panel.title)")
      #expect(panel.datasource.uid == "${datasource}", "\(panel.title)")
      #expect(!panel.targets.isEmpty, "\(panel.title)")
      #expect(panel.targets.allSatisfy { $0.datasource.uid == "${datasource}" })
      #expect(
        panel.targets.allSatisfy {
          Macros.tables(in: $0.rawSql).allSatisfy { $0.hasPrefix("report_") }
        })
    }
  }

  @Test func `every statement runs and has the columns its panel needs`() async throws {
    let database = try await filled()
    let session = try database.session()
    try session.script("SET ROLE finops_reader")
    let dashboard = try Dashboard.load()
    for panel in dashboard.panels {
      for target in panel.targets {
        let (columns, rows) = try Macros.run(target.rawSql, on: session)
        #expect(rows > 0, "\(panel.title) shows nothing")
        switch panel.type {
        case "timeseries": #expect(columns.first == "time" && columns.count >= 2, "\(panel.title)")
        case "stat": #expect(columns == ["value"], "\(panel.title)")
        default: #expect(Set(columns).count == columns.count, "\(panel.title)")
        }
      }
    }
    for annotation in dashboard.annotations.list {
      let (columns, rows) = try Macros.run(annotation.target.rawSql, on: session)
      #expect(columns == ["time", "text", "tags"])
      #expect(rows == 1)
    }
    for variable in dashboard.templating.list where variable.type == "query" {
      #expect(try Macros.run(variable.query, on: session).rows == 1)
    }
  }

  @Test func `a day of samples is read from its own partition only`() async throws {
    let database = try await filled()
    let session = try database.session()
    let panels = try Dashboard.load().panels.flatMap(\.targets).map(\.rawSql)
    let samples = panels.filter { $0.contains("report_sample") }
    #expect(!samples.isEmpty)
    for sql in samples {
      let plan = try session.explain(Macros.expand(sql, from: start.advanced(by: .hours(-1))))
      #expect(plan.contains("sample_20261121"))
      #expect(!plan.contains("sample_20261119"))
    }
  }

  /// Half an hour idle and half an hour off, two days of samples, one decision.
  private func filled() async throws -> TestDatabase {
    let database = try await TestDatabase.make()
    let store = try await database.store()
    let lease = try await lead(store)
    let verdict = Verdict(
      subject: .node("i-1"), pool: "batch", intent: .stop, reason: .busy(.engine))
    let off = OffInterval(
      node: "i-1", pool: "batch", decision: "k", from: start, until: nil, rate: dollar)
    _ = try await store.record(
      tick(
        at: start.advanced(by: .seconds(600)), verdicts: [verdict],
        decisions: [decision("k", mode: .advise)],
        usage: [usageHour(seconds: 600, bucket: .freeIdle)], off: [off]), under: lease)
    var fields = DeviceReading()
    fields[.gpuUtilization] = 50
    fields[.powerUsage] = 300
    for day in [0, -2] {
      let reading = NodeReading(
        target: "10.0.0.1:9400", receivedAt: start.advanced(by: .days(Int64(day))),
        accelerators: [AcceleratorReading(id: "GPU-1", fields: fields)])
      try await store.append([reading], batch: "b\(day)")
    }
    return database
  }
}

/// The parts of a dashboard file that the rules speak of.
struct Dashboard: Decodable {
  struct Source: Decodable { var type, uid: String }
  struct Query: Decodable {
    var rawSql: String
    var datasource: Source
  }
  struct Panel: Decodable {
    struct Fields: Decodable {
      struct Defaults: Decodable { var unit: String }
      var defaults: Defaults
    }
    var id: Int
    var type, title, description: String
    var datasource: Source
    var fieldConfig: Fields
    var targets: [Query]
  }
  struct Variable: Decodable {
    var name, type, label, query: String
    var refresh: Int
  }
  struct Annotation: Decodable {
    var name: String
    var target: Query
  }
  struct List<Item: Decodable>: Decodable { var list: [Item] }

  var editable: Bool
  var schemaVersion, graphTooltip: Int
  var panels: [Panel]
  var templating: List<Variable>
  var annotations: List<Annotation>

  static func load() throws -> Dashboard {
    let file = SharedFiles.packageRoot.appending(path: "dashboards/fleet.json")
    return try JSONDecoder().decode(Dashboard.self, from: Data(contentsOf: file))
  }
}
