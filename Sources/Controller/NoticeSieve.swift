import FleetModel
import Planner

/// Notices by what is to be done about them.
struct SiftedNotices: Sendable {
  /// Of nodes of the fleet: to be taken in.
  var news: [Interruption] = []
  /// Of nodes that nobody has listed: another fleet's of the same account, or one just launched.
  var strangers: [Interruption] = []
  /// Of ends we asked for ourselves.
  var ours: [Interruption] = []
}

extension FleetWatch {
  /// Maintenance is announced weeks ahead. People are told at once; the node is replaced when its
  /// end is this close, which is longer than GPU machines take to boot.
  static let lead = Duration.minutes(15)

  static func near(
    _ ends: [NodeID: Timestamp]?, at moment: Timestamp
  ) -> [NodeID: Timestamp]? {
    let near = ends?.filter { $0.value <= moment.advanced(by: lead) }
    return near?.isEmpty == false ? near : nil
  }

  /// Before the first look at the fleet nobody is known: what is told of a change is told against a
  /// plan before, and there is none yet.
  func sift(_ notices: [Interruption]) -> SiftedNotices {
    guard latest != nil else { return SiftedNotices(strangers: notices) }
    let listed = Set(nodes.values.joined().map(\.id))
    let leaving = Set(
      memory.openActions.values.filter { $0.decision.intent.ends }.compactMap(\.decision.node))
    var sifted = SiftedNotices()
    for notice in notices {
      let known = memory.nodes[notice.node]
      if notice.kind == .stopped, leaving.contains(notice.node) || known?.stoppedBy != nil {
        sifted.ours.append(notice)
      } else if listed.contains(notice.node) || known != nil {
        sifted.news.append(notice)
      } else {
        sifted.strangers.append(notice)
      }
    }
    return sifted
  }
}

extension Intent {
  /// Switches a node off.
  fileprivate var ends: Bool { self == .stop || self == .terminate }
}
