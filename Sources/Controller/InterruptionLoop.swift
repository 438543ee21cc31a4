import FleetModel
import Logging
import Ports

/// Hears what clouds announce, on every path, and brings the next plan forward for it.
///
/// A notice is acknowledged once a tick that knows of it is in the ledger: killed in between, it is
/// given again. Reading does not wait for that, so a flood is drained as fast as it can be read.
struct InterruptionLoop: Sendable {
  let parts: ControllerParts
  let watch: FleetWatch
  let bell: Bell

  /// Between two looks at a path that answers at once, and after an error.
  private static let pause = Duration.seconds(1)
  private static let pauseAfterError = Duration.seconds(5)
  /// Notices read and not yet in the ledger; past it reading waits for the ledger.
  private static let mostUnrecorded = 4096

  func run() async {
    await withDiscardingTaskGroup { group in
      for source in parts.interruptions { group.addTask { await follow(source) } }
    }
  }

  private func follow(_ source: any InterruptionSource) async {
    var unrecorded: [(mark: Int, notices: [Interruption])] = []
    while !Task.isCancelled {
      var wait = Duration.zero
      do throws(ActuateError) {
        let notices = try await source.notices()
        if !notices.isEmpty {
          unrecorded.append((await watch.take(notices, at: parts.clock.now()), notices))
          bell.ring()
          count(notices, source.cloud)
        }
        let waiting = unrecorded.reduce(0) { $0 + $1.notices.count }
        wait = notices.isEmpty || waiting > Self.mostUnrecorded ? Self.pause : .zero
        unrecorded = try await acknowledge(unrecorded, to: source)
      } catch {
        guard !Task.isCancelled else { return }
        wait = Self.pauseAfterError
        parts.log.warning(
          "interruption notices", metadata: ["cloud": "\(source.cloud)", "error": "\(error)"])
        parts.counters.count(
          "finops_interruption_errors_total", ["cloud": source.cloud.rawValue])
      }
      if wait > .zero, (try? await parts.wall.sleep(for: wait)) == nil { return }
    }
  }

  /// Gives back those that no stored tick knows of yet.
  private func acknowledge(
    _ unrecorded: [(mark: Int, notices: [Interruption])], to source: any InterruptionSource
  ) async throws(ActuateError) -> [(mark: Int, notices: [Interruption])] {
    let recorded = await watch.recordedNotices
    let done = unrecorded.filter { $0.mark <= recorded }.flatMap(\.notices)
    if !done.isEmpty { try await source.acknowledge(done) }
    return unrecorded.filter { $0.mark > recorded }
  }

  private func count(_ notices: [Interruption], _ cloud: CloudName) {
    for notice in notices {
      parts.counters.count(
        "finops_interruptions_total",
        ["cloud": cloud.rawValue, "kind": notice.kind.rawValue, "path": notice.path])
    }
  }
}
