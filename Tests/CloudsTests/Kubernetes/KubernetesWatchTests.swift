import Clouds
import CurlTransport
import DemoFleet
import FleetModel
import Foundation
import Ports
import TestSupport
import Testing

/// The watch, over real connections to our fake cluster, on the real clock.
@Suite(.serialized) struct KubernetesWatchTests {
  /// The real clock; the fake and the actuator share it.
  struct RealTime: TimeSource {
    func now() -> Timestamp {
      Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }
    func sleep(for duration: Duration) async throws(CancellationError) {
      do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
    }
  }

  /// Runs with a cluster of `count` nodes and an actuator that watches it.
  func watching(
    _ count: Int = 3, faults: [FaultRule] = [], split: Bool = false,
    _ body: (FakeKubernetes, KubernetesActuator) async throws -> Void
  ) async throws {
    let time = RealTime()
    let fake = FakeKubernetes(
      lag: .none, time: time, faults: FaultInjector(FaultPlan(rules: faults)))
    fake.splitLines(split)
    for number in 0..<count { fake.add(.init("gpu-\(number)", labels: ours)) }
    let server = try await fake.start()
    let transport = CurlTransport(TransportOptions(version: "test"))
    let actuator = KubernetesActuator(
      cloud: "k8s", access: KubernetesAccess(server: server), fleet: "f", transport: transport,
      time: time)
    defer { transport.shutdown() }
    do { try await body(fake, actuator) } catch {
      await fake.stop()
      throw error
    }
    transport.shutdown()
    await fake.stop()
  }

  /// Waits until `condition` holds, at most ten seconds.
  func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<200 {
      if try await condition() { return true }
      try await Task.sleep(for: .milliseconds(50))
    }
    return false
  }

  @Test(.timeLimit(.minutes(2)), arguments: [false, true])
  func `Changes are seen without another list, wherever lines are cut`(split: Bool) async throws {
    try await watching(split: split) { fake, actuator in
      #expect(try await actuator.inventory().nodes.map(\.id) == ["gpu-0", "gpu-1", "gpu-2"])
      let isWatched = try await eventually { !fake.calls("watch nodes").isEmpty }
      #expect(isWatched)
      fake.add(.init("gpu-9", labels: ours))
      fake.vanish("gpu-0")
      fake.taint("gpu-1", "x/y")
      fake.label("gpu-2", Tag.fleet, nil)
      let isSeen = try await eventually {
        try await actuator.inventory().nodes.map(\.id) == ["gpu-1", "gpu-9"]
      }
      #expect(isSeen)
      #expect(fake.calls("list nodes").count == 1)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `A version the server has forgotten means to list again`() async throws {
    // The watch is kept from the server until the version it asks for is compacted away.
    let late = fault("watch nodes", FaultEffect(.status, status: 503), count: 1)
    try await watching(faults: [late]) { fake, actuator in
      _ = try await actuator.inventory()
      fake.vanish("gpu-0")
      fake.compact()
      let isSeen = try await eventually { fake.calls("watch nodes").count >= 3 }
      #expect(isSeen)
      #expect(try await actuator.inventory().nodes.map(\.id) == ["gpu-1", "gpu-2"])
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `A watch that breaks in the middle of a line loses nothing`() async throws {
    let cut = fault("watch nodes", FaultEffect(.truncate), count: 2)
    try await watching(faults: [cut]) { fake, actuator in
      _ = try await actuator.inventory()
      for number in 10..<14 {
        fake.add(.init("gpu-\(number)", labels: ours))
        try await Task.sleep(for: .milliseconds(100))
      }
      let isWatched = try await eventually { fake.calls("watch nodes").count >= 3 }
      #expect(isWatched)
      let isSeen = try await eventually { try await actuator.inventory().nodes.count == 7 }
      #expect(isSeen)
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func `A taint becomes a notice within a second, once`() async throws {
    try await watching { fake, actuator in
      let source = actuator.interruptions
      fake.add(.init("other", labels: [Tag.fleet: "g"]))
      _ = try await actuator.inventory()
      async let waiting = source.notices()
      try await Task.sleep(for: .milliseconds(300))
      fake.taint("other", "aws-node-termination-handler/spot-itn")
      fake.taint("gpu-1", "aws-node-termination-handler/spot-itn", value: "abc")
      let notices = try await waiting
      #expect(notices.map(\.node) == ["gpu-1"])
      #expect(notices.map(\.kind) == [.preemption] && notices.map(\.path) == ["taint"])
      #expect(try await source.notices() == notices)
      try await source.acknowledge(notices)
      fake.condition("gpu-2", "PreemptScheduled", "True", reason: "PreemptScheduled")
      #expect(try await source.notices().map(\.node) == ["gpu-2"])
    }
  }
}
