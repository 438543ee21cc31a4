import FleetModel
import Foundation
import Ports
import TestSupport
import Testing

@testable import Clouds

/// What reads the bytes of RunPod, Hugging Face and Replicate: none may trust them.
enum GPUCloudParsers {
  static let parsers: [(name: String, read: @Sendable ([UInt8]) -> Void)] = [
    ("ExactJSON", { _ = ExactJSON($0)?.money }),
    ("RunPodPod.list", { _ = ExactJSON($0).flatMap(RunPodPod.list)?.map { $0.node(cloud: "r") } }),
    ("RunPodPod", { _ = ExactJSON($0).flatMap(RunPodPod.init)?.node(cloud: "r") }),
    ("RunPodEndpoint.list", { _ = ExactJSON($0).flatMap(RunPodEndpoint.list)?.map(workload) }),
    ("RunPodWorkers", { _ = ExactJSON($0).flatMap(RunPodWorkers.init)?.ready }),
    (
      "RunPodQueue",
      { _ = ExactJSON($0).flatMap { RunPodQueue.load($0, at: Timestamp(seconds: 0)) } }
    ),
    ("RunPodOffer", { _ = ExactJSON($0).flatMap(RunPodOffer.list) }),
    ("RunPodBilling", { _ = ExactJSON($0).flatMap { RunPodBilling.lines($0, .pods) } }),
    (
      "RunPodRateLimit",
      {
        let text = String(decoding: $0, as: UTF8.self)
        _ = RunPodRateLimit.parse(text, at: Timestamp(seconds: 0))
      }
    ),
    ("RunPodFault", { _ = RunPodFault.read(HTTPResponse(status: 400, body: $0)) }),
    (
      "HuggingFaceEndpoint.list",
      { bytes in
        let list = ExactJSON(bytes).flatMap { HuggingFaceEndpoint.list($0, namespace: "n") }
        _ = list?.map { $0.workload(cloud: "h") }
      }
    ),
    ("HuggingFaceHardware", { _ = ExactJSON($0).flatMap(HuggingFaceHardware.list) }),
    ("HuggingFaceFault", { _ = HuggingFaceFault.read(HTTPResponse(status: 400, body: $0)) }),
    ("ReplicatePage", { _ = ExactJSON($0).flatMap(ReplicatePage.init) }),
    ("ReplicateFault", { _ = ReplicateFault.read(HTTPResponse(status: 422, body: $0)) }),
  ]

  private static func workload(_ endpoint: RunPodEndpoint) -> Workload {
    endpoint.workload(cloud: "r", nil, nil)
  }

  static let replies = [
    """
    {"pods":[{"id":"p","name":"finops.f.t","status":"RUNNING","createdAt":"2026-06-01T12:00:00Z",
    "gpu":{"id":"NVIDIA L4","count":1},"env":{"FINOPS_TAGS":"{\\"a\\":\\"\\\\u00e4\\"}"}}]}
    """,
    """
    {"endpoints":[{"id":"e","name":"n","type":"QUEUE","workers":{"min":1,"max":3},
    "gpu":{"pools":["ADA_24"],"count":2}}],"summary":{"running":1,"idle":0,"total":1},
    "jobs":{"inQueue":5,"inProgress":1},"gpus":[{"id":"g","pool":"P","price":
    {"secure":0.44,"community":3.1e-1,"serverless":1.1}}],"records":[{"podId":"p",
    "startTime":"2026-06-01T00:00:00Z","endTime":"2026-06-02T00:00:00Z","totalAmount":12.34}]}
    """,
    """
    {"items":[{"name":"n","compute":{"scaling":{"minReplica":0,"maxReplica":2}},"tags":["a=b"],
    "status":{"state":"running","readyReplica":1}}],"vendors":[{"name":"aws","regions":[{"name":"r",
    "computes":[{"instanceType":"t","instanceSize":"x1","accelerator":"gpu","status":"available",
    "pricePerHour":0.8,"quota":{"maxAccelerators":4,"usedAccelerators":1}}]}]}]}
    """,
    """
    {"next":null,"results":[{"owner":"o","name":"n","current_release":{"number":1,"configuration":
    {"hardware":"gpu-t4","min_instances":1,"max_instances":5}}}],"error":["a"],"detail":"d",
    "errors":[{"message":"m"}],"title":"t"}
    """,
    "\"minute\";r=0;t=12, \"hour\";r=2800;t=1812",
  ]
}

@Suite struct GPUCloudParserTests {
  @Test(.timeLimit(.minutes(2)), arguments: GPUCloudParsers.parsers.indices)
  func `No mutation of a reply crashes its parser`(index: Int) {
    let parser = GPUCloudParsers.parsers[index]
    var generator = Seeded(state: UInt64(index) + 1)
    for reply in GPUCloudParsers.replies {
      let bytes = Array(reply.utf8)
      for end in stride(from: 0, to: bytes.count, by: 7) { parser.read(Array(bytes[..<end])) }
      for _ in 1...150 { parser.read(Self.mutated(bytes, &generator)) }
    }
  }

  private static let words = [
    "9223372036854775807", "-9223372036854775808", "1e40", "1e-40", "[[[[", "\\ud800", "null", "",
    "99999999999999999999999999999999999999", "-0", "\u{0}",
  ]

  private static func mutated(_ bytes: [UInt8], _ generator: inout Seeded) -> [UInt8] {
    var bytes = bytes
    for _ in 1...Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      let end = min(bytes.count, place + Int.random(in: 0...6, using: &generator))
      let word = words[Int.random(in: 0..<words.count, using: &generator)]
      bytes.replaceSubrange(place..<end, with: Array(word.utf8))
    }
    return bytes
  }

  private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  @Test(arguments: [
    ("0.1", 100_000_000), ("1e-9", 1), ("4.9e-10", 0), ("5e-10", 1), ("-5e-10", -1),
    ("1.10", 1_100_000_000), ("12E1", 120_000_000_000), ("0", 0), ("0.0000000000000000001", 0),
    ("9223372036.854775807", 9_223_372_036_854_775_807),
  ])
  func `An amount is read exactly`(text: String, nanos: Int64) {
    #expect(ExactJSON(Array(text.utf8))?.money == Money(nanos: nanos))
  }

  @Test(arguments: ["9223372036.854775808", "1e41", "\"1\"", "true"])
  func `What is no amount is none`(text: String) {
    #expect(ExactJSON(Array(text.utf8)) != nil)
    #expect(ExactJSON(Array(text.utf8))?.money == nil)
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":}", "01x", "1.", "1e", "-", "tru", "\"a", "\"\\x\"", "\"\\u12\"",
    "{} {}", "\"\n\"", String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
  ])
  func `What is no JSON is not read`(text: String) {
    #expect(ExactJSON(Array(text.utf8)) == nil)
  }

  @Test func `Text is unescaped, and half a pair is replaced`() {
    let text = #""a\"\\\/\b\f\n\r\tä\u00e4\ud83d\ude00\ud83d""#
    #expect(
      ExactJSON(Array(text.utf8))?.string
        == "a\"\\/\u{8}\u{c}\n\r\tää😀\u{FFFD}")
    let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(ExactJSON(Array(deep.utf8)) != nil)
  }

  @Test(arguments: [
    ("NVIDIA L4", "NVIDIA L4", 1), ("NVIDIA L4 x8", "NVIDIA L4", 8),
    ("NVIDIA L4 x0", "NVIDIA L4 x0", 1),
    ("x8", "x8", 1), ("NVIDIA RTX 4090", "NVIDIA RTX 4090", 1),
  ])
  func `A type is a GPU and how many of it`(text: String, gpu: String, count: Int) {
    let type = RunPodType(InstanceType(text))
    #expect(type == RunPodType(gpu: gpu, count: count))
    #expect(type.type.rawValue == text)
  }

  @Test(arguments: [
    ("\"minute\";r=0;t=12, \"hour\";r=2800;t=1812", 2), ("\"minute\";r=x;t=12", 0), ("", 0),
    ("\"minute\";t=12", 0), ("\"minute\";r=1;t=86401", 0), ("\"minute\";r=1;t=86400", 1),
  ])
  func `A limit is read or left out`(header: String, windows: Int) {
    #expect(RunPodRateLimit.parse(header, at: Timestamp(seconds: 0)).count == windows)
  }
}
