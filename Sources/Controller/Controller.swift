import FleetModel
import Planner
public import ServiceLifecycle
import Logging
import Ports

/// The long-running process: leads when it may, and then observes, plans, records, acts, settles.
public struct Controller: Service {
  private let parts: ControllerParts
  public let health: Health

  public init(_ parts: ControllerParts) {
    self.parts = parts
    health = Health()
  }

  /// Real time after which no stored plan means that none can be stored: four passes of the loop, and
  /// never less than a few seconds.
  public var longestWithoutPlan: Duration {
    max(parts.clock.real(parts.pace.evaluate * 4), .seconds(5))
  }

  /// Runs until the task is cancelled or a graceful shutdown begins, then gives the lease back.
  ///
  /// What is heard is taken in and kept for the store all that time, with the lease and without: a
  /// database that is away for longer than a lease costs no evidence and no samples.
  public func run() async throws {
    // A second of the machine's, in the fleet's time: its clocks are read one after the other.
    let watch = FleetWatch(
      rulebook: parts.rulebook, every: parts.pace.evaluate,
      slack: parts.clock.passing(in: .seconds(1)), own: parts.own)
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        group.addTask { await ScrapeLoop(parts: parts, watch: watch, health: health).run() }
        group.addTask { await SampleWriter(parts: parts, watch: watch, health: health).run() }
        while !Task.isCancelled { await term(watch) }
        group.cancelAll()
      }
    }
  }

  /// One time of leading, from taking the lease to losing it.
  private func term(_ watch: FleetWatch) async {
    await health.turned()
    let hold = LeaseHold(askedAt: .now, term: parts.pace.lease)
    guard let lease = await takeLease() else {
      try? await parts.wall.sleep(for: .seconds(1))
      return
    }
    parts.log.info("leading", metadata: ["epoch": "\(lease.epoch)", "as": "\(lease.holder)"])
    await health.led(epoch: lease.epoch)
    do {
      try await lead(under: lease, hold, watch)
    } catch {
      // Being told to stop is no trouble.
      if !Task.isCancelled {
        parts.log.warning("stopped leading", metadata: ["why": "\(error)"])
      }
    }
    await health.followed()
    try? await parts.leadership.release(lease)
    // What ended this term may end the next one as fast; another who waits comes first.
    try? await parts.wall.sleep(for: .seconds(3))
  }

  private func takeLease() async -> Lease? {
    do throws(StoreError) {
      let lease = try await parts.leadership.acquire(
        holder: parts.identity, term: parts.pace.lease, renewing: nil)
      await health.store(nil)
      await health.followsAnother(lease == nil)
      return lease
    } catch {
      await health.followsAnother(false)
      await health.store("\(error)")
      parts.log.warning("no lease", metadata: ["why": "\(error)"])
      return nil
    }
  }

  private func lead(
    under lease: Lease, _ hold: LeaseHold, _ watch: FleetWatch
  ) async throws {
    let remembered = try await parts.ledger.resume()
    if let fault = remembered.fault {
      parts.log.warning(
        "the last tick is of another version: beginning from the ledger's events alone",
        metadata: ["why": "\(fault)"])
    }
    await watch.resume(from: remembered.memory, events: remembered.events)
    let journal = Journal(ledger: parts.ledger, watch: watch, lease: lease)
    let bell = Bell()
    let reconciler = Reconciler(
      parts: parts, watch: watch, journal: journal, health: health, bell: bell, hold: hold)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await keep(lease, hold) }
      group.addTask { try await endWhenMute() }
      group.addTask { await InventoryLoop(parts: parts, watch: watch, health: health).run() }
      group.addTask { await InterruptionLoop(parts: parts, watch: watch, bell: bell).run() }
      group.addTask { await OutboxPump(parts: parts).run() }
      group.addTask { try await reconciler.run() }
      defer { group.cancelAll() }
      // One that has nothing to do ends at once, as the outbox does without channels; only an
      // error ends the term.
      while try await group.next() != nil {}
    }
  }

  /// Throws when no cloud has answered for four passes of the loop: who reaches the database and
  /// nothing else leads nobody, and keeps one that could from leading (neo4j#8266, tinykv#358).
  private func endWhenMute() async throws {
    guard !parts.actuators.isEmpty else { return }
    let limit = max(parts.pace.evaluate, parts.pace.inventory) * 4
    let began = parts.clock.steady
    var heardAt = began
    var last: ContinuousClock.Instant?
    while !Task.isCancelled {
      try await parts.clock.sleep(for: parts.pace.evaluate)
      let listed = await health.listedAt
      if listed != last { (last, heardAt) = (listed, parts.clock.steady) }
      guard parts.clock.steady - heardAt <= limit else { throw TermEnd.mute }
    }
  }

  /// Renews the lease; throws when it is lost, or could not be renewed for its whole term.
  private func keep(_ lease: Lease, _ hold: LeaseHold) async throws {
    var renewedAt = ContinuousClock.now
    while !Task.isCancelled {
      try await parts.wall.sleep(for: parts.pace.renew)
      let asked = ContinuousClock.now
      await health.turned()
      do throws(StoreError) {
        let renewed = try await parts.leadership.acquire(
          holder: lease.holder, term: parts.pace.lease, renewing: lease)
        guard renewed?.epoch == lease.epoch else { throw .fenced }
        renewedAt = .now
        hold.renew(askedAt: asked, term: parts.pace.lease)
        await health.store(nil)
      } catch {
        await health.store("\(error)")
        let late = ContinuousClock.now - renewedAt >= parts.pace.lease
        if error == .fenced || late { throw error }
      }
    }
  }
}

/// Why a leader gives the lease back though nobody took it.
private enum TermEnd: Error, CustomStringConvertible {
  case mute

  var description: String { "no cloud has answered for four passes of the loop" }
}
