import FleetModel
import Ports
import Testing

@testable import Collectors

/// The quick way must give what the whole parse gives, for every body.
@Suite struct LayoutTests {
  static let target: Target = "node-1:9400"

  static func whole(_ text: String) throws(CollectError) -> NodeReading {
    try DCGMReader(layouts: 0).read(Array(text.utf8), from: target, at: Bodies.noon)
  }

  /// A reader that has seen `text`.
  static func primed(_ text: String) throws(CollectError) -> DCGMReader {
    let reader = DCGMReader()
    _ = try reader.read(Array(text.utf8), from: target, at: Bodies.noon)
    return reader
  }

  static let vllm = "vllm:num_requests_running{engine=\"0\"} 3\nother{le=\"+Inf\"} 7\n"

  @Test(
    "a second body gives the same reading with a layout as without",
    arguments: [
      Bodies.node(gpus: 8, step: 1),
      Bodies.node(gpus: 7, step: 1),
      Bodies.node(gpus: 9),
      Bodies.node(gpus: 8) + vllm,
      Bodies.node(gpus: 8) + HostSeriesTests.body,
      Bodies.node(gpus: 8) + HostSeriesTests.body.replacing("device=\"lo\"", with: "device=\"l1\""),
      Bodies.node(gpus: 8) + HostSeriesTests.body.replacing("mode=\"idle\"", with: "mode=\"user\""),
      Bodies.node(gpus: 8) + "# EOF",
      Bodies.node(gpus: 8).replacing("\n", with: "\r\n"),
      Bodies.node(gpus: 8).replacing("} 1\n", with: "} NaN\n"),
      Bodies.node(gpus: 8).replacing("} 1\n", with: "} 1 1700000000000\n"),
      Bodies.node(gpus: 8).replacing("node-1", with: "node-2"),
      Bodies.node(gpus: 8).replacing("GPU-6", with: "GPU-7"),
      Bodies.line(.smClock, "5"), "# no\na 1\n",
    ])
  func same(second: String) throws {
    for first in [
      Bodies.node(gpus: 8), Bodies.node(gpus: 8) + Self.vllm,
      Bodies.node(gpus: 8) + HostSeriesTests.body, second,
    ] {
      let reader = try Self.primed(first)
      let reading = try reader.read(Array(second.utf8), from: Self.target, at: Bodies.noon)
      #expect(try reading == Self.whole(second))
    }
  }

  @Test("an unchanged order is read by its layout, a changed one is not")
  func usesLayout() throws {
    let text = Bodies.node(gpus: 2) + Self.vllm
    let layout = try #require(try Self.layout(text))
    #expect(Self.read(Bodies.node(gpus: 2, step: 1) + Self.vllm, layout))
    #expect(Self.read(text.replacing("le=\"+Inf\"", with: "le=\"9\""), layout))
    #expect(!Self.read(text + "a 1\n", layout))
    #expect(!Self.read(text.replacing("nvidia1", with: "nvidia2"), layout))
    #expect(!Self.read(String(text.dropLast()), layout))
    #expect(!Self.read(text.replacing("other{", with: "others{"), layout))
    #expect(!Self.read("", layout))
  }

  @Test("a layout of 8 GPUs with all fields takes less than 8 kB")
  func small() throws {
    let layout = try #require(try Self.layout(Bodies.node(gpus: 8)))
    #expect(layout.byteCount < 8192)
  }

  @Test("a body with one byte changed gives the same with a layout as without")
  func mutations() throws {
    let body = Array((Bodies.node(gpus: 2) + Self.vllm).utf8)
    let reader = try Self.primed(Bodies.node(gpus: 2) + Self.vllm)
    var random = SplitMix(seed: 11)
    var quick = 0
    for _ in 0..<3000 {
      var changed = body
      changed[Int(random.next() % UInt64(body.count))] = UInt8(random.next() % 128)
      let whole = Self.outcome { () throws(CollectError) in
        try DCGMReader(layouts: 0).read(changed, from: Self.target, at: Bodies.noon)
      }
      _ = try reader.read(body, from: Self.target, at: Bodies.noon)
      let layered = Self.outcome { () throws(CollectError) in
        try reader.read(changed, from: Self.target, at: Bodies.noon)
      }
      quick += whole == layered ? 1 : 0
      // A fault in a line that is not read at all is only seen by the whole parse.
      if whole != layered { #expect(whole.isFailure) }
    }
    #expect(quick > 2900)
  }

  @Test("no more targets are remembered than allowed, the longest unused is forgotten")
  func bounded() throws {
    let reader = DCGMReader(layouts: 2)
    for (index, name) in ["a:1", "b:1", "a:1", "c:1"].enumerated() {
      _ = try reader.read(
        Array(Bodies.node(gpus: 1).utf8), from: Target(name),
        at: Timestamp(seconds: Int64(index)))
    }
    #expect(reader.layoutCount == 2)
  }

  @Test("a body too varied to be worth keeping gets no layout, and is read all the same")
  func varied() throws {
    let text = (0..<8193).map { "a\($0 % 9) 1\n" }.joined() + Bodies.line(.smClock, "5")
    let reader = try Self.primed(text)
    #expect(reader.layoutCount == 0)
    #expect(
      try reader.read(Array(text.utf8), from: Self.target, at: Bodies.noon).accelerators.count == 1)
  }

  private enum Outcome: Equatable {
    case reading(NodeReading)
    case failure(CollectError)
    var isFailure: Bool { if case .failure = self { true } else { false } }
  }

  private static func outcome(_ body: () throws(CollectError) -> NodeReading) -> Outcome {
    do throws(CollectError) { return .reading(try body()) } catch { return .failure(error) }
  }

  private static func layout(_ text: String) throws -> Layout? {
    let body = Array(text.utf8)
    return try unsafe body.withUnsafeBufferPointer { bytes throws(ExpositionError) in
      var scan = NodeScan(keepingLayout: true)
      try unsafe ExpositionParser().parse(bytes, into: &scan)
      return scan.finish().layout
    }
  }

  private static func read(_ text: String, _ layout: Layout) -> Bool {
    let body = Array(text.utf8)
    return unsafe body.withUnsafeBufferPointer { unsafe layout.read($0) } != nil
  }
}
