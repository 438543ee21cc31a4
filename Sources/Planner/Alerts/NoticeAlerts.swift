import FleetModel

extension Told {
  /// Protections that end soon, each end once, with the owner where the node names one.
  func protections() -> [Alert] {
    plan.verdicts.compactMap { verdict in
      guard case .node(let id) = verdict.subject, let history = memory.nodes[id],
        let end = history.protectionEnds, let noticed = history.protectionNoticedAt,
        end > plan.takenAt,
        isNew(noticed) || before == nil
      else { return nil }
      var labels = ["node": id.rawValue, "until": end.description]
      labels["pool"] = verdict.pool?.rawValue
      labels["owner"] = owner(of: id)
      return Alert(
        kind: .protectionExpiring, key: "protection.expiring/\(id)/\(end)", at: plan.takenAt,
        summary: "\(id) is protected until \(end), and may be switched off after it.",
        labels: labels)
    }
  }

  /// The breaker of a pool that goes up and down, once when it opens.
  func breakers(under rulebook: Rulebook) -> [Alert] {
    rulebook.pools.compactMap { pool in
      guard
        let breaker = memory.pools[pool.name]?.flips?.breaker(
          under: rulebook.safety, coldStart: pool.coldStart, at: plan.takenAt),
        isNew(breaker.openedAt)
      else { return nil }
      let reason = Reason.flipFlop(reversals: breaker.reversals, until: breaker.until)
      return Alert(
        kind: .flipFlop, severity: .warning,
        key: "pool.flip_flop/\(pool.name)/\(breaker.openedAt.microseconds / 1_000_000)",
        at: plan.takenAt, summary: "\(pool.name): \(reason.sentence)",
        labels: ["pool": pool.name.rawValue, "reason": reason.code])
    }
  }

  /// Each once; the key is the instance's own, so that one node is one open alert.
  func orphans() -> [Alert] {
    let isOrphan = { (advice: Advice) in advice.kind == .orphan }
    let told = Set((before?.advice ?? []).filter(isOrphan).map(\.subject))
    return (plan.advice ?? []).filter(isOrphan).compactMap { advice in
      guard case .node(let id) = advice.subject, !told.contains(advice.subject) else { return nil }
      var labels = ["node": id.rawValue, "monthly": advice.monthlySaving.description]
      labels["pool"] = advice.pool?.rawValue
      labels["owner"] = owner(of: id)
      return Alert(
        kind: .nodeOrphan, severity: .warning, key: "node.orphan/\(id)", at: plan.takenAt,
        summary: advice.text, labels: labels)
    }
  }

  /// One for each cloud whose clock went wrong, not for each node there that cannot be acted on.
  func clocks() -> [Alert] {
    let known = Set(before?.skewed ?? [])
    return (plan.skewed ?? []).filter { !known.contains($0) }.compactMap { cloud in
      guard let skew = snapshot.clockSkew[cloud] else { return nil }
      let seconds = (skew.inSeconds * 10).rounded() / 10
      return Alert(
        kind: .clockSkew, severity: .warning,
        key: "clock.skew/\(cloud)/\(plan.takenAt.microseconds / 1_000_000)", at: plan.takenAt,
        summary: "\(cloud): " + Reason.clockSkew(skew).sentence,
        labels: ["cloud": cloud.rawValue, "seconds": "\(seconds)"])
    }
  }

  /// Our own tag first, then the ones people use anyway.
  private func owner(of id: NodeID) -> String? {
    guard let tags = snapshot.nodes.first(where: { $0.id == id })?.tags else { return nil }
    return [Tag.owner, "owner", "Owner"].lazy.compactMap { tags[$0] }.first
  }
}
