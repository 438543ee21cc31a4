import API
import Controller
import FleetModel
import Foundation
import Logging
import Planner
import Ports
import ServiceLifecycle
import Settings
public import ArgumentParser

/// `finops controller`: watches, decides and acts until it is told to stop.
struct ControllerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "controller",
    abstract: "Watch the fleet, decide, and act where a pool's mode allows it.",
    discussion: """
      EXAMPLES
        finops controller --config finops.yaml
        finops controller --mode observe         never act, whatever the file says
      SIGTERM or Ctrl-C stops it: running acts are parked in the ledger and taken up again.
      """)

  @OptionGroup var file: SettingsFile
  @Option(help: "Hold every pool at most at this mode: observe, advise, approve, auto.")
  var mode: OperatingMode?
  @Option(help: "Where the page, /metrics and the health checks are served.")
  var listen: String?
  @Option(help: "Run the fleet's clock this many times as fast (replays).")
  var speed = 1
  @Option(help: "When the fleet's clock began to run fast (RFC 3339); now, when not given.")
  var clockOrigin: String?

  func validate() throws {
    guard (1...3600).contains(speed) else { throw ValidationError("--speed takes 1 to 3600") }
    guard let clockOrigin else { return }
    // A year at the highest speed is far from what a timestamp holds.
    guard let origin = Timestamp(rfc3339: clockOrigin),
      SystemTime().now().duration(since: origin) < .days(366)
    else {
      throw ValidationError(
        "--clock-origin is a time of the last 366 days, like 2026-11-21T09:00:00Z")
    }
  }

  func run() async throws {
    var settings = try file.load()
    if let mode {
      for index in settings.pools.indices {
        settings.pools[index].mode = min(settings.pools[index].mode, mode)
      }
    }
    if let listen { settings.listen = listen }
    // Two with one identity would take the lead from each other every second (DECISIONS 24).
    guard let hold = FolderHold(settings.dataDirectory, as: "controller.lock") else {
      tell("finops: another controller runs with data_dir \(settings.dataDirectory), or it cannot")
      tell("        be written. Give each its own: a second one then stands by for the first.")
      throw Exit.failed
    }
    defer { hold.release() }
    let log = Logs.make()
    let database = try await Doors.open(settings)
    do {
      try await FleetRun(
        settings: settings, database: database, clock: clock, log: log,
        onListening: { tell("overview: \($0)") }
      ).run()
    } catch {
      await database.close()
      throw error
    }
    await database.close()
  }

  private var clock: any TimeSource {
    guard speed > 1 else { return SystemTime() }
    let origin = clockOrigin.flatMap { Timestamp(rfc3339: $0) } ?? SystemTime().now()
    return ScaledTime(origin: origin, speed: speed)
  }
}

extension OperatingMode: ExpressibleByArgument {}
