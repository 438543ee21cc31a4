import ArgumentParser
import Controller
import CurlTransport
import DemoFleet
import FleetModel
import Foundation
import Logging
import Ports
import ServiceLifecycle
import UnixSignals

/// Serves a fleet and nothing else, with the settings a controller needs to watch it.
struct DemoServe: Sendable {
  private let command: DemoCommand
  private let file: String

  init(_ command: DemoCommand, to file: String) {
    self.command = command
    self.file = file
  }

  func run() async throws {
    let folder = URL(filePath: file).absoluteURL.deletingLastPathComponent().path + "/finops-demo"
    let (stage, receiver) = try await DemoStage.raise(command, folder: folder)
    let transport = Wiring.transport()
    defer { transport.shutdown() }
    var mirror: CloudMirror?
    if let endpoint = command.cloudEndpoint {
      mirror = try await CloudMirror.raise(stage, endpoint: endpoint, transport: transport)
    }
    try stage.settings.yaml.write(toFile: file, atomically: true, encoding: .utf8)
    tell("serving \(stage.machineCount) nodes; wrote \(file)")
    tell(
      "watch them: finops controller --config \(file) --speed \(command.speed) "
        + "--clock-origin \(stage.clock.origin)")
    let follow = mirror
    let wait = Beside {
      if let follow { await follow.follow() }
      while !Task.isCancelled { try? await SystemTime().sleep(for: .seconds(1)) }
    }
    try await ServiceGroup(
      services: [wait], gracefulShutdownSignals: [.sigterm, .sigint, .sighup],
      logger: Logs.make(level: .error)
    ).run()
    await stage.close()
    await receiver.stop()
  }
}
