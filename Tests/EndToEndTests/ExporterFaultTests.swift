import Controller
import DemoFleet
import FleetModel
import Foundation
import Planner
import PostgresStore
import Testing
import TestSupport

/// Exporters that fail in every way at once: none of their nodes is stopped, and no other suffers.
@Suite(.serialized)
struct ExporterFaultTests {
  /// Node name and what its exporter does from its fourth answer on: it was seen idle before.
  private static let faults: [(name: String, effect: FaultEffect)] = [
    ("gone", FaultEffect(.dropBefore)), ("nan", FaultEffect(.nan)),
    ("missing", FaultEffect(.missing, gpus: 1)), ("hang", FaultEffect(.hang)),
    ("loris", FaultEffect(.slowLoris)), ("zeros", FaultEffect(.zeros, megabytes: 200)),
    ("html", FaultEffect(.html)), ("frozen", FaultEffect(.frozen)),
  ]
  private static let idle = 4
  private static let busy = 2

  private static var cast: Cast {
    var cast = Cast()
    cast.nodes = faults.map { fault in
      let big = fault.name == "missing"
      return DemoNode(
        name: fault.name, pool: "jobs", type: big ? "g6e.48xlarge" : "g6e.xlarge",
        accelerators: big ? 8 : 1)
    }
    cast.nodes += (0..<idle + busy).map {
      DemoNode(name: "well-\($0)", pool: "jobs", type: "g6e.xlarge", accelerators: 1)
    }
    cast.activity.busy = Set(faults.count + idle..<faults.count + idle + busy)
    cast.idling(speed: 60)
    // Without the guards of many: only the evidence keeps these nodes on.
    cast.thresholds += ["unknown_halt: 100%", "unhealthy_halt: 100%"]
    return cast
  }

  @Test("Eight faulty exporters: their nodes stay on, the idle others go off, memory is bounded")
  func everyFault() async throws {
    try await Scene.with(Self.cast) { scene in
      let rules = Self.faults.map {
        FaultRule(match: .init(service: .exporter, target: $0.name), after: 3, effect: $0.effect)
      }
      scene.fleet.faults.replace(with: FaultPlan(rules: rules))
      let seats = scene.fleet.endpoints().targets
      let faulty = seats.prefix(Self.faults.count)
      let well = seats.dropFirst(Self.faults.count).prefix(Self.idle)
      let controller = try scene.controller()
      let off = await eventually(within: .seconds(60)) {
        well.allSatisfy { scene.fleet.ec2.state(of: $0.node) == .stopped }
      }
      #expect(off, "the idle nodes that are heard are stopped\n\(controller.tail)")
      // Another quarter of an hour of the fleet's time, for a faulty one to be stopped by mistake.
      let before = try await counts(of: seats.suffix(Self.busy), in: scene)
      let from = scene.clock.now()
      try await Task.sleep(for: .seconds(15))
      let after = try await counts(of: seats.suffix(Self.busy), in: scene)
      let minutes = scene.clock.now().duration(since: from).inSeconds / 60
      for seat in faulty {
        #expect(scene.fleet.ec2.state(of: seat.node) == .running, "\(seat.name) was stopped")
      }
      for (count, earlier) in zip(after, before) {
        print("healthy beside eight faulty: \(count - earlier) readings in \(minutes) intervals")
        #expect(Double(count - earlier) > minutes * 0.7, "the others' pace suffers")
      }
      let peak = try #require(controller.peakMemory)
      print("peak memory with eight faulty exporters: \(peak) MiB")
      #expect(peak < 400)
      try await expectWords(of: controller)
    }
  }

  @Test("An exporter that was gone for an hour returns; its idleness begins anew")
  func gone() async throws {
    var cast = Cast()
    cast.nodes = ["gone", "well"].map {
      DemoNode(name: $0, pool: "jobs", type: "g6e.xlarge", accelerators: 1)
    }
    cast.idling(speed: 180)
    cast.thresholds += ["unknown_halt: 100%", "unhealthy_halt: 100%"]
    // 3 min at this speed are a second: the pace of a busy machine.
    cast.every = "3m"
    try await Scene.with(cast) { scene in
      let rule = FaultRule(
        match: .init(service: .exporter, target: "gone"), after: 2,
        effect: FaultEffect(.dropBefore))
      scene.fleet.faults.replace(with: FaultPlan(rules: [rule]))
      let seats = scene.fleet.endpoints().targets
      let controller = try scene.controller()
      #expect(await controller.says("leading", within: .seconds(30)), "\(controller.tail)")
      try await Task.sleep(for: .seconds(20))
      #expect(scene.fleet.ec2.state(of: seats[0].node) == .running)
      #expect(scene.fleet.ec2.state(of: seats[1].node) == .stopped, "\(controller.tail)")
      let returned = scene.clock.now()
      scene.fleet.faults.replace(with: FaultPlan())
      let off = await eventually(within: .seconds(60)) {
        scene.fleet.ec2.state(of: seats[0].node) == .stopped
      }
      #expect(off, "\(controller.tail)")
      let stop = scene.fleet.ec2.calls("StopInstances").last
      let waited = try #require(stop).at.duration(since: returned)
      #expect(waited >= .minutes(10), "stopped \(waited) after its exporter came back")
    }
  }

  private func counts(
    of seats: ArraySlice<DemoTarget>, in scene: Scene
  ) async throws -> [Int] {
    var counts: [Int] = []
    for seat in seats { counts.append(try await scene.samples(of: seat.target)) }
    return counts
  }

  private func expectWords(of controller: FinopsProcess) async throws {
    let page = try #require(controller.page)
    let metrics = try await Web.get(page + "/metrics")
    #expect(metrics.status == 200)
    #expect(metrics.text.contains("finops_collector_lag_seconds"))
  }
}
