import FleetModel

extension Told {
  /// Each end that a cloud announced, once however often and on however many paths it was said.
  func interruptions() -> [Alert] {
    guard let notices = memory.notices else { return [] }
    return notices.sorted { $0.key < $1.key }.compactMap { id, notice in
      guard isNew(notice.heardAt) else { return nil }
      var labels = [
        "node": id.rawValue, "kind": notice.kind.rawValue,
        "paths": notice.paths.joined(separator: ","),
      ]
      labels["until"] = notice.endsAt?.description
      labels["pool"] =
        plan.verdicts.first { $0.subject == .node(id) }?.pool?.rawValue
      return Alert(
        kind: .nodeInterrupted, severity: notice.kind.endsNode ? .warning : .info,
        key: "node.interrupted/\(id)/\(notice.noticedAt.microseconds / 1_000_000)",
        at: plan.takenAt, summary: summary(of: notice, id), labels: labels)
    }
  }

  private func summary(of notice: NoticeMemory, _ id: NodeID) -> String {
    let end = notice.endsAt.map { " at \($0)" } ?? ""
    return switch notice.kind {
    case .preemption: "\(id) is taken back by its cloud\(end); a replacement is asked for."
    case .rebalance: "\(id) is at risk of being taken back; nothing is done for this alone."
    case .maintenance: "\(id) goes down for its cloud's maintenance\(end)."
    case .stopped: "\(id) ended\(end), and nobody here asked for it."
    }
  }
}
