import FleetModel
import Planner
import Ports

/// The same act under permits that have ended: nothing of it may leave.
///
/// Cluster Autoscaler deleted a node as empty 371 ms after a pod was bound to it, and went on
/// (autoscaler#5790); Karpenter looked, computed for seconds, and deleted what was at work by then
/// (karpenter-provider-aws#4310). The look must be young when the request leaves, not when it is made.
struct LateActs: Sendable {
  let actuator: any Actuator
  let settle: @Sendable () async -> Void

  /// What was not as it must be of an act that would change something now, as sentences.
  func violations(of act: Action) async throws(ActuateError) -> [String] {
    var said: [String] = []
    let before = try await standing(of: act)
    for permit in [Self.old, Self.leaderless] {
      do throws(ActuateError) {
        _ = try await actuator.carryOut(act, under: permit)
        said.append("\(act.intent): carried out too late")
      } catch {
        guard case .tooLate = error else {
          said.append("\(act.intent), too late: \(error)")
          continue
        }
      }
    }
    await settle()
    let after = try await standing(of: act)
    if after != before { said.append("\(act.intent): \(before) became \(after), too late") }
    return said
  }

  /// A permit like that of an act whose look was a moment ago.
  static var young: SendPermit {
    SendPermit(
      seenAt: .now, limit: .seconds(600), lease: LeaseHold(askedAt: .now, term: .seconds(600)))
  }

  static var old: SendPermit { SendPermit(seenAt: .now - .seconds(31), limit: .seconds(30)) }

  static var leaderless: SendPermit {
    SendPermit(
      seenAt: .now, limit: .seconds(30),
      lease: LeaseHold(askedAt: .now - .seconds(16), term: .seconds(15)))
  }

  /// What the act is about, as its cloud has it now.
  private func standing(of act: Action) async throws(ActuateError) -> String {
    if let id = act.workload { return "\(try await actuator.observe(id)?.desired ?? -1) replicas" }
    if let id = act.node { return "\(try await actuator.observe(id)?.state.rawValue ?? "nothing")" }
    let made = try await actuator.inventory().nodes.filter { $0.tags[Tag.intent] == act.token }
    return "\(made.count) nodes"
  }
}
