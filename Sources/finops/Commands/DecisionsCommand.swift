import API
import ArgumentParser
import FleetModel
import Planner
import PostgresStore

/// `finops decisions`: what was decided, and what became of it.
struct DecisionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decisions", abstract: "The newest decisions, and what became of each.")
  @OptionGroup var file: SettingsFile
  @Option(help: "How many ledger events to read.")
  var limit = 200

  func run() async throws {
    let database = try await Doors.open(try file.load())
    let events = try await database.store.recentDecisions(limit: limit)
    await database.close()
    let rows = DecisionList.rows(events)
    if rows.isEmpty { print("no decisions yet") }
    for row in rows {
      print("\(row.at)  \(row.outcome)  \(row.intent.rawValue) \(row.subject)  \(row.reason)")
    }
  }
}
