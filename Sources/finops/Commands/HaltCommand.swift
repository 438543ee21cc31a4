import ArgumentParser
import PostgresStore

/// `finops halt`: the kill switch.
struct HaltCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "halt",
    abstract: "Stop all acts now. Watching goes on; nothing is switched on or off.",
    discussion: "The switch is read before every single act. Undo with `finops resume`.")
  @OptionGroup var file: SettingsFile

  func run() async throws {
    let database = try await Doors.open(try file.loadForSwitch())
    try await database.store.haltSwitch(set: true)
    await database.close()
    print("halted: no node is switched on or off until `finops resume`")
  }
}

/// `finops resume`: ends a halt.
struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Allow acts again after `finops halt`, or after many nodes turned idle together.",
    discussion: """
      Nodes that turn idle together on their sensors' word alone are held until each shows life. \
      Whoever has looked and believes the sensors ends that hold with this command.
      """)
  @OptionGroup var file: SettingsFile

  func run() async throws {
    let database = try await Doors.open(try file.load())
    try await database.store.haltSwitch(set: false)
    await database.close()
    print("resumed: pools in mode auto act again; nodes that turned idle together are believed")
  }
}
