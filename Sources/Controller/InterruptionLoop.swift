import FleetModel
import Logging
import Ports

/// Hears what clouds announce, on every path, and brings the next plan forward for it.
///
/// A notice is acknowledged once a tick that knows of it is in the ledger: killed in between, it is
/// given again. Reading and acknowledging do not wait for each other, so that a flood is drained as
/// fast as it can be read, and a path that waits for the next notice does not hold up the last.
struct InterruptionLoop: Sendable {
  let parts: ControllerParts
  let watch: FleetWatch
  let bell: Bell

  /// From one look at a path that has nothing to the next, however fast it answers.
  private static let pause = Duration.seconds(1)
  private static let pauseAfterError = Duration.seconds(5)
  /// Between looks at whether the ledger has what was read.
  private static let turn = Duration.milliseconds(100)

  func run() async {
    await withDiscardingTaskGroup { group in
      for source in parts.interruptions {
        let desk = NoticeDesk()
        group.addTask { await read(source, onto: desk) }
        group.addTask { await clear(desk, of: source) }
      }
    }
  }

  private func read(_ source: any InterruptionSource, onto desk: NoticeDesk) async {
    var last: Set<String> = []
    while !Task.isCancelled {
      // More than this is not held: what is not read stays where it is.
      if desk.isFull, (try? await parts.wall.sleep(for: Self.turn)) != nil { continue }
      let began = parts.wall.steady
      var wait = Duration.zero
      do throws(ActuateError) {
        let notices = try await source.notices()
        await take(notices, onto: desk)
        count(notices, source.cloud)
        let rest = max(.zero, Self.pause - (parts.wall.steady - began))
        // A path that gives what it gave before, until it is acknowledged, is asked once a second.
        let isKnown = Set(notices.map(\.id)) == last
        last = Set(notices.map(\.id))
        if notices.isEmpty || isKnown { wait = rest } else if desk.isFull { wait = Self.turn }
      } catch {
        guard report(error, of: source) else { return }
        wait = Self.pauseAfterError
      }
      if wait > .zero, (try? await parts.wall.sleep(for: wait)) == nil { return }
    }
  }

  private func take(_ notices: [Interruption], onto desk: NoticeDesk) async {
    let sifted = await watch.sift(notices)
    let now = parts.clock.now()
    desk.finish(sifted.ours)
    desk.keep(strangers: sifted.strangers, since: now)
    guard !sifted.news.isEmpty else { return }
    desk.take(sifted.news, mark: await watch.take(sifted.news, at: now))
    bell.ring()
  }

  private func clear(_ desk: NoticeDesk, of source: any InterruptionSource) async {
    while !Task.isCancelled {
      var wait = desk.isEmpty ? Self.pause : Self.turn
      await lookAgain(at: desk)
      do throws(ActuateError) {
        let recorded = await watch.recordedNotices
        let ready = desk.acknowledgeable(recorded: recorded)
        if !ready.isEmpty {
          try await source.acknowledge(ready)
          desk.acknowledged(recorded: recorded, ready.count)
        }
      } catch {
        guard report(error, of: source) else { return }
        wait = Self.pauseAfterError
      }
      guard (try? await parts.wall.sleep(for: wait)) != nil else { return }
    }
  }

  /// A node that was launched a moment ago is a stranger until it is listed. One that is still
  /// unknown after two listings is not ours.
  private func lookAgain(at desk: NoticeDesk) async {
    let strangers = desk.takeStrangers()
    guard !strangers.isEmpty else { return }
    let unknown = Set(await watch.sift(strangers.map(\.notice)).strangers.map(\.node))
    let now = parts.clock.now()
    let patience = parts.pace.inventory * 2
    let known = strangers.filter { !unknown.contains($0.notice.node) }.map(\.notice)
    await take(known, onto: desk)
    var foreign: [Interruption] = []
    var rest: [(since: Timestamp, notice: Interruption)] = []
    for stranger in strangers where unknown.contains(stranger.notice.node) {
      // A cloud that is away lists nobody: what it would have known is no stranger yet.
      let listed = await watch.listing(of: stranger.notice.cloud)
      let isListed = listed.map { $0 >= stranger.since.advanced(by: parts.pace.inventory) } ?? false
      let isLate = now.duration(since: stranger.since) >= patience
      if isListed, isLate { foreign.append(stranger.notice) } else { rest.append(stranger) }
    }
    desk.putBack(rest)
    desk.finish(foreign)
    if !foreign.isEmpty {
      parts.counters.count("finops_interruptions_foreign_total", by: foreign.count)
    }
  }

  /// False when the loop is being told to stop, which is no trouble.
  private func report(_ error: ActuateError, of source: any InterruptionSource) -> Bool {
    guard !Task.isCancelled else { return false }
    parts.log.warning(
      "interruption notices", metadata: ["cloud": "\(source.cloud)", "error": "\(error)"])
    parts.counters.count("finops_interruption_errors_total", ["cloud": source.cloud.rawValue])
    return true
  }

  private func count(_ notices: [Interruption], _ cloud: CloudName) {
    for notice in notices {
      parts.counters.count(
        "finops_interruptions_total",
        ["cloud": cloud.rawValue, "kind": notice.kind.rawValue, "path": notice.path])
    }
  }
}
