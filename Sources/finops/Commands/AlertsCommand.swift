import ArgumentParser
import Controller
import CurlTransport
import FleetModel
import Ports
import Settings

/// `finops alerts test`: one signed test alert to every channel.
struct AlertsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alerts", abstract: "Try the alert channels.", subcommands: [Test.self])

  struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Send one signed test alert to every channel now.")
    @OptionGroup var file: SettingsFile

    func run() async throws {
      let settings = try file.load()
      let transport = Wiring.transport()
      defer { transport.shutdown() }
      let now = SystemTime().now()
      let alert = Alert(
        kind: .test, key: "alert.test/\(now.microseconds)", at: now,
        summary: "This is a test alert of finops; nothing happened.")
      var failed = settings.channels.isEmpty
      if settings.channels.isEmpty { tell("finops: no channels are configured under alerts:") }
      for channel in settings.channels {
        do {
          let message = OutboxMessage(
            id: "evt_test\(now.microseconds)", channel: channel.name, alert: alert, attempts: 0)
          try await Wiring.notifier(channel, transport: transport).deliver(message)
          print("✔ \(channel.name): delivered")
        } catch {
          failed = true
          print("✖ \(channel.name): \(error)")
        }
      }
      if failed { throw Exit.checkFailed }
    }
  }
}
