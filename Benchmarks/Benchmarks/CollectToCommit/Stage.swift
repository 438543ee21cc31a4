import Collectors
import CurlTransport
import EmbeddedPostgres
import FleetModel
import Foundation
import PostgresStore

/// Everything a run needs: exporters, a database of its own, and the collector between them.
struct Stage: Sendable {
  private let folder: String
  private let exporters: ExporterProcess
  private let server: EmbeddedPostgres
  private let store: PostgresStore
  private let transport: CurlTransport

  static func open(nodes: Int) async throws -> Stage {
    let folder = NSTemporaryDirectory() + "finops-benchmark-\(getpid())-\(nodes)"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    let server = try await EmbeddedPostgres.start(dataDirectory: folder)
    let store = try await PostgresStore.open(conninfo: server.connectionString)
    return Stage(
      folder: folder, exporters: try ExporterProcess(nodes: nodes), server: server, store: store,
      transport: CurlTransport(TransportOptions(version: "benchmark")))
  }

  /// Runs the fleet at its pace: once through it to connect and come to know it, then what is
  /// measured.
  func cost(of pace: Pace) async throws -> Cost {
    guard let postmaster = server.processID else { throw StageError.noServerProcess }
    let pipeline = Pipeline(
      collector: DCGMCollector(transport: transport), store: store, targets: exporters.targets,
      every: pace.every)
    let running = Task { await pipeline.run() }
    try await Task.sleep(for: pace.every + .seconds(2))
    let (samples, own, database) = (pipeline.samples, CPUTime.own(), CPUTime.server(postmaster))
    let began = ContinuousClock.now
    try await Task.sleep(for: pace.length)
    let took = began.duration(to: .now) / .seconds(1)
    let cost = Cost(
      samples: pipeline.samples - samples, seconds: took, ownNanoseconds: CPUTime.own() - own,
      databaseNanoseconds: CPUTime.server(postmaster) - database, failures: pipeline.failures)
    running.cancel()
    await running.value
    guard cost.failures == 0 else { throw StageError.scrapesFailed(cost.failures) }
    guard cost.samples > 0 else { throw StageError.nothingStored }
    return cost
  }

  func close() async {
    transport.shutdown()
    exporters.stop()
    await store.close()
    await server.stop()
    try? FileManager.default.removeItem(atPath: folder)
  }
}
