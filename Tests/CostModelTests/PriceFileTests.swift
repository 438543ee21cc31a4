import CostModel
import FleetModel
import Foundation
import Testing

@Suite("The price file")
struct PriceFileTests {
  private func price(_ type: InstanceType, _ cents: Int64, region: Region? = "r") -> Price {
    Price(
      cloud: "aws", type: type, region: region, capacity: .spot,
      hourly: HourlyRate(perHour: Money(nanos: cents * 10_000_000)),
      stoppedHourly: HourlyRate(perHour: Money(nanos: 1)), source: "list", asOf: "2026-11-21")
  }

  private func decoded(_ text: String) throws -> PriceFile {
    try JSONDecoder().decode(PriceFile.self, from: Data(text.utf8))
  }

  @Test("a file is read back as it was, to the nano-dollar")
  func roundTrip() throws {
    let file = PriceFile([price("b", 1), price("a", 186_100), price("a", 2, region: nil)])
    let bytes = try JSONEncoder().encode(file)
    #expect(try JSONDecoder().decode(PriceFile.self, from: bytes) == file)
    #expect(file.prices.map(\.type) == ["a", "a", "b"])
  }

  @Test("the embedded table can be kept in a file")
  func embedded() throws {
    let file = PriceFile(PriceTable.embedded)
    let bytes = try JSONEncoder().encode(file)
    #expect(try JSONDecoder().decode(PriceFile.self, from: bytes) == file)
  }

  @Test("amounts are decimal text under a currency and a unit")
  func form() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let file = PriceFile([price("m", 186)])
    #expect(
      String(decoding: try encoder.encode(file), as: UTF8.self)
        == #"{"currency":"USD","prices":[{"asOf":"2026-11-21","capacity":"spot","cloud":"aws","#
        + #""hourly":"1.86","region":"r","source":"list","stoppedHourly":"0.000000001","#
        + #""type":"m"}],"unit":"hour","version":1}"#)
  }

  static let sound =
    #"{"version":1,"currency":"USD","unit":"hour","prices":[{"cloud":"aws","type":"m","region":"r","#
    + #""capacity":"spot","hourly":"1.86","source":"list","asOf":"2026-11-21"}]}"#

  @Test("the smallest file is read")
  func smallest() throws {
    #expect(try decoded(Self.sound).prices.map(\.hourly.perHour) == [Money(nanos: 1_860_000_000)])
  }

  @Test(
    "what is not as we write it is refused with the place and the reason",
    arguments: [
      (#""version":1"#, #""version":2"#, "version has to be 1"),
      (#""currency":"USD""#, #""currency":"EUR""#, "currency has to be USD"),
      (#""unit":"hour""#, #""unit":"month""#, "unit has to be hour"),
      (#""1.86""#, #""0""#, "hourly is not above zero"),
      (#""1.86""#, #""-1""#, "hourly is not above zero"),
      (#""1.86""#, #""0.00009""#, "hourly is below $0.0001 an hour"),
      (#""1.86""#, #""10000.01""#, "hourly is above $10,000 an hour"),
      (#""1.86""#, #""1e3""#, "hourly '1e3' is no amount such as \"1.861\""),
      (#""spot""#, #""cheap""#, "capacity may not be 'cheap'"),
      (#""2026-11-21""#, #""yesterday""#, "asOf has to be a date such as 2026-11-21"),
      (#""list""#, #""""#, "source may not be empty"),
      (#""type":"m""#, #""type":"""#, "type may not be empty"),
      (#""source""#, #""stoppedHourly":"-1","source""#, "stoppedHourly is below zero"),
    ])
  func refused(part: String, replacement: String, reason: String) throws {
    let text = Self.sound.replacingOccurrences(of: part, with: replacement)
    let error = #expect(throws: DecodingError.self) { try decoded(text) }
    guard case .dataCorrupted(let context) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(context.debugDescription == reason && !context.codingPath.isEmpty)
  }

  @Test("the same thing twice is refused")
  func twice() throws {
    let entry = try #require(Self.sound.firstRange(of: "[")).lowerBound
    let list = Self.sound[entry...].dropFirst().prefix { $0 != "]" }
    let text = Self.sound.replacingOccurrences(of: list, with: "\(list),\(list)")
    #expect(throws: DecodingError.self) { try decoded(text) }
  }

  @Test("merging keeps what a review did not mention")
  func merging() {
    var review = PriceReview()
    review.accepted = [price("a", 3)]
    let merged = PriceFile([price("a", 1), price("b", 2)]).merging(review)
    #expect(merged.prices == [price("a", 3), price("b", 2)])
  }
}

@Suite("Layers of prices")
struct PriceLayersTests {
  private func price(
    _ dollars: Int64, cloud: CloudName = "aws", region: Region? = "r"
  ) -> Price {
    Price(
      cloud: cloud, type: "m", region: region, hourly: HourlyRate(perHour: .dollars(dollars)),
      source: "s", asOf: "2026-11-21")
  }

  private func told(_ layers: PriceLayers, _ kinds: [CloudName: CloudName] = [:]) -> [String] {
    layers.ranked(for: kinds).map {
      "\($0.price.cloud)/\($0.price.region?.rawValue ?? "*") \($0.price.hourly.perHour.nanos / 1_000_000_000) "
        + $0.layer.rawValue
    }
  }

  @Test("finops.yaml wins over the file, and the file over the table")
  func order() {
    var layers = PriceLayers(embedded: [price(1)], file: [price(2)], configured: [price(3)])
    #expect(told(layers) == ["aws/r 3 finops.yaml"])
    layers.configured = []
    #expect(told(layers) == ["aws/r 2 price file"])
    layers.file = []
    #expect(told(layers) == ["aws/r 1 built in"])
  }

  @Test("a price for every region takes the place of the regions of earlier layers only")
  func everyRegion() {
    let layers = PriceLayers(
      embedded: [price(1)], file: [price(2, region: nil), price(3, region: "q")])
    #expect(told(layers) == ["aws/* 2 price file", "aws/q 3 price file"])
  }

  @Test("a cloud with a name of its own gets its kind's prices, and its own win in their layer")
  func named() {
    let layers = PriceLayers(
      embedded: [price(1)], file: [price(2), price(3, cloud: "prod")], configured: [])
    #expect(
      told(layers, ["prod": "aws"]) == ["aws/r 2 price file", "prod/r 3 price file"])
    #expect(
      told(PriceLayers(embedded: [price(1)]), ["prod": "aws"])
        == ["aws/r 1 built in", "prod/r 1 built in"])
    #expect(told(PriceLayers(embedded: [price(1)]), ["aws": "aws"]) == ["aws/r 1 built in"])
  }

  @Test("a rulebook is given the prices of configured clouds alone")
  func onlyConfigured() {
    let layers = PriceLayers(embedded: [price(1), price(2, cloud: "gcp")])
    #expect(layers.prices(onlyOf: ["prod": "aws"]).map(\.cloud) == ["prod"])
    #expect(layers.prices(onlyOf: [:]).isEmpty)
  }

  @Test("an account named like another cloud's kind does not get that cloud's prices")
  func confused() {
    #expect(told(PriceLayers(embedded: [price(1)]), ["aws": "gcp"]) == [])
    #expect(
      told(PriceLayers(embedded: [price(1), price(2, cloud: "gcp")]), ["aws": "gcp"])
        == ["aws/r 2 built in", "gcp/r 2 built in"])
  }
}
