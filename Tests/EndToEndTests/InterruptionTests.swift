import Clouds
import Controller
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// From a cloud's word to a replacement, with the real controller over loopback HTTP.
@Suite("Notices of interruptions", .serialized, .timeLimit(.minutes(4)))
struct InterruptionTests {
  @Test("one end said a hundred times on three paths is one alert, one decision, one replacement")
  func once() async throws {
    let rig = try await InterruptionRig.start(machines: 2)
    let node = rig.nodes[0]
    try await rig.running {
      #expect(await InterruptionRig.comesTrue { await rig.ledger.ticks > 0 })
      for _ in 1...100 { rig.queue.send(InterruptionRig.warning(node)) }
      let end = SystemTime().now().advanced(by: .minutes(2))
      rig.metadata.announce(
        "{\"action\":\"terminate\",\"time\":\"\(end)\"}", at: .instanceAction)
      #expect(await InterruptionRig.comesTrue { rig.queue.count == 0 })
      // The cloud keeps its word: the listing shows it, which is the third path.
      let end3 = Action(token: "cloud", intent: .terminate, node: node)
      _ = try await rig.actuator.carryOut(end3)
      #expect(
        await InterruptionRig.comesTrue {
          rig.counters.values().contains { $0.key.labels["path"] == "sweep" }
        })
      #expect(
        await InterruptionRig.comesTrue {
          rig.counters.values().contains { $0.key.labels["path"] == "imds" }
        })
      // Time for a second effect, if there were one.
      let ticks = await rig.ledger.ticks
      rig.queue.send(InterruptionRig.warning(node))
      #expect(await InterruptionRig.comesTrue { await rig.ledger.ticks > ticks })
      #expect(await InterruptionRig.comesTrue { rig.queue.count == 0 })
    }
    let told = await rig.ledger.alerts.filter { $0.kind == .nodeInterrupted }
    #expect(told.map { $0.labels["node"] } == [node.rawValue])
    #expect(await rig.decidedLaunches() == 1)
    #expect(rig.launches == 1)
    #expect(rig.queue.deleted == 101)
    await rig.stop()
  }

  @Test("killed before the notice is recorded, the next controller is given it again")
  func killed() async throws {
    let hidden = VirtualTime()
    let rig = try await InterruptionRig.start(machines: 2, queueTime: hidden)
    try await rig.running {
      #expect(await InterruptionRig.comesTrue { await rig.ledger.ticks > 0 })
      // The store is away from here on: what is read cannot be recorded.
      await rig.ledger.fail(next: .max)
      rig.queue.send(InterruptionRig.warning(rig.nodes[0]))
      #expect(await InterruptionRig.comesTrue { rig.queue.given > 0 })
    }
    #expect(rig.queue.count == 1)
    #expect(rig.queue.deleted == 0)
    #expect(rig.launches == 0)
    await rig.ledger.fail(next: 0)
    hidden.advance(by: .seconds(120))
    try await rig.running {
      #expect(await InterruptionRig.comesTrue { rig.queue.count == 0 })
      #expect(await InterruptionRig.comesTrue { rig.launches > 0 })
    }
    #expect(rig.launches == 1)
    #expect(await rig.ledger.alerts.count { $0.kind == .nodeInterrupted } == 1)
    await rig.stop()
  }

  @Test("notices of nodes nobody knows change nothing, and leave the queue after two listings")
  func unknown() async throws {
    let rig = try await InterruptionRig.start(machines: 2)
    try await rig.running {
      #expect(await InterruptionRig.comesTrue { await rig.ledger.ticks > 0 })
      rig.queue.send(InterruptionRig.warning("i-0123456789abcdef0"))
      rig.queue.send("no notice at all")
      #expect(await InterruptionRig.comesTrue { rig.queue.count == 0 })
    }
    #expect(await rig.ledger.alerts.allSatisfy { $0.kind != .nodeInterrupted })
    #expect(rig.launches == 0)
    await rig.stop()
  }

  @Test("a flood is drained whole, and each node it names is replaced once")
  func flood() async throws {
    let rig = try await InterruptionRig.start(machines: 4)
    try await rig.running {
      #expect(await InterruptionRig.comesTrue { await rig.ledger.ticks > 0 })
      for number in 0..<1500 { rig.queue.send(InterruptionRig.warning(rig.nodes[number % 3])) }
      #expect(await InterruptionRig.comesTrue(within: .seconds(120)) { rig.queue.count == 0 })
      #expect(await InterruptionRig.comesTrue { rig.launches >= 3 })
    }
    #expect(rig.queue.deleted == 1500)
    #expect(rig.launches == 3)
    #expect(await rig.decidedLaunches() == 3)
    #expect(await rig.ledger.alerts.count { $0.kind == .nodeInterrupted } == 3)
    await rig.stop()
  }
}

/// Measurements, not tests: `scripts/measure-interruptions` runs them.
@Suite(
  "Measuring interruptions", .serialized,
  .enabled(if: ProcessInfo.processInfo.environment["FINOPS_MEASURE"] == "1"))
struct InterruptionMeasure {
  @Test("from the notice on the queue to the replacement's RunInstances")
  func latency() async throws {
    var waits: [Duration] = []
    for _ in 1...10 {
      let rig = try await InterruptionRig.start(machines: 2)
      try await rig.running {
        _ = await InterruptionRig.comesTrue { await rig.ledger.ticks > 0 }
        // At any moment of the long poll.
        try await Task.sleep(for: .milliseconds(Int64.random(in: 500...2500)))
        let said = SystemTime().now()
        rig.queue.send(InterruptionRig.warning(rig.nodes[0]))
        _ = await InterruptionRig.comesTrue { rig.launches > 0 }
        let call = try #require(rig.ec2.calls("RunInstances").first)
        waits.append(call.at.duration(since: said))
      }
      await rig.stop()
    }
    let sorted = waits.sorted()
    print("notice to RunInstances, 10 runs: median \(sorted[5]), longest \(sorted[9])")
    #expect(sorted.count == 10)
  }

  @Test("15,000 messages about 30 nodes")
  func flood() async throws {
    let rig = try await InterruptionRig.start(machines: 31)
    try await rig.running {
      _ = await InterruptionRig.comesTrue { await rig.ledger.ticks > 0 }
      for number in 0..<15_000 { rig.queue.send(InterruptionRig.warning(rig.nodes[number % 30])) }
      let began = ContinuousClock.now
      let drained = await InterruptionRig.comesTrue(within: .seconds(240)) { rig.queue.count == 0 }
      print("15,000 messages read, recorded and deleted in \(ContinuousClock.now - began)")
      #expect(drained)
      #expect(await InterruptionRig.comesTrue(within: .seconds(120)) { rig.launches >= 30 })
    }
    #expect(rig.queue.deleted == 15_000)
    #expect(rig.launches == 30)
    #expect(await rig.decidedLaunches() == 30)
    await rig.stop()
  }
}
