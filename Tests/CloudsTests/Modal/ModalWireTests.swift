import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

@testable import Clouds

/// What reads Modal's bytes: none may trust them.
enum ModalParsers {
  static let parsers: [(name: String, read: @Sendable ([UInt8]) -> Void)] = [
    ("GRPC.messages", { _ = GRPC.messages($0) }),
    ("ModalFunction", { _ = GRPC.message($0).flatMap(ModalFunction.init)?.type }),
    ("ModalScheduling", { _ = GRPC.message($0).flatMap(ModalScheduling.init)?.settings.floor }),
    ("ModalStats", { _ = GRPC.message($0).map { ModalStats($0) } }),
    ("ModalBilling", { _ = ModalBilling.lines($0) }),
    (
      "ModalFault",
      { bytes in
        let details = Data(bytes).base64EncodedString().replacing("=", with: "")
        _ = ModalFault.read(
          HTTPResponse(
            status: 200,
            headers: [HTTPField("grpc-status", "8"), HTTPField("grpc-status-details-bin", details)])
        )
      }
    ),
    (
      "ModalProfileFile",
      { _ = ModalProfileFile(String(decoding: $0, as: UTF8.self)).sections }
    ),
  ]

  static let function = ProtobufWriter.message { reply in
    reply.string(1, "fu-1")
    reply.message(5) { function in
      for (rank, gpu) in [(1, "A100"), (0, "H100")] {
        function.message(18) { ranked in
          ranked.uint32(1, rank)
          ranked.message(2) { inner in
            inner.message(9) { resources in
              resources.message(4) { config in
                config.uint32(2, 2)
                config.string(4, gpu)
              }
            }
          }
        }
      }
    }
  }

  static let scheduling = ProtobufWriter.message { reply in
    reply.message(1) { configuration in
      configuration.message(1) { $0.uint32(1, 3) }
      configuration.message(4) { $0.uint32(2, 9) }
    }
  }

  static let stats = ProtobufWriter.message { reply in
    for (number, value) in [(UInt64(1), 5), (3, 300), (4, 7), (5, 1)] {
      reply.uint32(number, value)
    }
  }

  static let bill = ProtobufWriter.message { item in
    item.string(1, "ap-1")
    item.message(4) { $0.int64(1, 1_795_251_600) }
    item.string(5, "1.25")
    item.message(8) { entry in
      entry.string(1, "H100")
      entry.string(2, "1.25")
    }
  }

  /// RPCStatus with an Any that is an RPCRetryPolicy of 1.5 s.
  static func details(_ seconds: Float = 1.5) -> [UInt8] {
    let bits = (0..<4).map { UInt8(truncatingIfNeeded: seconds.bitPattern >> (8 * $0)) }
    let type = Array("type.modal.com/modal.client.RPCRetryPolicy".utf8)
    let detail = [0x0A, UInt8(type.count)] + type + [0x12, 5, 0x0D] + bits
    return [0x08, 8, 0x1A, UInt8(detail.count)] + detail
  }

  static let replies: [[UInt8]] =
    [function, scheduling, stats, bill].map(GRPC.frame) + [
      details(), GRPC.frame(bill) + GRPC.frame(bill),
      Array("[default]\ntoken_id = \"a\" # c\ntoken_secret='b'\nactive = true\n".utf8),
    ]
}

@Suite struct ModalWireTests {
  @Test(.timeLimit(.minutes(2)), arguments: ModalParsers.parsers.indices)
  func `No mutation of a reply crashes its parser or holds it up`(index: Int) {
    let parser = ModalParsers.parsers[index]
    var generator = Seeded(state: UInt64(index) + 1)
    for reply in ModalParsers.replies {
      for end in reply.indices { parser.read(Array(reply[..<end])) }
      for _ in 1...400 { parser.read(Self.mutated(reply, &generator)) }
    }
  }

  private static func mutated(_ bytes: [UInt8], _ generator: inout Seeded) -> [UInt8] {
    var bytes = bytes
    for _ in 1...Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 2: bytes.removeSubrange(place..<min(bytes.count, place + 3))
      default: bytes.insert(contentsOf: [0xFF, 0xFF, 0xFF, 0xFF, 0x7F], at: place)
      }
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

  @Test func `Messages are read for what they say`() throws {
    let function = try #require(GRPC.message(GRPC.frame(ModalParsers.function)))
    #expect(ModalFunction(function)?.type == "H100:2")
    let scheduling = try #require(GRPC.message(GRPC.frame(ModalParsers.scheduling)))
    let read = try #require(ModalScheduling(scheduling))
    #expect(read.settings == ModalAutoscaler(minContainers: 3))
    #expect(read.deployed?.ceiling == 9 && read.deployed?.floor == 0)
    let stats = ModalStats(try #require(ProtobufMessage(ModalParsers.stats[...])))
    #expect((stats.backlog, stats.containers) == (5, 300))
    #expect((stats.runningInputs, stats.headroom) == (7, 1))
    #expect(ModalBilling.lines(GRPC.frame(ModalParsers.bill))?.first?.total.nanos == 1_250_000_000)
  }

  @Test(
    arguments: [
      ([], true), ([0x08, 0x96, 0x01], true), ([0x08], false), ([0x08, 0x80], false),
      ([0x0A, 0x02, 0x41], false), ([0x0A, 0x01, 0x41], true), ([0x00, 0x01], false),
      ([0x0B], false), ([0x0C], false), ([0x0E, 0x00], false), ([0x0D, 1, 2, 3], false),
      ([0x0D, 1, 2, 3, 4], true), ([0x09, 1, 2, 3, 4, 5, 6, 7], false),
      ([0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x01], true),
      ([0x08] + [UInt8](repeating: 0xFF, count: 10) + [0x01], false),
      ([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], false),
    ] as [([UInt8], Bool)])
  func `Bytes are a message or none`(bytes: [UInt8], isMessage: Bool) {
    #expect((ProtobufMessage(bytes[...]) != nil) == isMessage)
  }

  @Test func `A field counts once, a message adds up, a wrong type is not there`() throws {
    let twice = try #require(ProtobufMessage([0x08, 1, 0x08, 2, 0x12, 2, 8, 7, 0x12, 2, 16, 9]))
    #expect(twice.uint32(1) == 2 && twice.uint32(2) == nil && twice.string(1) == nil)
    let inner = try #require(twice.message(2))
    #expect(inner.uint32(1) == 7 && inner.uint32(2) == 9 && twice.messages(2)?.count == 2)
    let wide = try #require(ProtobufMessage([0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]))
    #expect(wide.uint32(1) == Int(UInt32.max))
    let text = try #require(ProtobufMessage([0x0A, 1, 0xFF]))
    #expect(text.string(1) == nil && text.bytes(1) == [0xFF])
  }

  @Test func `Too many fields are no message`() {
    let many = [UInt8](repeating: 0, count: 0) + (0..<100_000).flatMap { _ in [0x08, 0x01] }
    #expect(ProtobufMessage(many[...]) != nil)
    #expect(ProtobufMessage((many + [0x08, 0x01])[...]) == nil)
  }

  @Test(
    arguments: [
      ([], 0), ([0, 0, 0, 0, 0], 1), ([0, 0, 0, 0, 1, 7], 1), ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 2),
      ([0, 0, 0, 0], nil), ([1, 0, 0, 0, 0], nil), ([0, 0, 0, 0, 2, 7], nil),
      ([0, 0xFF, 0xFF, 0xFF, 0xFF, 1], nil), ([0, 0, 0, 0, 1, 7, 0], nil),
    ] as [([UInt8], Int?)])
  func `A body is whole frames`(body: [UInt8], count: Int?) {
    #expect(GRPC.messages(body)?.count == count)
    if count != 1 { #expect(GRPC.message(body) == nil) }
  }

  /// The numbers of the fields we write and read, against contract facts.
  static let facts = "specs/modal/modal.autoscaler.messages.json"

  @Test(.enabled(if: SharedFiles.exists(facts), "the contract facts are not here"))
  func `Fields have the numbers and types of the contract`() throws {
    struct Field: Decodable {
      var name: String
      var number: UInt64
      var type: String
    }
    struct Facts: Decodable { var messages: [String: [Field]] }
    let url = try #require(SharedFiles.url(Self.facts))
    let facts = try JSONDecoder().decode(Facts.self, from: try Data(contentsOf: url))
    let used: [String: [(String, UInt64, String)]] = [
      "FunctionGetRequest": [
        ("app_name", 1, "STRING"), ("object_tag", 2, "STRING"), ("environment_name", 4, "STRING"),
      ],
      "FunctionGetCurrentStatsRequest": [("function_id", 1, "STRING")],
      "FunctionStats": [
        ("backlog", 1, "UINT32"), ("num_total_tasks", 3, "UINT32"),
        ("num_running_inputs", 4, "UINT32"), ("input_headroom", 5, "UINT32"),
      ],
      "FunctionUpdateSchedulingParamsRequest": [
        ("function_id", 1, "STRING"), ("settings", 3, "MESSAGE"),
      ],
      "FunctionUpdateSchedulingParamsResponse": [("current_settings", 1, "MESSAGE")],
      "AutoscalerSettings": [("min_containers", 1, "UINT32"), ("max_containers", 2, "UINT32")],
    ]
    for (message, fields) in used {
      let known = try #require(facts.messages[message], "\(message)")
      for (name, number, type) in fields {
        let field = known.first { $0.name == name }
        #expect(field?.number == number && field?.type == "TYPE_\(type)", "\(message).\(name)")
      }
    }
  }
}
