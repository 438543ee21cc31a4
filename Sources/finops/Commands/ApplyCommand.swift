import ArgumentParser
import Controller
import FleetModel
import Foundation
import Planner
import Ports
import PostgresStore

/// `finops apply`: allows decisions that wait for a person.
struct ApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Allow decisions that wait: by id, or all up to a risk.",
    discussion: """
      EXAMPLES
        finops apply k3x7q2ab                one decision
        finops apply --all --max-risk low --dry-run
        finops apply --all --yes
      What is allowed is looked at once more on fresh data before it is done, and expires four
      hours after it was decided (safety.approval_lifetime).
      """)
  @OptionGroup var file: SettingsFile
  @Argument(help: "Ids, as `finops decisions` shows them.")
  var ids: [String] = []
  @Flag(help: "Every decision that waits.")
  var all = false
  @Option(help: "Leave out what is riskier: low, medium, high.")
  var maxRisk = Risk.high
  @Flag(help: "Say what would be allowed; allow nothing.")
  var dryRun = false
  @Flag(help: "Ask no question.")
  var yes = false

  func validate() throws {
    guard all != !ids.isEmpty else {
      throw ValidationError("name decisions by id (`finops decisions` lists them), or say --all")
    }
  }

  func run() async throws {
    let settings = try file.load()
    try await Books.reading(settings) { books in
      let desk = ApprovalDesk(books: books)
      let chosen = try await chosen(at: desk).filter { $0.decision.risk <= maxRisk }
      guard !chosen.isEmpty else { return print("nothing waits for a person") }
      for waits in chosen { print(desk.line(of: waits)) }
      guard !dryRun else { return print("dry run: nothing was allowed") }
      if all, !yes { try confirm(chosen.count) }
      for waits in chosen { print(try await desk.say(true, on: waits)) }
    }
  }

  private func chosen(at desk: ApprovalDesk) async throws -> [WaitingDecision] {
    guard all else {
      var chosen: [WaitingDecision] = []
      for id in ids { chosen.append(try await desk.find(id)) }
      return chosen
    }
    return try await desk.open()
  }

  private func confirm(_ count: Int) throws {
    guard isatty(STDIN_FILENO) == 1 else {
      tell("finops: \(count) decisions: say --yes where nobody can be asked")
      throw ExitCode(64)
    }
    tell("Allow these \(count)? [y/N]")
    guard readLine()?.lowercased() == "y" else {
      tell("nothing was allowed")
      throw Exit.failed
    }
  }
}

/// `finops approve`: allows one decision.
struct ApproveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve", abstract: "Allow a decision that waits; the same as `apply ID`.")
  @OptionGroup var file: SettingsFile
  @Argument(help: "The id, or its first 8 characters.")
  var id: String

  func run() async throws {
    try await Books.reading(try file.load()) { books in
      let desk = ApprovalDesk(books: books)
      print(try await desk.say(true, on: try await desk.find(id)))
    }
  }
}

/// `finops reject`: says no to one decision.
struct RejectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reject", abstract: "Say no to a decision that waits, until it expires.")
  @OptionGroup var file: SettingsFile
  @Argument(help: "The id, or its first 8 characters.")
  var id: String

  func run() async throws {
    try await Books.reading(try file.load()) { books in
      let desk = ApprovalDesk(books: books)
      print(try await desk.say(false, on: try await desk.find(id)))
    }
  }
}

/// What a person is willing to allow unseen, the least first.
enum Risk: String, ExpressibleByArgument, CaseIterable, Comparable {
  case low, medium, high

  static func < (left: Risk, right: Risk) -> Bool {
    (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
  }
}

extension Decision {
  /// What allowing it may cost: a stopped node can be started again, a terminated one cannot, and
  /// what grows costs money until it shrinks again.
  var risk: Risk {
    switch intent {
    case .terminate: .high
    case .launch, .start, .scaleUp: .medium
    case .stop, .unload, .scaleDown, .keep: .low
    }
  }
}
