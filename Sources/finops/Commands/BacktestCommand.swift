import ArgumentParser

/// `finops backtest`: what a policy would have cost, before it is turned on.
struct BacktestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "What a policy would have cost, and whom it would have kept waiting.",
    discussion: """
      EXAMPLES
        finops backtest demand --file week.csv.gz --kind counts --capacity 16 \\
          --service-time 10s --slo-wait 10s --price 1.861 --compare
        finops backtest spot --file spot.csv.gz --campaign aws-02-15-2023 --compare
        finops backtest history --since 30d --policy new.yaml     your own recorded past
      """,
    subcommands: [DemandBacktest.self, SpotBacktest.self, BacktestHistoryCommand.self])
}
