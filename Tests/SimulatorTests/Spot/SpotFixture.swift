import FleetModel
import Foundation
import Planner
import Simulator
import TestSupport

/// The recorded trace, read once, and the setups of the reference figures.
enum SpotFixture {
  static let file = "traces/spot/aws_spot_intervals.csv.gz"
  static let isHere = SharedFiles.exists(file)
  static let zones = ["us-east-1c", "us-east-1f", "us-east-2a", "us-west-2a", "us-west-2b"]

  /// The file's bytes, unpacked; empty where it is not there.
  static let bytes: [UInt8] = {
    guard let url = SharedFiles.url(file) else { return [] }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", url.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    guard (try? process.run()) != nil else { return [] }
    let data = try? pipe.fileHandleForReading.readToEnd()
    process.waitUntilExit()
    return [UInt8](data ?? Data())
  }()

  static let development = parsed("aws-02-15-2023", zones: zones, days: 30)

  static func parsed(_ campaign: String, zones: [String] = [], days: Int) -> SpotTrace {
    let empty = SpotTrace(zones: [], tick: .seconds(15), ticks: 0, up: [])
    return
      (try? SpotTrace.parse(csv: bytes, campaign: campaign, zones: zones, days: days)) ?? empty
  }

  /// On-demand 3.06 $/h, spot `percent` of it; four replicas, 120 s to start one.
  static func setup(
    _ trace: SpotTrace, percent: Int64 = 29, notice: SpotNotice? = nil,
    observation: SpotObservation = .full
  ) -> SpotSetup {
    let onDemand = HourlyRate(perHour: Money(nanos: 3_060_000_000))
    let spot = HourlyRate(perHour: Money(nanos: 30_600_000 * percent))
    return SpotSetup(
      trace: trace, replicas: 4, onDemand: onDemand, spot: trace.zones.map { _ in spot },
      notice: notice, observation: observation)
  }

  static func ours(_ setup: SpotSetup) -> SpotScore {
    var chooser = SpotPolicyChooser(setup.terms)
    return simulateSpot(setup, named: "default", asking: &chooser)
  }

  /// The same through the product's `plan()`.
  static func planned(_ setup: SpotSetup) -> SpotScore {
    var chooser = PlannedSpot(setup)
    return simulateSpot(setup, named: "default", asking: &chooser)
  }

  /// A trace written by hand: one string for each zone, a letter u for each tick it is up.
  static func trace(_ zones: [(name: String, states: String)]) -> SpotTrace {
    SpotTrace(
      zones: zones.map(\.name), tick: .seconds(15), ticks: zones.map(\.states.count).max() ?? 0,
      up: zones.map { runs(Array($0.states)) })
  }

  private static func runs(_ states: [Character]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for (tick, state) in states.enumerated() where state == "u" {
      if let last = runs.last, last.upperBound == tick {
        runs[runs.count - 1] = last.lowerBound..<(tick + 1)
      } else {
        runs.append(tick..<(tick + 1))
      }
    }
    return runs
  }
}
