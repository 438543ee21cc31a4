import ArgumentParser
import Controller
import CostModel
import CurlTransport
import DemoFleet
import FleetModel
import Foundation
import Logging
import Ports
import PostgresStore
import Reports
import ServiceLifecycle
import Settings

/// The live part of a demo: the fleet, an alert receiver and the controller in one process.
struct DemoLive: Sendable {
  private let command: DemoCommand
  private let database: Database

  init(_ command: DemoCommand, database: Database) {
    self.command = command
    self.database = database
  }

  func run() async throws {
    let (stage, receiver) = try await DemoStage.raise(command, folder: DataFolder.demo)
    do {
      try await watch(stage)
    } catch {
      await stage.close()
      await receiver.stop()
      throw error
    }
    await stage.close()
    await receiver.stop()
    if command.replay != nil || command.for != nil { try await report(stage) }
  }

  private func watch(_ stage: DemoStage) async throws {
    var settings = try stage.settings.settings()
    settings.dataDirectory = DataFolder.demo
    settings.listen = command.listen
    let transport = Wiring.transport()
    defer { transport.shutdown() }
    var mirror: CloudMirror?
    if let endpoint = command.cloudEndpoint {
      tell("making \(stage.fleet.endpoints().targets.count) machines at \(endpoint) …")
      mirror = try await CloudMirror.raise(stage, endpoint: endpoint, transport: transport)
    }
    tell(
      "the fleet's clock runs from \(stage.clock.origin), \(command.speed) times as fast as ours")
    await stage.curtain()
    let follow = mirror
    let users = command.replay == nil ? DemoUsers(stage, transport: transport) : nil
    let limit = command.for.flatMap { Duration(words: $0) } ?? stage.length
    let progress = DemoProgress(
      clock: stage.clock, since: stage.clock.now(), limit: limit, speed: command.speed,
      clouds: stage.settings.cloudsOfPools)
    let run = FleetRun(
      settings: settings, database: database, clock: stage.clock, log: Logs.make(level: .error),
      against: stage.against,
      onListening: { tell("overview: \($0)   (Ctrl-C ends the demo)") },
      beside: { situation in
        await withDiscardingTaskGroup { group in
          if let follow { group.addTask { await follow.follow() } }
          if let users { group.addTask { await users.work() } }
          await progress.show(situation)
          group.cancelAll()
        }
      })
    try await run.run()
  }

  /// What the live part came to, from the records it left.
  private func report(_ stage: DemoStage) async throws {
    let now = stage.clock.now()
    let range = now.advanced(by: .days(-40)).startOfHour..<now.nextHour
    let usage = try await database.store.usage(in: range)
    let first = usage.hours.map(\.hour).min() ?? now.startOfHour
    let report = FleetReport.make(
      hours: usage.hours, off: usage.off, range: first..<range.upperBound, now: now)
    switch command.format {
    case .json: print(report.json())
    case .table:
      print(
        report.table(
          width: command.look.columns, style: command.look.style, against: stage.against))
    }
  }
}
