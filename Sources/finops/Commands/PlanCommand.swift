import ArgumentParser
import CostModel
import FleetModel
import Foundation
import Planner
import Ports
import PostgresStore
import Settings

/// `finops plan`: what would be done now, and nothing is done.
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Say what would be done now, and why; write nothing and do nothing.",
    discussion: """
      EXAMPLES
        finops plan                          look at clouds and exporters once, and plan
        finops plan --from-record            plan the newest stored look under today's finops.yaml
        finops plan --config new.yaml -o json
      """)
  @OptionGroup var file: SettingsFile
  @Flag(help: "Plan the newest stored snapshot, not a new look.")
  var fromRecord = false
  @OptionGroup var format: AnswerFormat

  func run() async throws {
    let settings = try file.load()
    let rulebook = try Wiring.rulebook(settings)
    let (snapshot, source, grants) =
      fromRecord ? try await recorded(settings) : try await observed(settings, rulebook)
    let (bound, made) = plan(snapshot, granted: grants, under: rulebook)
    let answer = PlanAnswer(made, of: bound, under: rulebook, source: source)
    try format.show(answer, text: answer.text)
  }

  private func recorded(_ settings: Settings) async throws -> (Snapshot, String, [Grant]) {
    try await Books.reading(settings) { books in
      let snapshot = try await books.tick(at: books.now).snapshot
      return (snapshot, "from the record", try await books.store.wishes().grants)
    }
  }

  private func observed(
    _ settings: Settings, _ rulebook: Rulebook
  ) async throws -> (Snapshot, String, [Grant]) {
    let look = OneLook(settings: settings, rulebook: rulebook)
    guard hasRecord(settings) else {
      let snapshot = try await look.snapshot(
        after: Remembered(memory: Memory(), events: []), wishes: Wishes(), halted: false)
      return (snapshot, "seen once, without a record", [])
    }
    return try await Books.reading(settings) { books in
      let wishes = try await books.store.wishes()
      let snapshot = try await look.snapshot(
        after: try await books.store.resume(), wishes: wishes,
        halted: try await books.store.killSwitch())
      return (snapshot, "seen now", wishes.grants)
    }
  }

  /// A private database that is not there yet is not made by a dry run.
  private func hasRecord(_ settings: Settings) -> Bool {
    guard case .embedded(let directory) = settings.database else { return true }
    return FileManager.default.fileExists(atPath: directory + "/postgres")
  }
}
