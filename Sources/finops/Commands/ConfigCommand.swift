import ArgumentParser
import FleetModel
import Planner
import Settings

/// `finops config validate|explain|schema`.
struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Check the settings file, explain a key, or print the JSON Schema.",
    subcommands: [Validate.self, Explain.self, Schema.self], defaultSubcommand: Validate.self)

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
      print("  pools    \(list(pools))")
      print("  clouds   \(list(settings.clouds.map(\.name.rawValue)))")
      print("  alerts   \(list(settings.channels.map(\.name)))")
      if strict, !settings.warnings.isEmpty { throw Exit.checkFailed }
    }

    private func list(_ names: [String]) -> String {
      names.isEmpty ? "none" : names.joined(separator: ", ")
    }
  }

  struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say what a key means, such as pools.idle_duration; every key without one.")
    @Argument(help: "The key.")
    var key: String?

    func run() async throws {
      guard let key else { return print(Settings.keys.joined(separator: "\n")) }
      guard let text = Settings.explain(key) else {
        let near = Settings.nearestKey(to: key).map { "; did you mean \($0)?" } ?? ""
        tell("finops: there is no key '\(key)'\(near)")
        throw Exit.configuration
      }
      print(text, terminator: "")
    }
  }

  struct Schema: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the JSON Schema (2020-12) of finops.yaml, for editors.")
    func run() async throws { print(Settings.jsonSchema()) }
  }
}
