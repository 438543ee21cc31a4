public import FleetModel

extension Memory {
  /// Takes in a full inventory: what changed state, what is off by our doing, what is gone.
  public mutating func observe(_ seen: [Node], at moment: Timestamp, under rulebook: Rulebook) {
    for node in seen {
      noteOrigin(of: node, at: moment, under: rulebook)
      nodes[node.id, default: NodeMemory()].observe(node, at: moment)
      if let tag = node.tags[Tag.protect] {
        nodes[node.id]?.noteProtection(tag, at: moment, rulebook.safety.protectionNotice)
      }
    }
    noteVanished(besides: seen, at: moment)
    noteUse(of: seen, at: moment)
    let gone = nodes.filter { isForgotten($0.value, at: moment) }.map(\.key)
    for id in gone { nodes[id] = nil }
  }

  /// At its first sight a node with the tags of our launches is known to be one, or is not. By its
  /// id alone: names and addresses are used again (karpenter-aws#2734).
  private mutating func noteOrigin(of node: Node, at moment: Timestamp, under rulebook: Rulebook) {
    guard nodes[node.id]?.lastSeenAt == nil, nodes[node.id]?.launchedFor == nil,
      node.tags[Tag.fleet] == rulebook.fleet, node.tags[Tag.intent] != nil
    else { return }
    nodes[node.id, default: NodeMemory()].unexplainedSince = moment
  }

  /// What we stopped and is listed no more, though its cloud is listed, was ended by another hand:
  /// nothing is saved from when it was last seen. One listing that lacks it proves nothing
  /// (DECISIONS 41). What we ended ourselves is not listed for ever, and does save.
  private mutating func noteVanished(besides seen: [Node], at moment: Timestamp) {
    let listed = Set(seen.map(\.cloud))
    for (id, node) in nodes {
      guard let last = node.lastSeenAt, node.off != nil, node.off?.until == nil,
        node.lastIntent == .stop, node.cloud.map({ listed.contains($0) }) ?? false,
        moment.duration(since: last) > Self.vanishing
      else { continue }
      nodes[id]?.endOff(at: last)
    }
  }

  private static let vanishing = Duration.minutes(10)

  /// A node not listed for a week has no open saving (SEMANTICS 4.16 caps it there).
  private func isForgotten(_ node: NodeMemory, at moment: Timestamp) -> Bool {
    guard let last = node.lastSeenAt ?? node.lastActAt else { return false }
    return moment.duration(since: last) > .days(7)
  }
}

extension NodeMemory {
  fileprivate mutating func observe(_ node: Node, at moment: Timestamp) {
    (type, cloud) = (node.type, node.cloud)
    // A stop and a start between two listings shows only here, and by the cloud's clock.
    if let before = launchedAt, node.launchedAt > before { startedAt = moment }
    launchedAt = node.launchedAt
    reviewRefusals(by: node, at: moment)
    observe(node.state, at: moment)
  }

  mutating func observe(_ state: InstanceState, at moment: Timestamp) {
    lastSeenAt = moment
    (launchedFor, launchedAs) = (nil, nil)
    noteOff(state, at: moment)
    guard state != lastState else { return }
    previousState = lastState
    if state == .running, lastState != nil { startedAt = moment }
    lastState = state
    stateSince = moment
  }

  /// An end that comes near is noted once, so that people hear of it once.
  mutating func noteProtection(_ tag: String, at moment: Timestamp, _ notice: Duration) {
    guard let end = Timestamp(rfc3339: tag), end != protectionEnds, moment < end,
      end.duration(since: moment) <= notice
    else { return }
    (protectionEnds, protectionNoticedAt) = (end, moment)
  }

  /// An off time runs from the first sight of `stopped` (or `terminated`) to the first sight of
  /// anything that runs again.
  private mutating func noteOff(_ state: InstanceState, at moment: Timestamp) {
    if state == .terminated, lastState == .stopped, lastIntent == .stop { endOff(at: moment) }
    switch state {
    case .stopped, .terminated:
      guard let decision = stoppedBy, offSince == nil else { return }
      // A listing asked for while the call was on its way may show it off before the call had ended:
      // nothing is saved before the cloud said yes.
      let from = max(moment, lastActAt ?? moment)
      offSince = from
      off = OffMemory(decision: decision, from: from)
    case .pending, .running:
      guard stoppedBy != nil else { return }
      guard offSince != nil else { return forgetStop(at: moment, state) }
      endOff(at: moment)
      restartedAt = moment
    case .stopping, .shuttingDown: break
    }
  }

  /// It runs again, or another hand has ended it. Never before it began: the clock may have been
  /// set back since.
  fileprivate mutating func endOff(at moment: Timestamp) {
    if let from = off?.from { off?.until = max(from, moment) }
    off?.changed = true
    (stoppedBy, offSince, idleBegan) = (nil, nil, nil)
  }

  /// Somebody had it back on before it was ever seen off: a later stop is theirs, and no saving of
  /// ours. A listing asked before our act still shows it running, hence the fifteen minutes.
  private mutating func forgetStop(at moment: Timestamp, _ state: InstanceState) {
    let cameBack = lastState == .stopping || state == .pending
    let isLate = lastActAt.map { moment.duration(since: $0) > .minutes(15) } ?? true
    if cameBack || isLate { (stoppedBy, idleBegan) = (nil, nil) }
  }
}
