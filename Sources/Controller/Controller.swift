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

  /// Runs until the task is cancelled or a graceful shutdown begins, then gives the lease back.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled { await term() }
    }
  }

  /// One time of leading, from taking the lease to losing it.
  private func term() async {
    guard let lease = await takeLease() else {
      try? await parts.wall.sleep(for: .seconds(1))
      return
    }
    parts.log.info("leading", metadata: ["epoch": "\(lease.epoch)", "as": "\(lease.holder)"])
    await health.led(epoch: lease.epoch)
    do {
      try await lead(under: lease)
    } catch {
      // Being told to stop is no trouble.
      if !Task.isCancelled {
        parts.log.warning("stopped leading", metadata: ["why": "\(error)"])
      }
    }
    await health.followed()
    try? await parts.leadership.release(lease)
    // What ended this term may end the next one as fast.
    try? await parts.wall.sleep(for: .seconds(1))
  }

  private func takeLease() async -> Lease? {
    do throws(StoreError) {
      let lease = try await parts.leadership.acquire(
        holder: parts.identity, term: parts.pace.lease, renewing: nil)
      await health.store(nil)
      return lease
    } catch {
      await health.store("\(error)")
      parts.log.warning("no lease", metadata: ["why": "\(error)"])
      return nil
    }
  }

  private func lead(under lease: Lease) async throws {
    let watch = FleetWatch(rulebook: parts.rulebook, every: parts.pace.evaluate)
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
      parts: parts, watch: watch, journal: journal, health: health, bell: bell)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await keep(lease) }
      group.addTask { await ScrapeLoop(parts: parts, watch: watch, health: health).run() }
      group.addTask { await InventoryLoop(parts: parts, watch: watch, health: health).run() }
      group.addTask { await InterruptionLoop(parts: parts, watch: watch, bell: bell).run() }
      group.addTask { await SampleWriter(parts: parts, watch: watch, health: health).run() }
      group.addTask { await OutboxPump(parts: parts).run() }
      group.addTask { try await reconciler.run() }
      defer { group.cancelAll() }
      // One that has nothing to do ends at once, as the outbox does without channels; only an
      // error ends the term.
      while try await group.next() != nil {}
    }
  }

  /// Renews the lease; throws when it is lost, or could not be renewed for its whole term.
  private func keep(_ lease: Lease) async throws {
    var renewedAt = ContinuousClock.now
    while !Task.isCancelled {
      try await parts.wall.sleep(for: parts.pace.renew)
      do throws(StoreError) {
        let renewed = try await parts.leadership.acquire(
          holder: lease.holder, term: parts.pace.lease, renewing: lease)
        guard renewed?.epoch == lease.epoch else { throw .fenced }
        renewedAt = .now
        await health.store(nil)
      } catch {
        await health.store("\(error)")
        let late = ContinuousClock.now - renewedAt >= parts.pace.lease
        if error == .fenced || late { throw error }
      }
    }
  }
}
