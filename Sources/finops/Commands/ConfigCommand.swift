import ArgumentParser
import FleetModel
import Planner
import Settings

/// `finops config validate|schema`.
struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Check the settings file, or print its JSON Schema.",
    subcommands: [Validate.self, Schema.self], defaultSubcommand: Validate.self)

  struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check the settings: every error at once, with line, column and the fix.")
    @OptionGroup var file: SettingsFile
    @Flag(help: "Warnings count as errors (exit 2).")
    var strict = false

    func run() async throws {
      let settings = try file.load()
      let pools = settings.pools.map { "\($0.name) (\($0.kind.rawValue), \($0.mode.rawValue))" }
      print("\(file.config): valid")
      print("  fleet    \(settings.fleet.name)")
      print("  pools    \(pools.isEmpty ? "none" : pools.joined(separator: ", "))")
      print("  clouds   \(settings.clouds.map(\.name.rawValue).joined(separator: ", "))")
      print("  alerts   \(settings.channels.map(\.name).joined(separator: ", "))")
      if strict, !settings.warnings.isEmpty { throw Exit.checkFailed }
    }
  }

  struct Schema: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the JSON Schema (2020-12) of finops.yaml, for editors.")
    func run() async throws { print(Settings.jsonSchema()) }
  }
}
