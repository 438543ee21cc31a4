import ArgumentParser
import Foundation
import Settings

/// Where a command finds its settings, the same for every command.
struct SettingsFile: ParsableArguments {
  @Option(name: [.short, .long], help: "The settings file.")
  var config = "finops.yaml"

  /// The settings; prints every complaint at once and ends with 78 when they are not valid.
  func load() throws -> Settings { try read { Settings.load(path: $0) } }

  /// For the kill switch: faults that are not about the database do not stand in its way.
  func loadForSwitch() throws -> Settings { try read { Settings.loadForSwitch(path: $0) } }

  private func read(
    _ reading: (String) -> Result<Settings, SettingsErrors>
  ) throws -> Settings {
    guard FileManager.default.fileExists(atPath: config) else {
      if config == "finops.yaml" {
        tell("finops: finops.yaml is not here. Write one with `finops init`, name another file, or")
        tell("        try `finops demo`, which needs none.")
      } else {
        tell("finops: there is no settings file \(config)")
      }
      throw Exit.configuration
    }
    switch reading(config) {
    case .success(let settings):
      if !settings.warnings.isEmpty { tell(settings.warningText) }
      return settings
    case .failure(let errors):
      tell("\(errors)")
      throw Exit.configuration
    }
  }
}
