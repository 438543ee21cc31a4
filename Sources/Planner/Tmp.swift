public import CostModel
public import FleetModel
extension Memory {
  public mutating func fold(_ reading: NodeReading, under rulebook: Rulebook) {}
  public mutating func foldFailure(of target: Target, at: Timestamp, under: Rulebook) {}
  public mutating func fold(_ event: LedgerEvent) {}
  public mutating func observe(_ nodes: [Node], at: Timestamp, under: Rulebook) {}
}
public func plan(_ snapshot: Snapshot, under rulebook: Rulebook) -> Plan {
  Plan(takenAt: snapshot.takenAt, verdicts: [], decisions: [])
}
public func recheck(
  _ decision: Decision, node: Node?, memory: Memory, at now: Timestamp, under rulebook: Rulebook
) -> Reason? { nil }
public func account(_ snapshot: Snapshot, under rulebook: Rulebook) -> (
  usage: [UsageHour], off: [OffInterval], memory: Memory
) { ([], [], snapshot.memory) }
public func alerts(for plan: Plan, before: Plan?, snapshot: Snapshot, under: Rulebook) -> [Alert] {
  []
}
