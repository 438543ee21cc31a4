import Controller
import CostModel
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import PostgresStore
import Testing

/// Issue 2: wherever the controller dies, the act it was at happens once.
@Suite(.serialized)
struct CrashTests {
  static let points = [
    "before-look", "before-attempted", "before-call", "after-call", "before-outcome",
    "after-outcome",
  ]

  @Test(
    "A launch happens once, wherever the controller is killed", arguments: points)
  func launch(point: String) async throws {
    var cast = Cast(spares: 2)
    // The launched machine is listed only after a while, as in EC2: looking for it finds nothing.
    cast.lag = FakeEC2.Lag(
      start: .seconds(1), stop: .seconds(1), end: .seconds(1), visibility: .seconds(2))
    cast.pools = [
      "{name: work, kind: batch, match: {tags: {finops-pool: work}}, nodes: 1..2, "
        + "launch: {type: g6e.xlarge, image: ami-0e2e}}"
    ]
    try await Scene.with(cast) { scene in
      let dead = try scene.controller(crashAt: point)
      try #require(await dead.ended(within: .seconds(60)), "\(dead.tail)")
      try #require(dead.wasKilled, "\(dead.tail)")
      let restarted = ContinuousClock.now
      let controller = try scene.controller()
      let done = await eventually(within: .seconds(60)) {
        let events = try await scene.events()
        return events.count(of: "succeeded") == 1 && events.open.isEmpty
      }
      print("launch, killed \(point): settled \(ContinuousClock.now - restarted) after restart")
      // Time for a second one, if there was to be one.
      try await Task.sleep(for: .seconds(3))
      let events = try await scene.events()
      #expect(done, "\(events.story)\n\(controller.tail)")
      #expect(scene.fleet.ec2.nodes().count == 1, "\(events.story)")
      #expect(Set(events.map(\.key)).count == 1, "\(events.story)")
      #expect(events.count(of: "intended") == 1 && events.count(of: "succeeded") == 1)
      #expect((1...3).contains(events.count(of: "attempted")), "\(events.story)")
      let token = scene.fleet.ec2.calls("RunInstances").compactMap { $0.parameters["ClientToken"] }
      #expect(Set(token).count == 1)
      #expect(scene.fleet.ec2.instances(ofToken: token.first ?? "").count == 1)
    }
  }

  @Test("A stop happens once, wherever the controller is killed", arguments: points)
  func stop(point: String) async throws {
    var cast = Cast(nodes: [
      DemoNode(name: "idle", pool: "jobs", type: "g6e.xlarge", accelerators: 1)
    ])
    cast.idling(speed: 60)
    try await Scene.with(cast) { scene in
      let node = try #require(scene.fleet.endpoints().targets.first?.node)
      let dead = try scene.controller(crashAt: point)
      try #require(await dead.ended(within: .seconds(90)), "\(dead.tail)")
      try #require(dead.wasKilled, "\(dead.tail)")
      let restarted = ContinuousClock.now
      let controller = try scene.controller()
      #expect(await controller.says("leading", within: .seconds(30)), "\(controller.tail)")
      print("stop, killed \(point): leads \(ContinuousClock.now - restarted) after restart")
      let done = await eventually(within: .seconds(90)) {
        guard scene.fleet.ec2.state(of: node) == .stopped else { return false }
        let events = try await scene.events()
        guard events.count(of: "succeeded") == 1, events.open.isEmpty else { return false }
        return try await !scene.off().isEmpty
      }
      let events = try await scene.events()
      #expect(done, "\(events.story)\n\(controller.tail)")
      #expect(scene.fleet.ec2.state(of: node) == .stopped)
      #expect(events.count(of: "succeeded") == 1, "\(events.story)")
      #expect(scene.fleet.ec2.calls("StopInstances").count { $0.error == nil } == 1)
      let off = try await scene.off()
      #expect(off.count == 1 && off.first?.until == nil)
    }
  }

  @Test("Five kills at random times double nothing and lose nothing")
  func randomKills() async throws {
    var cast = Cast(spares: 1)
    cast.nodes = (0..<4).map {
      DemoNode(name: "jobs-\($0)", pool: "jobs", type: "g6e.xlarge", accelerators: 1)
    }
    cast.idling(speed: 60)
    cast.activity.busy = [3]
    cast.pools.append(
      "{name: work, kind: batch, match: {tags: {finops-pool: work}}, nodes: 1..2, "
        + "launch: {type: g6e.xlarge, image: ami-0e2e}}")
    try await Scene.with(cast) { scene in
      let began = scene.clock.now()
      for _ in 0..<5 {
        let controller = try scene.controller()
        #expect(await controller.says("leading", within: .seconds(30)), "\(controller.tail)")
        let before = try await scene.samples()
        // The first readings come within a second; the acts at about the eleventh.
        try await Task.sleep(for: .milliseconds(Int.random(in: 2500...6000)))
        #expect(try await scene.samples() > before, "\(controller.tail)")
        controller.kill(SIGKILL)
        #expect(await controller.ended(within: .seconds(5)))
      }
      let controller = try scene.controller()
      let done = await eventually(within: .seconds(90)) {
        let states = scene.fleet.ec2.nodes().values
        return states.count { $0 == .stopped } == 3 && states.count { $0 == .running } == 2
      }
      try await Task.sleep(for: .seconds(2))
      let events = try await scene.events()
      #expect(done, "\(scene.fleet.ec2.nodes())\n\(events.story)\n\(controller.tail)")
      #expect(scene.fleet.ec2.nodes().count == 5, "four of ours and one launch")
      #expect(events.count(of: "succeeded") == 4 && events.open.isEmpty, "\(events.story)")
      try await checkBooks(of: scene, since: began)
    }
  }

  private func checkBooks(of scene: Scene, since began: Timestamp) async throws {
    let now = scene.clock.now()
    let usage = try await scene.asking {
      try await $0.usage(in: began.startOfHour..<now.nextHour)
    }
    let hours = Dictionary(grouping: usage.hours) { "\($0.node) \($0.hour)" }
    for (hour, lines) in hours {
      let billed = lines.reduce(0) { $0 + $1.billedMicroseconds }
      #expect(billed <= 3_600_000_000, "\(hour) is billed for \(billed) µs")
    }
    // The node that was busy all the time was billed for all the time, dead controllers or not.
    let busy = scene.fleet.endpoints().targets[3].node
    let billed = usage.hours.filter { $0.node == busy }.reduce(0) { $0 + $1.billedMicroseconds }
    let whole = now.duration(since: began).microseconds
    #expect(billed <= whole)
    // Up to its first plan nothing can be accounted: starting takes seconds, which are minutes here.
    #expect(billed > whole * 3 / 4, "\(billed) of \(whole) µs")
    #expect(usage.off.count == 3)
    #expect(Set(usage.off.map(\.node)).count == 3)
  }
}

extension Cast {
  /// A pool of batch nodes whose ten idle minutes pass in seconds. What a busy machine may do late
  /// by a second is late by a minute here, so the limits that are seconds in life are wider.
  mutating func idling(speed: Int) {
    self.speed = speed
    every = "1m"
    pools.append("{name: jobs, kind: batch, match: {tags: {finops-pool: jobs}}, nodes: 0..20}")
    thresholds += [
      "decision_lifetime: 10m", "reread_age: 5m", "inventory_age: 15m", "cycle_share: 100%",
      "window_share: 100%", "correlated_fewest: 100",
    ]
  }
}

extension Scene {
  func off() async throws -> [OffInterval] {
    let now = clock.now()
    return try await asking {
      try await $0.usage(in: clock.origin.startOfHour..<now.nextHour).off
    }
  }

  /// How many readings of accelerators are stored.
  func samples(of target: Target? = nil) async throws -> Int {
    let only = target.map { " JOIN gpu ON gpu.id = gpu_id WHERE target = '\($0)'" } ?? ""
    return Int(try await sql("SELECT count(*) FROM sample" + only)) ?? 0
  }
}
