import DemoFleet
import FleetModel
import Ports
import Synchronization
import Simulator
import TestSupport

/// Every GPU at the same duty, save node 9, of which nothing is known.
struct Steady: ActivitySource {
  var duty: Double
  func activity(node: Int, accelerator: Int, at moment: Timestamp) -> DeviceActivity? {
    node == 9 ? nil : DeviceActivity(duty: duty, memoryUsed: 1000)
  }
}

/// The real clock.
struct RealTime: TimeSource {
  func now() -> Timestamp {
    let since = ContinuousClock.now - Self.start
    return Timestamp(seconds: 1_795_251_600).advanced(by: since)
  }
  func sleep(for duration: Duration) async throws(CancellationError) {
    do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
  }
  private static let start = ContinuousClock.now
}

/// Moves by 50 ms whenever it is looked at: states change after so many requests, however slow the
/// machine is.
final class LookedAtTime: TimeSource {
  private let looks = Mutex(0)

  func now() -> Timestamp {
    let count = looks.withLock { looks in
      looks += 1
      return looks
    }
    return Timestamp(seconds: 1_795_251_600).advanced(by: .milliseconds(50 * count))
  }
  func sleep(for duration: Duration) async throws(CancellationError) {}
}

func plan(_ nodes: Int = 2, spares: Int = 0, faults: [FaultRule] = []) -> DemoFleetPlan {
  DemoFleetPlan(
    nodes: (0..<nodes).map { index in
      DemoNode(
        name: "gpu-\(index)", pool: index == 0 ? "serving" : "batch", type: "p5.48xlarge",
        serves: index == 0 ? "demo-7b" : nil)
    }, spares: spares, lag: .none, faults: FaultPlan(rules: faults))
}

/// Runs a fleet for the time of `body`, and stops it whatever happens.
func withFleet(
  _ plan: DemoFleetPlan, duty: Double = 0.5, time: any TimeSource = VirtualTime(),
  _ body: (DemoFleet, DemoEndpoints) async throws -> Void
) async throws {
  let fleet = DemoFleet(plan, activity: Steady(duty: duty), time: time)
  let endpoints = try await fleet.start()
  do { try await body(fleet, endpoints) } catch {
    await fleet.stop()
    throw error
  }
  await fleet.stop()
}

func scrape(_ target: Target, within limit: Duration = .seconds(30)) async throws -> HTTPResponse {
  try await LoopbackClient().send(
    HTTPRequest(url: "http://\(target)/metrics", limits: HTTPLimits(total: limit)))
}

func ask(_ endpoint: String, _ form: String, within limit: Duration = .seconds(30)) async throws
  -> HTTPResponse
{
  try await LoopbackClient().send(
    HTTPRequest(
      method: "POST", url: endpoint + "/", body: Array((form + "&Version=2016-11-15").utf8),
      limits: HTTPLimits(total: limit)))
}

extension HTTPResponse {
  var text: String { String(decoding: body, as: UTF8.self) }

  /// The values of a metric, in the order of the page.
  func values(_ metric: String) -> [Double] {
    text.split(separator: "\n").filter { $0.hasPrefix(metric + "{") }
      .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
  }
}
