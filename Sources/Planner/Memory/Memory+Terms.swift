import FleetModel

extension Memory {
  /// This memory, as another or we ourselves stored it, with what `live` heard since: of each target
  /// the memory that heard it last, of everything else (what was decided, done and billed) this one.
  ///
  /// `live` has to have begun from a memory of the same ledger: then its idle clocks are as old.
  public func continued(by live: Memory) -> Memory {
    var joined = self
    for (target, heard) in live.targets {
      guard let last = heard.lastReadingAt else { continue }
      if let known = targets[target]?.lastReadingAt, known >= last { continue }
      joined.targets[target] = heard
      for id in heard.accelerators.keys { joined.owners[id] = target }
    }
    // Turns to idleness are those of the targets as they are now.
    let turns = joined.targets.values.compactMap(\.turnedIdleAt)
    joined.turnedIdle = Set(turnedIdle + live.turnedIdle).intersection(turns).sorted()
    return joined
  }
}
