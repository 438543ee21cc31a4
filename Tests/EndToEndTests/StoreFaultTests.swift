import DemoFleet
import FleetModel
import Foundation
import Planner
import Testing

/// The database dies under a running controller, or the controller over a running database.
@Suite(.serialized)
struct StoreFaultTests {
  private static var cast: Cast {
    var cast = Cast()
    cast.nodes = (0..<3).map {
      DemoNode(name: "jobs-\($0)", pool: "jobs", type: "g6e.xlarge", accelerators: 1)
    }
    cast.idling(speed: 10)
    cast.every = "10s"
    cast.activity.busy = [0, 1, 2]
    return cast
  }

  @Test("A database that is killed comes back, and no reading is missing")
  func killedServer() async throws {
    try await Scene.with(Self.cast) { scene in
      let controller = try scene.controller()
      #expect(await controller.says("leading", within: .seconds(30)), "\(controller.tail)")
      #expect(await eventually(within: .seconds(20)) { try await scene.samples() > 6 })
      for _ in 0..<2 {
        let server = try #require(scene.server)
        let before = try await scene.samples()
        #expect(kill(server, SIGKILL) == 0)
        let back = await eventually(within: .seconds(30)) {
          guard let now = scene.server, now != server else { return false }
          return try await scene.samples() > before + 3
        }
        #expect(back, "\(controller.tail)")
        try await Task.sleep(for: .seconds(2))
      }
      // Ten seconds apart when all is well; a hole would be two intervals or more.
      let gap = try await scene.sql(
        """
        SELECT max(extract(epoch FROM gap)) FROM
          (SELECT ts - lag(ts) OVER (PARTITION BY gpu_id ORDER BY ts) AS gap FROM sample) AS gaps
        """)
      print("largest hole after two kills of the database: \(gap) s of the fleet's time")
      #expect(Double(gap).map { $0 < 60 } == true, "\(gap)\n\(controller.tail)")
      #expect(controller.isRunning)
      #expect(scene.fleet.ec2.calls("StopInstances").isEmpty)
    }
  }

  @Test("SIGTERM ends the controller and its database within ten seconds")
  func terminated() async throws {
    try await Scene.with(Self.cast) { scene in
      let controller = try scene.controller()
      #expect(await eventually(within: .seconds(30)) { try await scene.samples() > 3 })
      let server = try #require(scene.server)
      let began = ContinuousClock.now
      controller.kill(SIGTERM)
      #expect(await controller.ended(within: .seconds(10)), "\(controller.tail)")
      print("SIGTERM: ended after \(ContinuousClock.now - began)")
      #expect(controller.exitCode == 0 && !controller.wasKilled, "\(controller.tail)")
      #expect(await eventually(within: .seconds(2)) { !lives(server) })
    }
  }

  @Test("A controller that is killed takes its database with it")
  func killedController() async throws {
    try await Scene.with(Self.cast) { scene in
      let controller = try scene.controller()
      #expect(await eventually(within: .seconds(30)) { try await scene.samples() > 3 })
      let server = try #require(scene.server)
      controller.kill(SIGKILL)
      #expect(await controller.ended(within: .seconds(5)))
      #expect(await eventually(within: .seconds(10)) { !lives(server) })
    }
  }
}
