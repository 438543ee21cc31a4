import DemoFleet
import FleetModel
import Foundation
import Planner
import PostgresStore
import Testing

/// The commands as a person uses them.
@Suite(.serialized)
struct CommandLineTests {
  @Test("A bad settings file is refused with its place and the fix; exit 78")
  func validate() async throws {
    let workshop = try Workshop()
    _ = try workshop.write("version: 1\nfleet: {name: x, mode: atuo}\n", to: "finops.yaml")
    let (code, output) = try await FinopsProcess.run(["config", "validate"], in: workshop.folder)
    #expect(code == 78)
    #expect(output.contains("finops.yaml:2:24: error:"), "\(output)")
    #expect(output.contains("auto"), "\(output)")
  }

  @Test("init writes a file that validates, and does not overwrite it")
  func initial() async throws {
    let workshop = try Workshop()
    #expect(try await FinopsProcess.run(["init"], in: workshop.folder).code == 0)
    let checked = try await FinopsProcess.run(["config", "validate"], in: workshop.folder)
    #expect(checked.code == 0, "\(checked.output)")
    #expect(try await FinopsProcess.run(["init"], in: workshop.folder).code == 1)
  }

  @Test("report without settings and without a demo says what to do; exit 78")
  func nothingToReport() async throws {
    let workshop = try Workshop()
    let (code, output) = try await FinopsProcess.run(
      ["report"], environment: ["FINOPS_DATA": workshop.folder.path + "/none"],
      in: workshop.folder)
    #expect(code == 78)
    #expect(output.contains("finops demo"), "\(output)")
  }

  @Test("doctor finds a dead exporter and ends with 2")
  func doctor() async throws {
    var cast = Cast(nodes: [DemoNode(name: "a", pool: "jobs", type: "g6e.xlarge", accelerators: 1)])
    cast.idling(speed: 1)
    try await Scene.with(cast) { scene in
      let well = try await examine(scene)
      #expect(well.code == 0, "\(well.output)")
      await scene.fleet.stop()
      let (code, output) = try await examine(scene)
      #expect(code == 2, "\(output)")
      #expect(output.contains("✖ exporter 127.0.0.1:"), "\(output)")
    }
  }

  private func examine(_ scene: Scene) async throws -> (code: Int32?, output: String) {
    try await FinopsProcess.run(
      ["doctor", "--config", scene.settings.path],
      environment: ["AWS_ACCESS_KEY_ID": "AKIAE2E", "AWS_SECRET_ACCESS_KEY": "e2e"],
      in: scene.folder)
  }

  @Test("halt keeps a running controller from every act until resume; its pages answer")
  func haltAndResume() async throws {
    var cast = Cast(nodes: [DemoNode(name: "a", pool: "jobs", type: "g6e.xlarge", accelerators: 1)])
    cast.idling(speed: 60)
    try await Scene.with(cast) { scene in
      let node = try #require(scene.fleet.endpoints().targets.first?.node)
      let controller = try scene.controller()
      #expect(await controller.says("leading", within: .seconds(30)), "\(controller.tail)")
      let halted = try await FinopsProcess.run(
        ["halt", "--config", scene.settings.path], in: scene.folder)
      #expect(halted.code == 0, "\(halted.output)")
      try await Task.sleep(for: .seconds(16))
      #expect(scene.fleet.ec2.state(of: node) == .running, "sixteen idle minutes, and halted")
      try await expectPages(of: controller)
      let resumed = try await FinopsProcess.run(
        ["resume", "--config", scene.settings.path], in: scene.folder)
      #expect(resumed.code == 0, "\(resumed.output)")
      let off = await eventually(within: .seconds(30)) {
        scene.fleet.ec2.state(of: node) == .stopped
      }
      #expect(off, "\(controller.tail)")
      let decisions = try await FinopsProcess.run(
        ["decisions", "--config", scene.settings.path], in: scene.folder)
      #expect(decisions.output.contains("stop \(node)"), "\(decisions.output)")
    }
  }

  private func expectPages(of controller: FinopsProcess) async throws {
    let page = try #require(controller.page, "\(controller.tail)")
    let ready = try await Web.get(page + "/readyz")
    #expect(ready.status == 200, "\(ready.text)")
    #expect(try await Web.get(page + "/healthz").text == "ok\n")
    let overview = try await Web.get(page + "/")
    #expect(overview.status == 200 && overview.text.contains("Kill switch is on"))
    let metrics = try await Web.get(page + "/metrics")
    #expect(metrics.status == 200 && metrics.text.contains("# TYPE finops_"))
    #expect(try await Web.get(page + "/v1/report").status == 200)
  }

  @Test("demo --once prints a report whose parts add up to the nano-dollar")
  func demoOnce() async throws {
    let workshop = try Workshop()
    let (code, output) = try await FinopsProcess.run(
      ["demo", "--once", "--days", "2", "--format", "json"],
      environment: ["FINOPS_DATA": workshop.folder.path], in: workshop.folder,
      within: .seconds(120))
    #expect(code == 0, "\(output.suffix(2000))")
    let report = try ReportFile(in: output)
    #expect(try report.faults() == [])
    #expect(try ReportFile.nanos(report.totals.effective) > 0)
    #expect(!report.stops.isEmpty)
    let again = try await FinopsProcess.run(
      ["report", "--since", "3d", "--format", "json"],
      environment: ["FINOPS_DATA": workshop.folder.path], in: workshop.folder)
    #expect(try ReportFile(in: again.output).totals.effective == report.totals.effective)
  }

  @Test("Ctrl-C ends a demo, with its fleet and its database")
  func interrupted() async throws {
    let workshop = try Workshop()
    let demo = try FinopsProcess(
      ["demo", "--days", "1", "--listen", "127.0.0.1:0"],
      environment: ["FINOPS_DATA": workshop.folder.path], in: workshop.folder)
    #expect(await demo.says("overview: ", within: .seconds(90)), "\(demo.tail)")
    let file = workshop.folder.appending(path: "demo/postgres/data/postmaster.pid").path
    let pid = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").first
    let server = try #require(pid.flatMap { Int32($0) })
    try await Task.sleep(for: .seconds(2))
    #expect(lives(server))
    demo.kill(SIGINT)
    #expect(await demo.ended(within: .seconds(15)), "\(demo.tail)")
    #expect(await eventually(within: .seconds(3)) { !lives(server) })
    #expect(!demo.wasKilled, "\(demo.tail)")
  }
}
