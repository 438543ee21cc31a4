import FleetModel
import Logging
import Planner
import Ports

extension ActionMachine.Event {
  /// True also when it was asked by a task that has been cancelled meanwhile.
  fileprivate var isSettled: Bool {
    switch self {
    case .recorded, .answered(.success), .answered(.refused), .found(.some): true
    default: false
    }
  }
}

/// Carries decisions out: the hands of `ActionMachine`, which decides every next step.
struct Executor: Sendable {
  let fleet: String
  let watch: FleetWatch
  let journal: Journal
  let ledger: any Ledger
  let actuators: [CloudName: any Actuator]
  let collector: any Collector
  /// The fleet's clock; may be scaled.
  let clock: any TimeSource
  /// Real time, for backoff: a cloud's patience does not scale.
  let wall: any TimeSource
  let counters: Counters
  let log: Logger
  /// The right to act at all; nil: nobody else could have it.
  var hold: LeaseHold?
  /// The boot-time clock, which runs on while the process or the machine is suspended.
  var bootClock: @Sendable () -> ContinuousClock.Instant = { .now }

  /// Runs one act to its end. Throws only when the ledger can no longer be written: then nothing
  /// more is sent, and whoever leads next finds the act open and takes it up.
  func run(_ decision: Decision, resuming phase: OpenAction.Phase? = nil) async throws(StoreError) {
    var machine = ActionMachine(decision)
    var effect = machine.step(
      phase.map { .resume($0, now: clock.now()) } ?? .begin(now: clock.now()))
    var sight = Sight(nil)
    while effect != .finish {
      // Shutting down: the act stays open in the ledger, and whoever leads next takes it up.
      if Task.isCancelled, !effect.isWrite { return }
      // So it does where the lease has ended by our own clock.
      guard let event = try await carry(effect, of: decision, by: &sight) else { return }
      // A look or a call that was broken off says nothing about the world.
      if Task.isCancelled, !event.isSettled { return }
      effect = machine.step(event)
    }
  }

  private func carry(
    _ effect: ActionMachine.Effect, of decision: Decision, by sight: inout Sight
  ) async throws(StoreError) -> ActionMachine.Event? {
    switch effect {
    case .look:
      sight = try await look(decision)
      return .looked(sight.objection)
    case .append(let kind):
      try await append(kind, of: decision)
      return .recorded
    case .call: return await call(decision, by: sight).map { .answered($0) }
    case .find: return await find(decision)
    case .wait(let pause):
      try? await wall.sleep(for: jittered(pause))
      return .waited
    case .finish: return .recorded
    }
  }

  // MARK: Calling

  /// nil: we may have been replaced by now, and nothing was sent.
  private func call(_ decision: Decision, by sight: Sight) async -> ActionMachine.Answer? {
    guard let actuator = actuator(for: decision) else {
      return .refused(
        ActFailure(kind: .unsupported, code: "no_cloud", message: "no such cloud is configured"))
    }
    crashPoint("before-call")
    do throws(ActuateError) {
      if let lateness = sight.permit.lateness(at: bootClock()) { throw .tooLate(lateness) }
      let receipt = try await actuator.carryOut(
        await action(for: decision, on: sight.node), under: sight.permit)
      crashPoint("after-call")
      count("ok", actuator.cloud, decision)
      return .success(receipt)
    } catch {
      count(code(of: error), actuator.cloud, decision)
      log.warning("call failed", metadata: ["decision": "\(decision.key)", "error": "\(error)"])
      switch error {
      case .refused(let failure): return .refused(failure)
      case .retryLater(let after, let failure): return .retryLater(after: after, failure)
      case .outcomeUnknown(let text): return .unknown(text)
      case .tooLate(.evidenceOld): return .tooLate(now: clock.now())
      case .tooLate(.leaseOver): return nil
      }
    }
  }

  private func count(_ code: String, _ cloud: CloudName, _ decision: Decision) {
    counters.count(
      "finops_actuator_requests_total",
      ["cloud": cloud.rawValue, "op": decision.intent.rawValue, "code": code])
  }

  private func code(of error: ActuateError) -> String {
    switch error {
    case .refused(let failure), .retryLater(_, let failure): failure.code
    case .outcomeUnknown: "lost_answer"
    case .tooLate(.evidenceOld): "evidence_old"
    case .tooLate(.leaseOver): "lease_over"
    }
  }

  private func action(for decision: Decision, on node: Node?) async -> Action {
    let token = intentToken(for: decision.key)
    var tags = [Tag.fleet: fleet, Tag.intent: token, Tag.pool: decision.pool.rawValue]
    tags["Name"] = "\(fleet)-\(decision.pool)"
    // Else the pool would not know what it launched for its own, and launch for ever.
    if decision.intent == .launch {
      tags.merge(await watch.tags(of: decision.pool)) { ours, _ in ours }
    }
    return Action(
      token: token, intent: decision.intent, node: decision.node, launch: decision.launch,
      tags: tags, workload: decision.workload, replicas: decision.replicas,
      seen: node)
  }

  // MARK: Finding out

  private func find(_ decision: Decision) async -> ActionMachine.Event {
    guard let actuator = actuator(for: decision) else { return .searchFailed("no such cloud") }
    do throws(ActuateError) {
      if let id = decision.workload { return .found(try await scaled(decision, id, actuator)) }
      guard let id = decision.node else { return .found(try await launched(decision, actuator)) }
      guard let node = try await actuator.observe(id) else {
        return .found(decision.intent == .terminate ? gone(id) : nil)
      }
      await watch.take(node, at: clock.now())
      return .found(effect(of: decision.intent, on: node))
    } catch {
      return .searchFailed("\(error)")
    }
  }

  private func launched(
    _ decision: Decision, _ actuator: any Actuator
  ) async throws(ActuateError) -> Receipt? {
    let token = intentToken(for: decision.key)
    let node = try await actuator.inventory().nodes.first { $0.tags[Tag.intent] == token }
    return node.map { Receipt(node: $0.id, state: $0.state, adopted: true) }
  }

  private func scaled(
    _ decision: Decision, _ id: WorkloadID, _ actuator: any Actuator
  ) async throws(ActuateError) -> Receipt? {
    guard let workload = try await actuator.observe(id),
      workload.desired == decision.replicas?.to
    else { return nil }
    return Receipt(workload: id, replicas: workload.desired, adopted: true)
  }

  private func gone(_ id: NodeID) -> Receipt {
    Receipt(node: id, state: .terminated, adopted: true)
  }

  private func effect(of intent: Intent, on node: Node) -> Receipt? {
    let reached: Set<InstanceState> =
      switch intent {
      case .stop: [.stopping, .stopped, .shuttingDown, .terminated]
      case .terminate: [.shuttingDown, .terminated]
      case .start: [.pending, .running]
      case .keep, .launch, .scaleUp, .scaleDown, .unload: []
      }
    guard reached.contains(node.state) else { return nil }
    return Receipt(node: node.id, state: node.state, adopted: true)
  }

  // MARK: Recording

  private func append(_ kind: LedgerEvent.Kind, of decision: Decision) async throws(StoreError) {
    let event = LedgerEvent(at: clock.now(), key: decision.key, kind: kind)
    if case .attempted = kind { crashPoint("before-attempted") }
    if kind.isFinal {
      crashPoint("before-outcome")
      counters.count(
        "finops_decisions_total", ["action": decision.intent.rawValue, "outcome": kind.name])
    }
    try await journal.append(event, alerts: outcomeAlerts(for: event, of: decision))
    log.info(
      "act \(kind.name)",
      metadata: ["decision": "\(decision.key)", "pool": "\(decision.pool)"])
    if kind.isFinal { crashPoint("after-outcome") }
  }

  func actuator(for decision: Decision) -> (any Actuator)? {
    if let launch = decision.launch { return actuators[launch.cloud] }
    // One that names its cloud goes nowhere else: that account may have been taken out of the settings.
    if let cloud = decision.cloud { return actuators[cloud] }
    return actuators.count == 1 ? actuators.values.first : nil
  }

  /// A pause and up to half as much more, so that many acts do not come back at once, and none before
  /// the cloud wants it.
  private func jittered(_ pause: Duration) -> Duration {
    .microseconds(Int64.random(in: pause.microseconds...max(1, pause.microseconds * 3 / 2)))
  }
}
