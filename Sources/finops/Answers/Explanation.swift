import Controller
import FleetModel
import Planner
import PostgresStore

/// Why a node, a pool or a decision is treated as it is: everything that is on record of it.
struct Explanation: Codable, Sendable {
  var subject: String
  /// The look this is told from: the newest one at or before the moment asked about.
  var takenAt: String
  var verdict: Said?
  /// Since when it is so, and what was said before, newest first.
  var history: [Said] = []
  var node: NodeFacts?
  var accelerators: [DeviceFacts] = []
  var sizing: SizingAnswer?
  var decisions: [Life] = []
  /// What would have to change for something else to be done; nil when nothing has to.
  var wouldChange: String?

  struct Said: Codable, Sendable {
    var at: String
    var intent: String
    var code: String
    var reason: String
  }

  struct NodeFacts: Codable, Sendable {
    var id: String
    var pool: String?
    var cloud: String
    var region: String
    var type: String
    var capacity: String
    var state: String
    var launchedAt: String
    var target: String?
    var hourly: String?
    var protection: String?
  }

  /// What was heard of one accelerator, as the engine remembers it.
  struct DeviceFacts: Codable, Sendable {
    var id: String
    var state: String
    var lastSampleAt: String?
    var idleSince: String?
    var restSince: String?
    var samples: Int
    var tailSamples: Int
    var largestGapSeconds: Double
    var confidence: String
    var lastActivity: String?
    var memoryUsedMiB: Double?
    /// Mean over the last span that is long enough to be believed.
    var watts: Double?
    /// Where it rests without a process and with one that does nothing, as it was learned.
    var bareWatts: Double?
    var heldWatts: Double?
    /// Somebody holds it now, so that the second level counts.
    var isHeld: Bool?
    /// The most that still passes as idle now, and whether that rests on what was measured of this
    /// device or of five others of its type.
    var ceilingWatts: Double?
    var isCeilingSure: Bool?
  }

  /// One decision and everything that happened to it.
  struct Life: Codable, Sendable {
    var summary: DecisionAnswer
    /// What became of the word on it: "given", "used" …
    var approval: String?
    var events: [Event]

    struct Event: Codable, Sendable {
      var at: String
      var kind: String
      var detail: String?
    }
  }
}

extension Explanation {
  var text: String {
    var lines = ["\(subject), from the look at \(takenAt)"]
    if let verdict {
      lines.append("  \(verdict.intent): \(verdict.reason) [\(verdict.code)]")
    }
    if let wouldChange { lines.append("  What would change it: \(wouldChange)") }
    if let node { lines += ["", nodeLine(node)] }
    if !history.isEmpty { lines += ["", "So since, newest first:"] + history.map(line) }
    if !accelerators.isEmpty { lines += ["", "Evidence:", evidence] }
    if let sizing { lines += sizing.lines }
    for life in decisions { lines += ["", decisionLine(life)] + life.events.map(line) }
    return lines.joined(separator: "\n")
  }

  private func nodeLine(_ node: NodeFacts) -> String {
    let facts = [
      node.pool.map { "pool \($0)" } ?? "no pool", "\(node.cloud) \(node.region) \(node.type)",
      node.capacity, node.state, "up since \(node.launchedAt)",
      node.target.map { "heard at \($0)" } ?? "heard nowhere",
      node.hourly.map { "\(dollars($0))/h" } ?? "price unknown",
    ]
    return "Node: " + facts.joined(separator: ", ")
      + (node.protection.map { "; protected: \($0)" } ?? "")
  }

  private func line(_ said: Said) -> String {
    "  \(said.at)  \(said.intent)  \(said.code)  \(said.reason)"
  }

  private func line(_ event: Life.Event) -> String {
    "  \(event.at)  \(event.kind)" + (event.detail.map { "  \($0)" } ?? "")
  }

  private func decisionLine(_ life: Life) -> String {
    let summary = life.summary
    return "Decision \(summary.id): \(summary.intent) \(summary.subject), \(summary.outcome)"
      + (summary.by.map { " by \($0)" } ?? "") + (summary.until.map { ", until \($0)" } ?? "")
      + (summary.command.map { " → \($0)" } ?? "")
  }

  private var evidence: String {
    var grid = Grid([
      "ACCELERATOR", "STATE", "IDLE SINCE", "SAMPLES", "TAIL", "GAP", "CONFIDENCE", "MEMORY",
      "WATTS", "RESTS AT", "CEILING", "LAST HEARD", "LAST WORK",
    ])
    for device in accelerators {
      grid.add([
        device.id, device.state, device.idleSince ?? device.restSince ?? "–", "\(device.samples)",
        "\(device.tailSamples)", "\(device.largestGapSeconds)s", device.confidence,
        device.memoryUsedMiB.map { "\(Int($0)) MiB" } ?? "–",
        device.watts.map { "\(Int($0.rounded()))" } ?? "–", device.level,
        device.ceilingWatts.map { "\(Int($0.rounded())) W" } ?? "–", device.lastSampleAt ?? "–",
        device.lastActivity ?? "–",
      ])
    }
    return grid.text + powerNote
  }

  /// What power cannot say here, in a sentence; empty where it can.
  private var powerNote: String {
    guard accelerators.contains(where: { $0.isCeilingSure == false }) else { return "" }
    return "\nWhere the level of an accelerator is not known yet (an hour of rest teaches it), or "
      + "its board draws 75 W or less, power cannot tell little work from none: confidence is "
      + "medium at most.\n"
  }
}

extension Explanation.DeviceFacts {
  /// "52 W bare", "108 W held"; "–" where the level that counts now is not known.
  fileprivate var level: String {
    guard let isHeld, let watts = isHeld ? heldWatts : bareWatts else { return "–" }
    return "\(Int(watts.rounded())) W \(isHeld ? "held" : "bare")"
  }
}
