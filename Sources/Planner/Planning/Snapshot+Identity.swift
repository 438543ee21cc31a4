import FleetModel

extension Snapshot {
  /// Believes again the targets whose change of GPUs is explained: by a start of their machine after
  /// the former GPUs were last heard, or by a person's word in the tag `finops-identity`. Nothing is
  /// ever explained by time alone (SEMANTICS 4.18).
  ///
  /// Asked once before each plan.
  public mutating func settleIdentities() {
    var doubted: [(Node, Target)] = []
    for node in nodes {
      guard let target = targets[node.id], let memory = memory.targets[target],
        memory.conflict != nil || memory.identity?.change != nil || memory.misses
      else { continue }
      doubted.append((node, target))
    }
    for (node, target) in doubted { settle(node, target) }
  }

  private mutating func settle(_ node: Node, _ target: Target) {
    guard let memory = memory.targets[target] else { return }
    let start = start(of: node)
    let word = node.tags[Tag.identity].flatMap(Timestamp.init(rfc3339:))
    if let word, isSettled(memory, by: word) {
      return self.memory.targets[target]?.beginAnew(from: memory.lastReadingAt ?? word) ?? ()
    }
    // A start that has yet to come is another clock's.
    if start > memory.doubtedSince, start <= takenAt, isFreed(memory, target, by: start) {
      self.memory.targets[target]?.beginAnew(from: start)
    } else if let contested = memory.conflict, !isNamed(contested, beside: target) {
      self.memory.targets[target]?.endConflict()
    }
  }

  /// A person looked after the doubt began.
  private func isSettled(_ memory: TargetMemory, by word: Timestamp) -> Bool {
    word <= takenAt && word >= memory.identity?.change?.noticedAt ?? memory.doubtedSince
  }

  /// It does not name the contested GPU any more, or the other machine that named it has ended or
  /// was started anew as well. One that is watched and whose machine nobody knows may still have it.
  private func isFreed(_ memory: TargetMemory, _ target: Target, by start: Timestamp) -> Bool {
    guard let contested = memory.conflict else { return true }
    guard let last = memory.lastHeard(contested), last >= start else { return true }
    for (other, heard) in self.memory.targets where other != target {
      guard let last = heard.lastHeard(contested) else { continue }
      guard let owner = nodes.first(where: { targets[$0.id] == other }) else { return false }
      if owner.state.isLive, self.start(of: owner) <= last { return false }
    }
    return true
  }

  /// Another target is known to have named it, and its machine was not started anew since.
  private func isNamed(_ accelerator: AcceleratorID, beside target: Target) -> Bool {
    memory.targets.contains { $0 != target && $1.lastHeard(accelerator) != nil }
  }

  private func start(of node: Node) -> Timestamp {
    node.lastStart(seen: memory.nodes[node.id]?.startedAt)
  }
}

extension TargetMemory {
  /// A GPU it has named is not in its last reading.
  fileprivate var misses: Bool {
    guard let last = lastReadingAt else { return false }
    return zip(accelerators.rows, accelerators.values).contains { row, memory in
      !row.isSlice && !row.isParent && (memory.lastListedAt ?? last) != last
    }
  }

  /// When what is doubted was last beyond doubt: a start after it explains everything.
  fileprivate var doubtedSince: Timestamp {
    let missed = accelerators.keys.compactMap { id in
      lastHeard(id).flatMap { $0 == lastReadingAt ? nil : $0 }
    }
    return ([identity?.change?.lastHeardAt, conflictAt].compactMap(\.self) + missed).max()
      ?? lastReadingAt ?? Timestamp(microseconds: .max)
  }
}
