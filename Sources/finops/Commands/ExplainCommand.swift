import ArgumentParser
import FleetModel
import Planner
import PostgresStore

/// `finops explain`: why a node, a pool or a decision is treated as it is.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say why a node, pool or decision is treated as it is, and what would change it.",
    discussion: """
      EXAMPLES
        finops explain i-0abc123             why it is kept, or what was done about it
        finops explain chat                  how the pool came to its number of nodes
        finops explain k3x7q2ab              the life of one decision
        finops explain i-0abc123 --at 2026-11-21T09:00:00Z
      """)
  @OptionGroup var record: RecordSource
  @Argument(help: "A node's id, a pool's name, or a decision's id.")
  var subject: String
  @Option(help: "As it was then: a time, or 2h ago as 2h.")
  var at = "now"
  @OptionGroup var format: AnswerFormat

  func run() async throws {
    let found = try await record.reading { books in
      guard let moment = Window.moment(at, now: books.now) else {
        throw ValidationError("--at \(at): say 2026-11-21T09:00:00Z, or 2h for two hours ago")
      }
      return try await Explainer(store: books.store, rulebook: try books.rulebook, now: books.now)
        .explain(subject, at: moment)
    }
    switch found {
    case .success(let explanation): try format.show(explanation, text: explanation.text)
    case .failure(let fault):
      tell("finops: \(fault.words.problem)\n        \(fault.words.fix)")
      throw Exit.failed
    }
  }
}
