import DemoFleet
import FleetModel
import Foundation
import Simulator
import TestSupport
import Testing

@Suite struct ReplayTests {
  private let start = Timestamp(seconds: 1_795_251_600)

  @Test(arguments: ["plain.csv", "packed.csv.gz"])
  func `A recording is read, packed or not`(name: String) throws {
    try withFile(name, "t_s,pod,gpu_duty_pct,gpu_mem_used_mib\n0,1,25.0,100\n0,2,50.0,200\n") {
      let activity = try Replay.read(file: $0, start: start)
      #expect(activity.pods == [1, 2])
      #expect(
        activity.activity(node: 0, accelerator: 1, at: start)
          == DeviceActivity(duty: 0.5, memoryUsed: 200))
    }
  }

  @Test(arguments: [
    ("t_s,pod,gpu_duty_pct,gpu_mem_used_mib\n0,1,25,1\n0,2,101,1\n", "row 3"),
    ("t_s,pod,gpu_duty_pct,gpu_mem_used_mib\n0,1,25\n", "row 2"), ("a,b\n", "row 1"),
    ("t_s,pod,gpu_duty_pct,gpu_mem_used_mib\n", "no rows"),
  ])
  func `A bad row is named`(csv: String, said: String) throws {
    try withFile("bad.csv.gz", csv) { file in
      do throws(Replay.Failure) {
        _ = try Replay.read(file: file, start: start)
        Issue.record("taken")
      } catch {
        #expect(error.description.contains(said))
      }
    }
  }

  @Test func `A file that is cut, is not gzip or is not there is an error`() throws {
    #expect(throws: Replay.Failure.self) { try Replay.read(file: "/nowhere.gz", start: start) }
    try withFile("bad.csv", "t_s") { file in
      let packed = file + ".gz"
      try FileManager.default.moveItem(atPath: file, toPath: packed)
      #expect(throws: Replay.Failure.unreadable("\(packed) is not a whole gzip file")) {
        try Replay.read(file: packed, start: start)
      }
    }
  }

  @Test(
    .enabled(
      if: SharedFiles.exists("traces/fleet/genai2026_pod_gpu_57s.csv.gz"),
      "the recorded fleet is not here"))
  func `The recorded fleet is read whole`() throws {
    let file = try #require(SharedFiles.url("traces/fleet/genai2026_pod_gpu_57s.csv.gz"))
    let activity = try Replay.read(file: file.path, start: start)
    #expect(activity.pods.count == 72)
    #expect(activity.nodeCount == 9)
    #expect(activity.activity(node: 0, accelerator: 0, at: start)?.memoryUsed == 20_618)
  }

  /// A file in a folder of its own, packed when its name says so.
  private func withFile(
    _ name: String, _ text: String, _ body: (String) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let plain = folder.appending(path: name.replacing(".gz", with: ""))
    try Data(text.utf8).write(to: plain)
    if name.hasSuffix(".gz") { _ = try PythonJudge.run(["gzip", plain.path], limit: 10) }
    try body(folder.appending(path: name).path)
  }
}
