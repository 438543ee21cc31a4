import FleetModel
import Planner
import Ports

/// What a look before the leap found.
struct Sight: Sendable {
  /// Why the act must not be; nil: it may.
  var objection: Reason?
  /// The node it saw; nil where the act is not about one.
  var node: Node?
  /// Until when the act may leave that rests on it.
  var permit = SendPermit.always

  init(_ objection: Reason?) { self.objection = objection }
}

extension Decision {
  fileprivate var restsOnInterruption: Bool {
    guard case .interruption = reason else { return false }
    return true
  }
}

/// The look before the leap: kill switch, the node as the cloud has it now, its metrics now.
///
/// The cloud is asked first and the metrics last, so that what ages fastest is youngest at the call.
extension Executor {
  func look(_ decision: Decision) async throws(StoreError) -> Sight {
    crashPoint("before-look")
    if try await ledger.killSwitch() { return Sight(.killSwitch) }
    if decision.workload != nil { return await lookAtWorkload(decision) }
    guard decision.intent.shrinks, let id = decision.node else {
      return await lookAtMoney(for: decision)
    }
    guard let actuator = actuator(for: decision) else { return Sight(.unmatched) }
    let asked = bootClock()
    let node: Node?
    do throws(ActuateError) { node = try await actuator.observe(id) } catch {
      return Sight(.stale(age: .seconds(0)))
    }
    var seenAt = middle(since: asked)
    if let node { await watch.take(node, at: clock.now()) }
    // A node that its cloud takes away is drained whatever it does.
    if let target = decision.target, !decision.restsOnInterruption {
      let at = clock.now()
      guard let heardAt = await reread(target, at: at) else {
        return Sight(.stale(age: clock.now().duration(since: at)))
      }
      seenAt = heardAt
    }
    var sight = Sight(await watch.check(decision, node: node, at: clock.now()))
    sight.node = node
    sight.permit = await permit(from: seenAt)
    return sight
  }

  /// Growth rests on what may be spent now.
  private func lookAtMoney(for decision: Decision) async -> Sight {
    let now = bootClock()
    var sight = Sight(await watch.reserve(decision, at: clock.now()))
    sight.permit = await permit(from: now)
    return sight
  }

  /// Hears the target anew; gives the middle of that exchange, nil when it did not answer.
  ///
  /// What it says was so at some moment between asking and answer. The reading's stamp and the age
  /// at the call both count from the middle, each by its own clock.
  private func reread(
    _ target: Target, at: Timestamp
  ) async -> ContinuousClock.Instant? {
    let asked = bootClock()
    do throws(CollectError) {
      let reading = try await collector.collect(target, at: at)
      let took = asked.duration(to: bootClock())
      let passed = clock.passing(in: took)
      await watch.take(reading, answeredIn: passed, at: clock.now(), steady: clock.steady)
      return asked + took / 2
    } catch {
      await watch.failed(target, at: at)
      return nil
    }
  }

  /// A number of replicas is changed from the number it was decided on, or not at all.
  private func lookAtWorkload(_ decision: Decision) async -> Sight {
    guard let actuator = actuator(for: decision), let id = decision.workload,
      let change = decision.replicas
    else { return Sight(.workload(.unlisted)) }
    let asked = bootClock()
    let workload: Workload?
    do throws(ActuateError) { workload = try await actuator.observe(id) } catch {
      return Sight(.stale(age: .zero))
    }
    guard let workload else { return Sight(.workload(.unlisted)) }
    let seenAt = middle(since: asked)
    await watch.take(workload)
    var sight = Sight(await objection(to: change, of: workload, decision))
    sight.permit = await permit(from: seenAt)
    return sight
  }

  private func objection(
    to change: ReplicaChange, of workload: Workload, _ decision: Decision
  ) async -> Reason? {
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

  private func middle(since asked: ContinuousClock.Instant) -> ContinuousClock.Instant {
    asked + asked.duration(to: bootClock()) / 2
  }

  /// `reread_age` is in the fleet's time, the permit in real time: a demo's fleet lives faster.
  private func permit(from seenAt: ContinuousClock.Instant) async -> SendPermit {
    SendPermit(seenAt: seenAt, limit: clock.real(await watch.rereadAge), lease: hold)
  }
}
