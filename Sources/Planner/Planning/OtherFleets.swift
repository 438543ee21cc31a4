import FleetModel

extension Node {
  /// It carries the name of another fleet: nobody's business here, whatever pools it matches.
  ///
  /// Two fleets whose pools ask for the same tags once reported more than the bill together, and
  /// autoscalers with shared tags scaled each other's machines (kubernetes/autoscaler#391, #8084).
  func isOfAnother(than fleet: String) -> Bool {
    guard let name = tags[Tag.fleet], !name.isEmpty else { return false }
    return name != fleet
  }
}
