import ArgumentParser
import Controller
import FleetModel
import Foundation
import Planner
import PostgresStore

/// `finops decisions`: what was decided, what waits for people, and what became of each.
struct DecisionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decisions",
    abstract: "The newest decisions with their ids, and what became of each.",
    discussion: """
      EXAMPLES
        finops decisions --since 24h --pool batch
        finops decisions --follow            one line for each event, until Ctrl-C
      What is `awaiting` is allowed with `finops approve ID`.
      """)
  @OptionGroup var record: RecordSource
  @Option(help: "How many ledger events to read.")
  var limit = 2000
  @Option(help: "Begin: 7d, 24h, 2026-11-01 …")
  var since = "7d"
  @Option(help: "Only this pool's.")
  var pool: String?
  @Flag(help: "Go on: a line for each new event.")
  var follow = false
  @OptionGroup var format: AnswerFormat

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit takes a number above 0") }
  }

  func run() async throws {
    try await record.reading { books in
      guard let start = Window.moment(since, now: books.now) else {
        throw ValidationError("--since \(since): say 7d, 24h or 2026-11-01")
      }
      let events = try await books.store.decisions(since: start, limit: limit)
      let answers = try await DecisionBook(books).answers(try await whole(events, books))
        .filter { pool == nil || $0.pool == pool }
      if follow {
        try await go(on: books, after: events.first?.id ?? 0, answers)
      } else {
        try format.show(answers, text: Self.text(answers))
      }
    }
  }

  /// Adds the beginnings of decisions that began before the window.
  private func whole(_ events: [LedgerEvent], _ books: Books) async throws -> [LedgerEvent] {
    let begun = Set(events.filter { $0.kind.decision != nil }.map(\.key))
    var all = events
    for key in Set(events.map(\.key)).subtracting(begun) {
      all += try await books.store.life(of: key).filter { $0.kind.decision != nil }
    }
    return all
  }

  static func text(_ answers: [DecisionAnswer]) -> String {
    guard !answers.isEmpty else { return "no decisions yet" }
    var grid = Grid(DecisionAnswer.titles)
    for answer in answers { grid.add(answer.line) }
    return grid.text
  }

  private func go(on books: Books, after last: Int64, _ first: [DecisionAnswer]) async throws {
    for answer in first.reversed() { try line(answer) }
    var seen = last
    while !Task.isCancelled {
      let events = try await books.store.events(after: seen)
      seen = events.last?.id ?? seen
      let book = try await DecisionBook(books)
      for event in events {
        let life = try await books.store.life(of: event.key).filter { $0.id <= event.id }
        guard let answer = book.answer(of: life), pool == nil || answer.pool == pool else {
          continue
        }
        try line(answer)
      }
      guard (try? await SystemTime().sleep(for: .seconds(1))) != nil else { return }
    }
  }

  /// Written at once, also into a pipe.
  private func line(_ answer: DecisionAnswer) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text =
      format.isJSON
      ? String(decoding: try encoder.encode(answer), as: UTF8.self)
      : answer.line.joined(separator: "  ")
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
  }
}
