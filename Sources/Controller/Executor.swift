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

extension Decision {
  fileprivate var restsOnInterruption: Bool {
    guard case .interruption = reason else { return false }
    return true
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

  /// Runs one act to its end. Throws only when the ledger can no longer be written: then nothing
  /// more is sent, and whoever leads next finds the act open and takes it up.
  func run(_ decision: Decision, resuming phase: OpenAction.Phase? = nil) async throws(StoreError) {
    var machine = ActionMachine(decision)
    var effect = machine.step(
      phase.map { .resume($0, now: clock.now()) } ?? .begin(now: clock.now()))
    while effect != .finish {
      // Shutting down: the act stays open in the ledger, and whoever leads next takes it up.
      if Task.isCancelled, !effect.isWrite { return }
      let event = try await carry(effect, of: decision)
      // A look or a call that was broken off says nothing about the world.
      if Task.isCancelled, !event.isSettled { return }
      effect = machine.step(event)
    }
  }

  private func carry(
    _ effect: ActionMachine.Effect, of decision: Decision
  ) async throws(StoreError) -> ActionMachine.Event {
    switch effect {
    case .look: return .looked(try await look(decision))
    case .append(let kind):
      try await append(kind, of: decision)
      return .recorded
    case .call: return .answered(await call(decision))
    case .find: return await find(decision)
    case .wait(let pause):
      try? await wall.sleep(for: jittered(pause))
      return .waited
    case .finish: return .recorded
    }
  }

  // MARK: Looking

  /// The look before the leap: kill switch, the node as the cloud has it now, its metrics now.
  private func look(_ decision: Decision) async throws(StoreError) -> Reason? {
    crashPoint("before-look")
    if try await ledger.killSwitch() { return .killSwitch }
    if decision.workload != nil { return await lookAtWorkload(decision) }
    guard decision.intent.shrinks, let id = decision.node else {
      return await watch.reserve(decision, at: clock.now())
    }
    guard let actuator = actuator(for: decision) else { return .unmatched }
    let node: Node?
    do throws(ActuateError) { node = try await actuator.observe(id) } catch {
      return .stale(age: .seconds(0))
    }
    if let node { await watch.take(node, at: clock.now()) }
    // A node that its cloud takes away is drained whatever it does.
    if let target = decision.target, !decision.restsOnInterruption {
      let at = clock.now()
      do throws(CollectError) {
        await watch.take(try await collector.collect(target, at: at))
      } catch {
        await watch.failed(target, at: at)
        return .stale(age: clock.now().duration(since: at))
      }
    }
    return await watch.check(decision, node: node, at: clock.now())
  }

  /// A number of replicas is changed from the number it was decided on, or not at all.
  private func lookAtWorkload(_ decision: Decision) async -> Reason? {
    guard let actuator = actuator(for: decision), let id = decision.workload,
      let change = decision.replicas
    else { return .workload(.unlisted) }
    let workload: Workload?
    do throws(ActuateError) { workload = try await actuator.observe(id) } catch {
      return .stale(age: .zero)
    }
    guard let workload else { return .workload(.unlisted) }
    await watch.take(workload)
    guard workload.count.total == change.from || workload.desired == change.to else {
      return .superseded
    }
    if let hold = workload.hold { return .workload(hold) }
    // Nothing goes to zero under a request that came meanwhile, or that nobody could have seen.
    if change.to == 0 {
      if let load = workload.load {
        if load.running > 0 || load.waiting > 0 { return .busy(.requests) }
      } else if let why = await watch.objectionToNothing(decision, at: clock.now()) {
        return why
      }
    }
    return await watch.reserve(decision, at: clock.now())
  }

  // MARK: Calling

  private func call(_ decision: Decision) async -> ActionMachine.Answer {
    guard let actuator = actuator(for: decision) else {
      return .refused(
        ActFailure(kind: .unsupported, code: "no_cloud", message: "no such cloud is configured"))
    }
    crashPoint("before-call")
    do throws(ActuateError) {
      let receipt = try await actuator.carryOut(await action(for: decision))
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
    }
  }

  private func action(for decision: Decision) async -> Action {
    let token = intentToken(for: decision.key)
    var tags = [Tag.fleet: fleet, Tag.intent: token, Tag.pool: decision.pool.rawValue]
    tags["Name"] = "\(fleet)-\(decision.pool)"
    // Else the pool would not know what it launched for its own, and launch for ever.
    if decision.intent == .launch {
      tags.merge(await watch.tags(of: decision.pool)) { ours, _ in ours }
    }
    return Action(
      token: token, intent: decision.intent, node: decision.node, launch: decision.launch,
      tags: tags, workload: decision.workload, replicas: decision.replicas)
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

  private func actuator(for decision: Decision) -> (any Actuator)? {
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
