import ArgumentParser
import Controller
import CostModel
import FleetModel
import Foundation
import Planner
import Ports
import PostgresStore
import Settings

/// What is on record, open for one command.
struct Books: Sendable {
  var settings: Settings
  var store: PostgresStore
  /// The record's own now: a replay's clock runs ahead of ours.
  var now: Timestamp
  /// What people are told the figures are of, when it is no real fleet.
  var against: String?

  var rulebook: Rulebook {
    get throws { try Wiring.rulebook(settings) }
  }

  /// Opens the records the settings name, runs the work and closes them however it ends. What the
  /// database says no to ends the command with 69.
  static func reading<Value>(
    _ settings: Settings, against: String? = nil,
    _ work: (Books) async throws -> Value
  ) async throws -> Value {
    let database = try await Doors.open(
      settings, named: against == nil ? nil : DemoSettings.database)
    let outcome: Result<Value, any Error>
    do {
      let known = try await database.store.watchedUntil()
      let now = max(SystemTime().now(), known ?? Timestamp(microseconds: .min))
      outcome = .success(
        try await work(
          Books(settings: settings, store: database.store, now: now, against: against)))
    } catch { outcome = .failure(error) }
    await database.close()
    do { return try outcome.get() } catch let error as StoreError {
      tell("finops: the database \(error)")
      throw Exit.unreachable
    }
  }

  /// The newest tick at or before a moment; says what to do where there is none.
  func tick(at moment: Timestamp) async throws -> StoredTick {
    guard let tick = try await store.tick(at: moment) else {
      let first = try await store.tickTimes().first
      tell(
        first.map { "finops: the record begins at \($0); nothing is known of \(moment)" }
          ?? "finops: nothing is on record yet: run `finops controller` first")
      throw Exit.failed
    }
    return tick
  }
}

/// Settings of a command that reads the record: finops.yaml, or the demo's where there is none.
struct RecordSource: ParsableArguments {
  @Option(name: [.short, .long], help: "The settings file; the demo's records without one.")
  var config: String?

  func reading<Value>(_ work: (Books) async throws -> Value) async throws -> Value {
    let (settings, against) = try source()
    return try await Books.reading(settings, against: against, work)
  }

  func source() throws -> (Settings, against: String?) {
    if let config { return (try SettingsFile.parse(["--config", config]).load(), nil) }
    guard !FileManager.default.fileExists(atPath: "finops.yaml") else {
      return (try SettingsFile.parse([]).load(), nil)
    }
    let folder = DataFolder.demo
    guard FileManager.default.fileExists(atPath: folder + "/postgres") else {
      tell("finops: there is no finops.yaml here, and no demo has run yet: try `finops demo`")
      throw Exit.configuration
    }
    return (try DemoSettings.offline(folder: folder), "the demo fleet")
  }
}
