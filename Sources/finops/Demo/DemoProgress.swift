import API
import Controller
import CostModel
import FleetModel
import Foundation
import Planner
import Ports
import Reports

/// One line a second on how the demo goes, and a line for each act.
struct DemoProgress: Sendable {
  var clock: ScaledTime
  var since: Timestamp
  /// Ends the demo after so much of the fleet's time; nil: never.
  var limit: Duration?
  var speed: Int
  /// Told with each act where there are several.
  var clouds: [PoolName: CloudName] = [:]

  /// Shows progress until the limit is reached or the task is cancelled.
  func show(_ situation: Situation) async {
    let live = isatty(STDERR_FILENO) == 1
    var told: Set<String> = []
    var second = 0
    while !Task.isCancelled {
      if let limit, clock.now().duration(since: since) >= limit { return }
      if let status = try? await situation.fleet() {
        for row in status.decisions.reversed() {
          let cloud = clouds[row.pool].map { "\($0) " } ?? ""
          let line =
            "\(row.at) \(cloud)\(row.intent.rawValue) \(row.subject) (\(row.pool)): \(row.outcome), \(row.reason)"
          if told.insert(line).inserted { clearAndTell("  act    \(line)", live) }
        }
        // Every second on a terminal; every ten in a log.
        if live || second % 10 == 0 { await line(situation, status.nodes.map(\.state), live) }
      }
      second += 1
      guard (try? await SystemTime().sleep(for: .seconds(1))) != nil else { return }
    }
  }

  private func clearAndTell(_ text: String, _ live: Bool) {
    tell((live ? "\r\u{1B}[K" : "") + text)
  }

  private func line(_ situation: Situation, _ states: [InstanceState], _ live: Bool) async {
    let running = states.count { $0 == .running }
    let off = states.count { $0 == .stopped }
    let report = try? await situation.report(days: 1)
    let money = report.map {
      " · last 24 h: spent $\(short($0.totals.spend.effective)), saved $\(short($0.totals.saved))"
    }
    let text =
      "\(clock.now()) (×\(speed)) · \(running) nodes on, \(off) off\(money ?? "")"
    guard live else { return tell(text) }
    FileHandle.standardError.write(Data(("\r\u{1B}[K" + text).utf8))
  }

  /// Dollars and cents, for a line that changes every second.
  private func short(_ money: Money) -> String { String(money.description.dropLast(7)) }
}
