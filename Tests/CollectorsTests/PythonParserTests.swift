import Foundation
import TestSupport
import Testing

@testable import Collectors

/// The parser against the Python client's, which its own project calls the reference.
@Suite struct PythonParserTests {
  /// Any Python that has the client: FINOPS_TEST_PYTHON, else python3.
  static let python = PythonJudge.python
  static let isThere = (try? run("import prometheus_client", input: ""))?.isEmpty == true

  static let program = """
    import json, sys
    from prometheus_client.parser import text_string_to_metric_families as parse
    for family in parse(sys.stdin.read()):
        for s in family.samples:
            print(json.dumps([s.name, sorted(s.labels.items()), repr(float(s.value))]))
    """

  static func run(_ program: String, input: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python, "-c", program]
    let (stdin, stdout) = (Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = FileHandle.nullDevice
    try process.run()
    try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.featureUnsupported) }
    return String(decoding: output, as: UTF8.self)
  }

  static var corpus: [String] {
    let samples = [
      "samples/dcgm/dcgm-exporter.tesla-t4.captured.prom",
      "samples/dcgm/dcgm-exporter.a10g-k8s.captured-line.prom",
      "samples/dcgm/dcgm-exporter.readme-blank-value.prom",
      "samples/vllm/vllm.opt-125m.captured.prom", "samples/vllm/vllm-v1.queue.captured.prom",
    ].compactMap { SharedFiles.url($0).flatMap { try? String(contentsOf: $0, encoding: .utf8) } }
    return samples + [
      Bodies.node(gpus: 3),
      "a 1\na{} 2\nb{c=\"d\",} 3\nb {c=\"d\"} 4\nb{ c = \"d\" , e=\"f\" } 5\n",
      "a{b=\"x\\\\\",c=\"y\\\"}\"} 1\na{b=\"\\n\"} +Inf\na NaN\na -Inf 1700000000000\n",
      "a{b=\"# {}\"} 1e5\n# nothing\n\n  a{b=\"é\"}   1.5e-3   \n",
    ]
  }

  @Test(
    "it finds the samples the Python client finds",
    .enabled(if: isThere, "prometheus_client is not importable"), arguments: corpus)
  func sameSamples(text: String) throws {
    let lines = try Self.run(Self.program, input: text).split(separator: "\n")
    let theirs = try lines.map { line in
      let parts = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
      let value = try #require(parts[2] as? String)
      return Recorder.Sample(
        name: try #require(parts[0] as? String), labels: try #require(parts[1] as? [[String]]),
        value: try #require(Double(value)))
    }
    let ours = try Recorder.samples(in: text).map { sample in
      var sample = sample
      sample.labels.sort { $0[0] < $1[0] }
      return sample
    }
    #expect(Self.sorted(ours) == Self.sorted(theirs))
  }

  /// Without "_total", which the client adds to the name of every counter that lacks it.
  private static func sorted(_ samples: [Recorder.Sample]) -> [Recorder.Sample] {
    let plain = samples.map { sample in
      var sample = sample
      if sample.name.hasSuffix("_total") { sample.name.removeLast(6) }
      return sample
    }
    return plain.sorted { "\($0)" < "\($1)" }
  }
}
