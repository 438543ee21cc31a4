import ArgumentParser

/// `finops backtest`: what a policy would have cost, before it is turned on.
struct BacktestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "What a policy would have cost, and whom it would have kept waiting.",
    subcommands: [DemandBacktest.self])
}
