import ArgumentParser
import Controller
import CostModel
import DemoFleet
import FleetModel
import Foundation
import Ports
import PostgresStore
import Reports
import Simulator

/// `finops demo`: a whole fleet on this machine, watched by the real controller.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "A simulated fleet on this machine, watched and cleaned up by the real controller.",
    discussion: """
      EXAMPLES
        finops demo                                live: 24 nodes × 8 GPUs, Ctrl-C ends it
        finops demo --once --days 30               a month's report, and done
        finops demo --replay fleet.csv.gz --speed 60
        finops demo --clouds aws,gcp,kubernetes    one fleet over several fake clouds
        finops demo --serve demo.yaml              only the fleet; watch it yourself with
                                                   finops controller --config demo.yaml
      The fleet is HTTP exporters and fake clouds on 127.0.0.1. Past days come from the simulator
      running the same plan() that acts.
      """)

  @Flag(help: "Print the report and end.")
  var once = false
  @Option(help: "Days of history, 1…90.")
  var days = 30
  @Option(help: "The generator's seed: the same seed, the same fleet.")
  var seed: UInt64 = 7
  @Option(name: [.customShort("o"), .customLong("format")], help: "table or json.")
  var format: ReportFormat = .table
  @Option(help: "How many times as fast the fleet's clock runs.")
  var speed = 60
  @Option(
    help: "Replay a recorded fleet: CSV (or .csv.gz) of t_s,pod,gpu_duty_pct,gpu_mem_used_mib.")
  var replay: String?
  @Option(help: "GPUs a node when replaying.")
  var gpusPerNode = 1
  @Option(help: "Make the nodes in this EC2 (a test server) instead of the built-in one.")
  var cloudEndpoint: String?
  @Option(
    help: "The clouds, of aws, gcp, azure, kubernetes, runpod, huggingface, replicate; or all.")
  var clouds = "aws"
  @Option(help: "Only serve the fleet, and write the settings that watch it to this file.")
  var serve: String?
  @Option(help: "End by itself after this much of the fleet's time, such as 2h.")
  var `for`: String?
  @Option(help: "What goes wrong: a JSON fault plan.")
  var faults: String?
  @Option(help: "Where the page is served.")
  var listen = "127.0.0.1:9464"
  @OptionGroup var look: Look

  func validate() throws {
    guard (1...90).contains(days) else { throw ValidationError("--days takes 1 to 90") }
    guard (1...3600).contains(speed) else { throw ValidationError("--speed takes 1 to 3600") }
    guard (1...16).contains(gpusPerNode) else {
      throw ValidationError("--gpus-per-node takes 1 to 16")
    }
    if let faults, !FileManager.default.isReadableFile(atPath: faults) {
      throw ValidationError("--faults: \(faults) can not be read, or is not there")
    }
    try validateClouds()
    if let limit = self.for, Duration(words: limit) == nil {
      throw ValidationError("--for takes a time with its unit, such as 2h")
    }
  }

  /// What `--clouds` names, each once; empty where it names something else.
  var cloudKinds: [DemoCloud] {
    if clouds == "all" { return DemoCloud.allCases }
    let names = clouds.split(separator: ",", omittingEmptySubsequences: false)
    let kinds = names.compactMap { DemoCloud(rawValue: String($0)) }
    guard kinds.count == names.count else { return [] }
    return DemoCloud.allCases.filter { kinds.contains($0) }
  }

  private func validateClouds() throws {
    guard !cloudKinds.isEmpty else {
      throw ValidationError(
        "--clouds takes names of "
          + DemoCloud.allCases.map(\.rawValue).joined(separator: ", "))
    }
    guard cloudKinds != [.aws] else { return }
    guard replay == nil, cloudEndpoint == nil, !once else {
      throw ValidationError(
        "--clouds goes with neither --once, --replay nor --cloud-endpoint: these are of AWS alone")
    }
  }

  func run() async throws {
    _ = try FleetRun.address(listen)
    if let serve { return try await DemoServe(self, to: serve).run() }
    let folder = DataFolder.demo
    guard let lock = FolderHold(folder, as: "demo.lock") else {
      tell(
        "finops: another `finops demo` is running in \(folder); see its report with `finops report`"
      )
      throw Exit.failed
    }
    defer { lock.release() }
    let database = try await DemoDatabase.fresh(in: folder)
    do {
      if replay == nil, cloudKinds.contains(.aws) { try await tellPast(database) }
      if !once || replay != nil { try await DemoLive(self, database: database).run() }
      await database.close()
    } catch {
      await database.close()
      throw error
    }
  }

  /// Simulates the days before now, stores them as the controller would have, and reports them.
  private func tellPast(_ database: Database) async throws {
    let now = SystemTime().now()
    let range = now.advanced(by: .zero - .days(Int64(days))).startOfHour..<now.startOfHour
    if format == .table { tell("simulating \(days) days of 24 nodes × 8 GPUs …") }
    let shape = DemoFleetShape.standard
    let history = simulateHistory(
      shape: shape, activity: DemoActivity(shape: shape, seed: seed),
      rulebook: shape.rulebook(), range: range, seed: seed)
    // The live part begins with every node on: what was off comes back now.
    let off = history.off.map { interval in
      var ended = interval
      ended.until = ended.until ?? range.upperBound
      return ended
    }
    try await database.store.addHistory(hours: history.usage, off: off)
    let usage = try await database.store.usage(in: range)
    let report = FleetReport.make(
      hours: usage.hours, off: usage.off, range: range, now: range.upperBound)
    switch format {
    case .json: print(report.json())
    case .table:
      print(report.table(width: look.columns, style: look.style, against: "the demo fleet"))
    }
  }
}
