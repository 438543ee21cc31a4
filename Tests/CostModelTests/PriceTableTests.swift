import CostModel
import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("Embedded prices")
struct PriceTableTests {
  static let catalogue = "traces/prices/gpu_catalogue.csv.gz"

  @Test(
    "a price is the list price, to the last digit",
    arguments: [
      ("p5.48xlarge", "55.04"), ("p4d.24xlarge", "21.957642"), ("g6.xlarge", "0.8048"),
      ("g6e.2xlarge", "2.24208"), ("g5.48xlarge", "16.288"),
    ])
  func known(type: String, hourly: String) throws {
    let price = try #require(PriceTable.embedded.first { $0.type.rawValue == type })
    #expect(price.hourly.perHour == Money(decimal: hourly))
  }

  @Test("every price is positive, for a region, and says where it is from and of when")
  func sourced() {
    for price in PriceTable.embedded {
      #expect(price.hourly > .zero && price.region == "us-east-1" && !price.source.isEmpty)
      #expect(Timestamp(rfc3339: price.asOf) != nil)
    }
    #expect(Set(PriceTable.embedded.map(\.type)).count == PriceTable.embedded.count)
  }

  @Test(
    "every price equals the catalogue's",
    .enabled(if: SharedFiles.exists(PriceTableTests.catalogue), "no price catalogue here"))
  func catalogued() throws {
    let url = try #require(SharedFiles.url(Self.catalogue))
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", url.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? .init(), as: UTF8.self)
    process.waitUntilExit()
    var listed: [String: String] = [:]
    for line in text.split(separator: "\n") where line.hasPrefix("aws,") {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if fields[6] == "us-east-1" { listed[fields[1]] = fields[8] }
    }
    for price in PriceTable.embedded {
      let text = try #require(listed[price.type.rawValue])
      #expect(Money(decimal: text) == price.hourly.perHour)
    }
  }
}
