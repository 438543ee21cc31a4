import ArgumentParser

/// The one binary: a long-running controller and the commands around it (DECISIONS 1).
@main
struct Finops: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finops",
    abstract: "Watches a GPU fleet, switches off what idles, and says what it saved.",
    discussion: """
      EXAMPLES
        finops demo                          a simulated fleet, watched and cleaned up live
        finops init && finops doctor         a first finops.yaml, and what is missing for it
        finops controller --config finops.yaml
        finops report --since 7d             what was spent, wasted and saved
        finops report --format json          the same, exact to the nano-dollar
        finops backtest demand …             what a scaling policy would have cost
        finops plan                          what would be done now, and why; nothing is done
        finops explain i-0abc123             why a node is treated as it is
        finops diff --config new.yaml        what a change would have saved on your own past

      EXIT CODES
        0 ok · 1 failed · 2 a check did not pass · 64 usage · 69 database or controller not
        reachable · 77 credentials refused · 78 configuration invalid · 130 interrupted
      """,
    version: Version.text,
    subcommands: [
      ControllerCommand.self, DemoCommand.self, ReportCommand.self, PlanCommand.self,
      ExplainCommand.self, DecisionsCommand.self, ApplyCommand.self, ApproveCommand.self,
      RejectCommand.self, RecommendCommand.self, DiffCommand.self, ReplayCommand.self,
      WakeCommand.self,
      BenchCommand.self, InitCommand.self, DoctorCommand.self, ConfigCommand.self,
      HaltCommand.self, ResumeCommand.self, AlertsCommand.self, BacktestCommand.self,
      PricesCommand.self,
    ])
}
