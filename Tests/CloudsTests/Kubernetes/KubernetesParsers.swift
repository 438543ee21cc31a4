import FleetModel
import Foundation
import Ports
import Testing

@testable import Clouds

/// Every parser of the API server's bytes, to be run on whatever bytes there are.
enum KubernetesParsers {
  static let parsers: [(name: String, run: @Sendable ([UInt8]) -> Void)] = [
    ("kubernetes nodes", { _ = KubeDocument.decode(KubeList<KubeNode>.self, from: $0) }),
    ("kubernetes pods", { _ = KubeDocument.decode(KubeList<KubePod>.self, from: $0) }),
    (
      "kubernetes workloads",
      {
        let list = KubeDocument.decode(KubeList<KubeWorkload>.self, from: $0)
        for item in list?.items ?? [] { _ = item.workload(.deployment, cloud: "k8s") }
      }
    ),
    (
      "kubernetes node pools",
      {
        let list = KubeDocument.decode(KubeList<KubeNodePool>.self, from: $0)
        for item in list?.items ?? [] { _ = item.workload(cloud: "k8s") }
      }
    ),
    (
      "kubernetes autoscalers", { _ = KubeDocument.decode(KubeList<KubeAutoscaler>.self, from: $0) }
    ),
    ("kubernetes scale", { _ = KubeDocument.decode(KubeScale.self, from: $0) }),
    ("kubernetes status", { _ = KubeDocument.fault(in: HTTPResponse(status: 500, body: $0)) }),
    ("kubernetes watch", { bytes in _ = WatchFeed<KubeNode>().take(bytes) { _ in } }),
    ("kubernetes exec", { _ = KubeDocument.decode(ExecPlugin.Answer.self, from: $0) }),
  ]
}

@Suite struct KubernetesParserTests {
  static let bytes: [[UInt8]] =
    [
      "", "{}", "[]", "null", "{\"items\":{}}", "<html>", "{\"metadata\":{},\"items\":null}",
      "{\"type\":\"ADDED\"}\n{\"type\":\"BOOKMARK\",\"object\":{}}\n\n", "\n\n\n", "\u{0}\u{FFFF}",
      String(repeating: "[", count: 100_000),
    ].map { Array($0.utf8) } + [[0xff, 0xfe, 0x0a]]

  @Test func `No bytes bring a parser down`() {
    for bytes in Self.bytes {
      for parser in KubernetesParsers.parsers { parser.run(bytes) }
    }
  }

  static let line = #"{"type":"ADDED","object":{"metadata":{"name":"n","resourceVersion":"7"}}}"#

  @Test(arguments: [1, 2, 7, 1000])
  func `Events are read however the bytes are cut`(size: Int) {
    let bytes = Array((Self.line + "\n" + Self.line + "\r\n\n").utf8)
    let feed = WatchFeed<KubeNode>()
    var versions: [String?] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      let piece = Array(bytes[start..<min(bytes.count, start + size)])
      #expect(feed.take(piece) { versions.append($0.version) })
    }
    #expect(versions == ["7", "7"] && feed.hasHeard && !feed.isSpoilt)
  }

  @Test(arguments: [
    #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}"#,
    #"{"type":"ADDED","object":{}}"#, "not json", #"{"object":{}}"#,
  ])
  func `An error, or what is no event, ends the watch and what was known`(line: String) {
    let feed = WatchFeed<KubeNode>()
    #expect(!feed.take(Array((line + "\n").utf8)) { _ in Issue.record("an event") })
    #expect(feed.isSpoilt)
  }

  @Test func `A line may be as long as an object can be, and no longer`() {
    let feed = WatchFeed<KubeNode>()
    #expect(feed.take([UInt8](repeating: 0x20, count: 4 << 20)) { _ in })
    #expect(!feed.take([0x20]) { _ in })
  }
}
