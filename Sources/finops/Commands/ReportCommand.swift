import ArgumentParser
import Controller
import FleetModel
import Foundation
import Ports
import PostgresStore
import Reports
import Settings

/// How the report is written.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable { case table, json }

/// `finops report`: what was spent, on what, and what was saved.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "What the fleet cost, what idled, and what was saved.",
    discussion: """
      EXAMPLES
        finops report                        the last 7 days
        finops report --since mtd            this month
        finops report --since 2026-11-01 --until 2026-11-08 --format json
      Without a finops.yaml the demo's records are reported.
      """)

  @OptionGroup var record: RecordSource
  @Option(help: "Begin: 7d, 24h, mtd, 2026-11-01 or 2026-11-01T06:00:00Z.")
  var since = "7d"
  @Option(help: "End, not included.")
  var until = "now"
  @Option(name: [.customShort("o"), .customLong("format")], help: "table or json.")
  var format: ReportFormat = .table
  @OptionGroup var look: Look

  func run() async throws {
    let (settings, against) = try record.source()
    let database = try await Doors.open(
      settings, named: against == nil ? nil : DemoSettings.database)
    do {
      // A replay's clock runs ahead of ours; what was recorded is reported.
      let known = try await database.store.watchedUntil()
      let now = max(SystemTime().now(), known ?? Timestamp(microseconds: .min))
      let range = try Window.range(since: since, until: until, now: now)
      let usage = try await database.store.usage(in: range)
      // A node that was off when the controller went away may be on since.
      let report = FleetReport.make(
        hours: usage.hours, off: usage.off, range: range,
        now: max(range.lowerBound, min(known ?? now, range.upperBound)))
      show(report, against: against)
      await database.close()
    } catch {
      await database.close()
      throw error
    }
  }

  private func show(_ report: FleetReport, against: String?) {
    switch format {
    case .json: print(report.json())
    case .table: print(report.table(width: look.columns, style: look.style, against: against))
    }
  }
}

/// How tables look.
struct Look: ParsableArguments {
  @Flag(help: "No colours, whatever the terminal can.")
  var noColor = false
  @Flag(help: "Plain characters only.")
  var ascii = false
  @Option(help: "Columns; the terminal's when not given.")
  var width: Int?

  var style: TableStyle {
    TableStyle(color: !noColor && showsColour(on: STDOUT_FILENO), ascii: ascii)
  }

  var columns: Int {
    width ?? Int(ProcessInfo.processInfo.environment["COLUMNS"] ?? "") ?? terminal
  }

  private var terminal: Int {
    var size = winsize()
    let known = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return known ? Int(size.ws_col) : 100
  }
}
