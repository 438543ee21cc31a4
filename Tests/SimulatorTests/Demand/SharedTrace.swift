import FleetModel
import Foundation
import Simulator
import TestSupport
import Testing

/// A development trace with the conditions its published figures were made under.
enum SharedTrace: String, CaseIterable {
  case counts = "servegen_m-large_week1_5s_resampled"
  case rate = "servegen_m-large_week1_600s"
  case runTimes = "genai2026_diffusion_requests"
  case arrivals = "azure2023_conv_requests"

  var path: String { "traces/demand/\(rawValue).csv.gz" }
  var isThere: Bool { SharedFiles.exists(path) }

  var reading: DemandReading {
    switch self {
    case .counts: DemandReading(kind: .counts, capacity: 16)
    case .rate: DemandReading(kind: .rate, capacity: 16)
    case .runTimes: DemandReading(kind: .requests)
    case .arrivals: DemandReading(kind: .requests, capacity: 0.3)
    }
  }

  var conditions: DemandConditions {
    switch self {
    case .runTimes:
      DemandConditions(
        serviceTime: .milliseconds(28_700), longestWait: .seconds(60),
        price: HourlyRate(perHour: Money(nanos: 804_800_000)))
    default:
      DemandConditions(
        serviceTime: .seconds(10), longestWait: .seconds(10),
        price: HourlyRate(perHour: Money(nanos: 1_861_000_000)))
    }
  }

  func bytes() throws -> [UInt8] {
    let url = try #require(SharedFiles.url(path))
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", "--", url.path]
    process.standardOutput = output
    try process.run()
    let content = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Array(content)
  }

  func trace() throws -> DemandTrace { try DemandTrace.parse(csv: bytes(), as: reading).get() }
  func model() throws -> DemandModel { try DemandModel(trace(), under: conditions) }
}
