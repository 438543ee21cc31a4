import FleetModel
import Logging
import Planner
import Ports

/// Scrapes every target at its own pace, each from its own place within the interval, so that a
/// thousand targets are a steady stream and one that hangs holds up nobody.
struct ScrapeLoop: Sendable {
  let parts: ControllerParts
  let watch: FleetWatch
  let health: Health

  /// Real time between two looks at the list of targets.
  private static let refresh = Duration.seconds(2)

  func run() async {
    await withDiscardingTaskGroup { group in
      var running: [WatchedTarget: Switch] = [:]
      while !Task.isCancelled {
        let wanted = await parts.targets()
        await watch.watch(wanted)
        await health.watches(wanted.count)
        for (target, off) in running where !wanted.contains(target) {
          off.flip()
          running[target] = nil
        }
        for target in wanted where running[target] == nil {
          let off = Switch()
          running[target] = off
          group.addTask { await follow(target, until: off) }
        }
        parts.counters.set("finops_targets", to: Double(wanted.count))
        do { try await parts.wall.sleep(for: Self.refresh) } catch { break }
      }
      group.cancelAll()
    }
  }

  private func follow(_ watched: WatchedTarget, until off: Switch) async {
    let every = watched.every
    // By the clock that nobody sets: with the wall clock set back a day, a target was asked again
    // only a day later.
    var next = parts.clock.steady + offset(of: watched.target, within: every)
    while !Task.isCancelled, !off.isOff {
      let wait = next - parts.clock.steady
      if wait > .zero, (try? await parts.clock.sleep(for: wait)) == nil { return }
      guard !Task.isCancelled, !off.isOff else { return }
      await scrape(watched.target)
      next = slot(after: parts.clock.steady, from: next, every: every)
    }
  }

  private func scrape(_ target: Target) async {
    let at = parts.clock.now()
    let began = ContinuousClock.now
    do throws(CollectError) {
      let reading = try await parts.collector.collect(target, at: at)
      let took = parts.clock.passing(in: ContinuousClock.now - began)
      await watch.take(
        reading, answeredIn: took, at: parts.clock.now(), steady: parts.clock.steady)
      parts.counters.count("finops_scrapes_total", ["outcome": "ok"])
      parts.counters.count("finops_samples_rejected_total", by: reading.rejectedSamples)
    } catch {
      guard error != .cancelled else { return }
      await watch.failed(target, at: at)
      parts.counters.count("finops_scrapes_total", ["outcome": "failed"])
      await health.scrapeFailed(target, "\(error)")
      return
    }
    await health.scraped(target, took: ContinuousClock.now - began)
  }

  /// The next slot in the target's own grid; slots that have passed are skipped, not made up for.
  private func slot(after now: Duration, from last: Duration, every: Duration) -> Duration {
    let passed = max(0, (now - last).microseconds / every.microseconds)
    return last + .microseconds((passed + 1) * every.microseconds)
  }

  /// A place within the interval that stays the same over restarts (FNV-1a of the name).
  private func offset(of target: Target, within every: Duration) -> Duration {
    let hash = target.rawValue.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    return .microseconds(Int64(hash % UInt64(max(1, every.microseconds))))
  }
}
