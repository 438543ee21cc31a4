import DemoFleet
import FleetModel
import Foundation
import Simulator
import TestSupport
import Testing

@Suite struct ReplayTests {
  private let start = Timestamp(seconds: 1_795_251_600)

  private func replay(_ rows: String) throws(Replay.Failure) -> Replay {
    try Replay(
      csv: Array(("t_s,pod,gpu_duty_pct,gpu_mem_used_mib\n" + rows).utf8), perNode: 2,
      start: start)
  }

  @Test func `Pods become GPUs in the order of their numbers`() throws {
    let replay = try replay("0,10,50,100\n0,9,25,\n0,100,75.5,300\n")
    #expect(replay.pods == ["9", "10", "100"])
    #expect(replay.nodes == 2)
    #expect(
      replay.activity(node: 0, accelerator: 0, at: start)
        == DeviceActivity(duty: 0.25, memoryUsed: nil))
    #expect(replay.activity(node: 1, accelerator: 0, at: start)?.duty == 0.755)
    #expect(replay.activity(node: 1, accelerator: 1, at: start) == nil)
    #expect(replay.activity(node: 2, accelerator: 0, at: start) == nil)
  }

  @Test(arguments: [(-1, nil), (0, 0.1), (9, 0.1), (10, 0.2), (20, 0.3), (50, 0.3), (51, nil)])
  func `A row holds until the next, or for three intervals`(
    second: Int64, duty: Double?
  ) throws {
    let replay = try replay("0,0,10,1\n10,0,20,1\n20,0,30,1\n")
    let moment = start.advanced(by: .seconds(second))
    #expect(replay.activity(node: 0, accelerator: 0, at: moment)?.duty == duty)
    #expect(replay.length == .seconds(20))
  }

  @Test(arguments: [
    ("0,0,10,1\n0,1,101,1\n", 3), ("0,0,10\n", 2), ("x,0,10,1\n", 2), ("0,,10,1\n", 2),
    ("0,0,nan,1\n", 2), ("0,0,10,-1\n", 2), ("5,0,10,1\n5,0,10,1\n", 3), ("0,0,10,z\n", 2),
  ])
  func `A bad row is named`(rows: String, row: Int) {
    do throws(Replay.Failure) {
      _ = try replay(rows)
      Issue.record("taken")
    } catch {
      guard case .badRow(row, _) = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test func `A file that is not what it should be is an error`() throws {
    #expect(throws: Replay.Failure.badRow(1, "expected t_s,pod,gpu_duty_pct,gpu_mem_used_mib")) {
      try Replay(csv: Array("a,b\n".utf8), start: start)
    }
    #expect(throws: Replay.Failure.self) { try Replay(csv: [], start: start) }
    #expect(throws: Replay.Failure.self) { try Replay(file: "/nowhere.csv.gz", start: start) }
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).csv.gz")
    try Data("not gzip".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(throws: Replay.Failure.self) { try Replay(file: file.path, start: start) }
  }

  @Test(
    .enabled(
      if: SharedFiles.exists("traces/fleet/genai2026_pod_gpu_57s.csv.gz"),
      "the recorded fleet is not here"))
  func `The recorded fleet is read whole`() throws {
    let file = try #require(SharedFiles.url("traces/fleet/genai2026_pod_gpu_57s.csv.gz"))
    let replay = try Replay(file: file.path, start: start)
    #expect(replay.pods.count == 72)
    #expect(replay.nodes == 9)
    #expect(replay.activity(node: 0, accelerator: 0, at: start)?.memoryUsed == 20_618)
  }
}
