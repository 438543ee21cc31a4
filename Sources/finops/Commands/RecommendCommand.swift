import ArgumentParser
import FleetModel
import Planner
import PostgresStore

/// `finops recommend`: what would be worth doing and is left to people.
struct RecommendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recommend",
    abstract: "List what would be worth doing and is left to people, the largest saving first.",
    discussion:
      "From the newest look of the controller. Figures marked ~ are transferred, not measured.")
  @OptionGroup var record: RecordSource
  @Option(help: "Leave out what saves less a month, in dollars.")
  var minSaving = 0
  @OptionGroup var format: AnswerFormat

  func run() async throws {
    let (answers, takenAt) = try await record.reading { books in
      let plan = try await books.tick(at: books.now).plan
      let least = Money.dollars(Int64(minSaving))
      let worth = (plan.advice ?? []).filter { $0.monthlySaving >= least }
      return (worth.map { AdviceAnswer($0) }, plan.takenAt)
    }
    try format.show(answers, text: text(answers, takenAt))
  }

  private func text(_ answers: [AdviceAnswer], _ takenAt: Timestamp) -> String {
    guard !answers.isEmpty else { return "nothing to recommend as of \(takenAt)" }
    var grid = Grid(["SAVES/MONTH", "RISK", "KIND", "WHAT", "COMMAND"])
    for answer in answers {
      grid.add([
        (answer.isEstimated ? "~" : "") + answer.saving, answer.risk, answer.kind, answer.text,
        answer.command,
      ])
    }
    return "\(grid.text)\nas of \(takenAt): 30 days with the nodes and prices of that one look"
  }
}
