import FleetModel
import Planner

/// How a node looks in a list, and where it stands: what wants a person's eye comes first.
enum NodeTone: Int, Comparable {
  case trouble, idle, unknown, loading, working, off

  init(of row: NodeRow) {
    guard row.state.isLive else {
      self = .off
      return
    }
    switch row.doing {
    case .faulty, .spinning: self = .trouble
    case .warmIdle, .allocatedIdle, .free: self = .idle
    case .loading: self = .loading
    case .busy, .low: self = .working
    case .unknown, nil: self = row.state == .pending ? .loading : .unknown
    }
  }

  static func < (left: NodeTone, right: NodeTone) -> Bool { left.rawValue < right.rawValue }

  /// The CSS class.
  var style: String {
    switch self {
    case .trouble: "bad"
    case .idle: "idle"
    case .unknown: "unknown"
    case .loading: "overhead"
    case .working: "productive"
    case .off: "off"
    }
  }

  func words(for row: NodeRow) -> String {
    guard row.state == .running, let doing = row.doing else { return row.state.rawValue }
    return switch doing {
    case .unknown: "unknown"
    case .faulty: "faulty"
    case .loading: "loading"
    case .busy: "busy"
    case .low: "low use"
    case .spinning: "spinning"
    case .warmIdle: "warm idle"
    case .allocatedIdle: "held, idle"
    case .free: "free"
    }
  }
}
