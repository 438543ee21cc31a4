import FleetModel
import Foundation

/// A report as a program of somebody else's would read it.
struct ReportFile: Decodable {
  struct Amounts: Decodable {
    var effective, productive, idle, overhead, unusedCommitment, saved, alwaysOn: String
  }

  struct Stop: Decodable {
    var node, decision, from, hourly, storageHourly, saved: String
    var until: String?
    var fromMicroseconds, offMicroseconds, restartMicroseconds: Int64
    var untilMicroseconds: Int64?
  }

  var asOf: String
  var totals: Amounts
  var buckets: [String: String]
  var pools: [Amounts]
  var nodes: [Amounts]
  var stops: [Stop]

  /// Finds the report in what a command printed.
  init(in output: String) throws {
    guard let word = output.range(of: "\"report\""),
      let start = output[..<word.lowerBound].lastIndex(of: "{"),
      let end = output.lastIndex(of: "}")
    else { throw SceneError("no report in: \(output.suffix(2000))") }
    self = try JSONDecoder().decode(Self.self, from: Data(output[start...end].utf8))
  }

  /// Nano-dollars of an amount's text, read digit by digit.
  static func nanos(_ text: String) throws -> Int128 {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? String(parts[1]) : ""
    let digits = parts[0] + fraction.padding(toLength: 9, withPad: "0", startingAt: 0)
    guard parts.count <= 2, fraction.count <= 9, let value = Int128(digits) else {
      throw SceneError("\(text) is no amount")
    }
    return value
  }

  /// What does not add up to the nano-dollar; empty when all does.
  func faults() throws -> [String] {
    func sum(_ texts: [String]) throws -> Int128 { try texts.reduce(0) { try $0 + Self.nanos($1) } }
    func parts(_ each: Amounts) -> [String] {
      [each.productive, each.idle, each.overhead, each.unusedCommitment]
    }
    let effective = try Self.nanos(totals.effective)
    var found: [String] = []
    for each in [totals] + pools + nodes where try sum(parts(each)) != Self.nanos(each.effective) {
      found.append("parts \(parts(each)) are not \(each.effective)")
    }
    if try sum(Array(buckets.values)) + Self.nanos(totals.unusedCommitment) != effective {
      found.append("buckets \(buckets) are not \(totals.effective)")
    }
    if try sum(pools.map(\.effective)) != effective { found.append("pools are not the total") }
    if try sum(nodes.map(\.effective)) != effective { found.append("nodes are not the total") }
    if try sum(stops.map(\.saved)) != Self.nanos(totals.saved) {
      found.append("stops are not what was saved")
    }
    return found
  }
}
