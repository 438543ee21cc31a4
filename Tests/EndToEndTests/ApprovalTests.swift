import Controller
import DemoFleet
import FleetModel
import Foundation
import Planner
import PostgresStore
import Testing

/// A person in the loop, and the commands that tell what happened.
@Suite(.serialized)
struct ApprovalTests {
  private static var cast: Cast {
    var cast = Cast(nodes: [
      DemoNode(name: "a", pool: "jobs", type: "g6e.xlarge", accelerators: 1),
      DemoNode(name: "b", pool: "jobs", type: "g6e.xlarge", accelerators: 1),
    ])
    cast.idling(speed: 60)
    cast.activity.busy = [1]
    cast.pools = cast.pools.map { $0.replacing("kind: batch", with: "kind: batch, mode: approve") }
    return cast
  }

  private func run(
    _ arguments: [String], _ scene: Scene
  ) async throws -> (code: Int32?, output: String) {
    try await FinopsProcess.run(
      arguments + ["--config", scene.settings.path],
      environment: ["AWS_ACCESS_KEY_ID": "AKIAE2E", "AWS_SECRET_ACCESS_KEY": "e2e"],
      in: scene.folder)
  }

  /// The id of the decision that waits, as a person would read it.
  private func waitingID(_ scene: Scene) async throws -> String? {
    let listed = try await run(["decisions"], scene)
    return listed.output.split(separator: "\n").first { $0.contains("  awaiting  ") }
      .flatMap { $0.split(separator: " ", omittingEmptySubsequences: true).dropFirst().first }
      .map(String.init)
  }

  @Test("In mode approve an idle node waits for a person, then is stopped; the record tells it all")
  func approved() async throws {
    try await Scene.with(Self.cast) { scene in
      let targets = scene.fleet.endpoints().targets
      let idle = try #require(targets.first?.node)
      let busy = try #require(targets.last?.node)
      let controller = try scene.controller()
      #expect(await controller.says("leading", within: .seconds(30)), "\(controller.tail)")
      let waits = await eventually(within: .seconds(40)) { try await waitingID(scene) != nil }
      #expect(waits, "\(controller.tail)")
      let id = try #require(try await waitingID(scene))
      #expect(scene.fleet.ec2.state(of: idle) == .running)
      let unknown = try await run(["approve", "zzzzzzzz"], scene)
      #expect(unknown.code == 1 && unknown.output.contains("finops decisions"), "\(unknown.output)")
      #expect(try await run(["approve", String(id.prefix(7))], scene).code == 1)
      let dry = try await run(["apply", "--all", "--dry-run"], scene)
      #expect(dry.code == 0 && dry.output.contains(id), "\(dry.output)")
      #expect(try await run(["apply", "--all"], scene).code == 64)
      let given = try await run(["approve", id], scene)
      #expect(given.code == 0 && given.output.contains("\(id) allowed"), "\(given.output)")
      let off = await eventually(within: .seconds(30)) {
        scene.fleet.ec2.state(of: idle) == .stopped
      }
      #expect(off, "\(controller.tail)")
      let late = try await run(["approve", id], scene)
      #expect(late.code == 1 && late.output.contains("has ended"), "\(late.output)")
      try await told(idle, busy, id, scene)
      try await pages(controller)
    }
  }

  private func told(_ idle: NodeID, _ busy: NodeID, _ id: String, _ scene: Scene) async throws {
    let explained = try await run(["explain", idle.rawValue], scene)
    #expect(explained.code == 0 && explained.output.contains("Allowed by"), "\(explained.output)")
    let kept = try await run(["explain", busy.rawValue], scene)
    #expect(kept.output.contains("What would change it"), "\(kept.output)")
    #expect(try await run(["explain", "jobs"], scene).code == 0)
    let decision = try await run(["explain", id, "-o", "json"], scene)
    #expect(decision.output.contains("\"succeeded\""), "\(decision.output)")
    let typo = try await run(["explain", "jbos"], scene)
    #expect(typo.code == 1 && typo.output.contains("did you mean jobs"), "\(typo.output)")
    let replay = try await run(["replay"], scene)
    #expect(replay.code == 0 && replay.output.contains("every byte the same"), "\(replay.output)")
    #expect(try await run(["plan", "--from-record"], scene).code == 0)
    #expect(try await run(["recommend"], scene).code == 0)
    #expect(try await run(["wake", "jobs"], scene).code == 0)
    let wake = try await run(["wake", "jbos"], scene)
    #expect(wake.code == 1 && wake.output.contains("did you mean jobs"), "\(wake.output)")
    try await differs(scene)
  }

  private func differs(_ scene: Scene) async throws {
    let text = try String(contentsOf: scene.settings, encoding: .utf8)
    let patient = scene.folder.appending(path: "new.yaml")
    try text.replacing("kind: batch", with: "kind: batch, idle_duration: 5h")
      .write(to: patient, atomically: true, encoding: .utf8)
    let arguments = [
      "diff", "--config", patient.path, "--current", scene.settings.path, "--exit-code",
    ]
    let changed = try await FinopsProcess.run(arguments, in: scene.folder)
    #expect(changed.code == 2, "\(changed.output)")
    #expect(changed.output.contains("idleAfter"), "\(changed.output)")
    #expect(changed.output.contains("1 only before, 0 only after"), "\(changed.output)")
    let same = try await FinopsProcess.run(
      [
        "diff", "--config", scene.settings.path, "--current", scene.settings.path, "--exit-code",
      ], in: scene.folder)
    #expect(same.code == 0, "\(same.output)")
  }

  private func pages(_ controller: FinopsProcess) async throws {
    let page = try #require(controller.page, "\(controller.tail)")
    #expect(try await Web.get(page + "/v1/plan").status == 200)
    #expect(try await Web.get(page + "/v1/decisions").status == 200)
    #expect(try await Web.get(page + "/v1/explain?subject=jobs").status == 200)
  }

  @Test("An approval clicked after the node became busy is not carried out; people are told why")
  func busyMeanwhile() async throws {
    var cast = Self.cast
    // A minute passes in a second: its work comes forty seconds from now.
    let work = SystemTime().now().advanced(by: .minutes(40))
    cast.activity.busyFrom[0] = work
    try await Scene.with(cast) { scene in
      let targets = scene.fleet.endpoints().targets
      let idle = try #require(targets.first?.node)
      let controller = try scene.controller()
      #expect(await controller.says("leading", within: .seconds(30)), "\(controller.tail)")
      #expect(await eventually(within: .seconds(40)) { try await waitingID(scene) != nil })
      let id = try #require(try await waitingID(scene))
      try #require(scene.clock.now() < work, "the decision came too late for this test")
      let heard = work.advanced(by: .minutes(3))
      while scene.clock.now() < heard { try await Task.sleep(for: .milliseconds(200)) }
      #expect(try await run(["approve", id], scene).code == 0)
      let ended = await eventually(within: .seconds(20)) {
        try await run(["decisions"], scene).output.contains("cancelled")
      }
      let told = try await run(["decisions"], scene).output
      #expect(ended && told.contains("At work"), "\(told)")
      #expect(scene.fleet.ec2.state(of: idle) == .running)
      #expect(scene.fleet.ec2.calls("StopInstances").isEmpty)
    }
  }
}
