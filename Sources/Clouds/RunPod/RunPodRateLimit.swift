import FleetModel
import Planner
import Ports
import Synchronization

/// What RunPod says is left of its limits, and when they begin anew.
///
/// Every answer carries it (`RateLimit: "minute";r=0;t=12, "hour";r=2800;t=1812`), so we wait before
/// the cloud has to say 429.
final class RunPodRateLimit: Sendable {
  struct Window: Sendable, Hashable {
    var remaining: Int
    var resetsAt: Timestamp
  }

  private let windows = Mutex<[String: Window]>([:])
  private let time: any TimeSource

  init(time: any TimeSource) { self.time = time }

  /// Takes note of an answer's header.
  func hear(_ reply: HTTPResponse) {
    guard let header = reply.header("RateLimit") else { return }
    let heard = Self.parse(header, at: time.now())
    windows.withLock { $0.merge(heard) { _, new in new } }
  }

  /// Waits until a call may be made, when that is soon; else the caller is told when.
  func admit() async throws(ActuateError) {
    let now = time.now()
    let wait = windows.withLock { windows -> Duration in
      windows = windows.filter { $0.value.resetsAt > now }
      let spent = windows.values.filter { $0.remaining <= 0 }
      guard let latest = spent.map(\.resetsAt).max() else {
        // Those that are under way count before their answers come.
        for name in windows.keys { windows[name]?.remaining -= 1 }
        return .zero
      }
      return latest.duration(since: now)
    }
    guard wait > .zero else { return }
    guard wait <= CallBudget.longestWait else { throw .retryLater(after: wait, Self.spent) }
    do { try await time.sleep(for: wait) } catch {
      throw .retryLater(after: nil, CallBudget.cancelled)
    }
  }

  static let spent = ActFailure(
    kind: .throttled, code: "RateLimitSpent",
    message: "RunPod's limit on calls is used up; nothing was sent")

  /// Members that can not be read are left out: a wait is never invented.
  static func parse(_ header: String, at now: Timestamp) -> [String: Window] {
    var windows: [String: Window] = [:]
    for member in header.split(separator: ",").prefix(16) {
      let parts = member.split(separator: ";").map { $0.trimming() }
      guard let name = parts.first, let left = number("r", in: parts),
        let seconds = number("t", in: parts), (0...86_400).contains(seconds)
      else { continue }
      windows[name] = Window(
        remaining: left, resetsAt: now.advanced(by: .seconds(Int64(seconds))))
    }
    return windows
  }

  private static func number(_ name: String, in parts: [String]) -> Int? {
    parts.first { $0.hasPrefix(name + "=") }.flatMap { Int($0.dropFirst(2)) }
  }
}

extension Substring {
  fileprivate func trimming() -> String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

/// Passes everything on, and lets the limits be heard.
struct RunPodListeningTransport: HTTPTransport {
  let transport: any HTTPTransport
  let limit: RunPodRateLimit

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let reply = try await transport.send(request)
    limit.hear(reply)
    return reply
  }
}
