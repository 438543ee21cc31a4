import FleetModel
import Planner
import Ports

extension NodeFacts {
  /// Why an act on this machine is not sent, looked at as the last thing before the call; nil: it may
  /// be. The planner has asked the same before, of a listing that may be a minute old.
  func refusal(of act: MachineAct, on node: NodeID) -> ActuateError? {
    if let owner { return Self.refused("Owned", "\(node) belongs to \(owner.phrase)") }
    return hindranceRefusal(of: act, on: node)
  }

  /// The same where its owner is the one that is asked.
  func hindranceRefusal(of act: MachineAct, on node: NodeID) -> ActuateError? {
    guard let hindrance = hindrances.first(where: { $0.act == act }) else { return nil }
    let remedy = hindrance.remedy.isEmpty ? "" : ": \(hindrance.remedy)"
    let code = hindrance.kind == .protected ? "Protected" : "Impossible"
    return Self.refused(code, "\(node) is left as it is because \(hindrance.because)\(remedy)")
  }

  private static func refused(_ code: String, _ message: String) -> ActuateError {
    .refused(ActFailure(kind: .unsupported, code: code, message: message))
  }
}

extension NodeOwner {
  /// "karpenter gpu", the kind and the owner's own name where it is known.
  var phrase: String { name.isEmpty ? kind.rawValue : "\(kind.rawValue) \(name)" }
}

extension Node {
  /// Puts one more reason beside what is known already, once.
  mutating func add(_ hindrance: ActHindrance) {
    var known = facts ?? NodeFacts()
    if !known.hindrances.contains(hindrance) { known.hindrances.append(hindrance) }
    facts = known
  }
}

extension Workload {
  /// Why its number is not asked for: another sets it.
  var numberRefusal: ActuateError? {
    numberOwner.map {
      .refused(
        ActFailure(
          kind: .unsupported, code: "NumberOwned",
          message: "the number of \(id) is not ours to set: \($0)"))
    }
  }
}
