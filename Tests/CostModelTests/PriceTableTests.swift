import FleetModel
import Foundation
import TestSupport
import Testing

@testable import CostModel

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

  @Test("every price can be, is of a known kind of cloud, and says where it is from and of when")
  func sourced() {
    let kinds: Set<CloudName> = [
      "aws", "gcp", "azure", "runpod", "huggingface", "replicate", "modal",
    ]
    for price in PriceTable.embedded {
      #expect(PriceGate.fault(of: price.hourly) == nil && kinds.contains(price.cloud))
      #expect(!price.source.isEmpty && price.capacity == .onDemand)
      #expect(Timestamp(rfc3339: price.asOf) != nil)
    }
    #expect(Set(PriceTable.embedded.map(\.cloud)) == kinds)
    #expect(PriceBook(PriceTable.embedded).prices.count == PriceTable.embedded.count)
  }

  @Test(
    "a price by the second is exact by the hour",
    arguments: [
      ("replicate", "gpu-h100", "5.49"), ("replicate", "gpu-t4", "0.81"),
      ("modal", "H100", "3.9492"), ("modal", "B300", "7.0992"),
      ("aws", "ml.g6e.24xlarge", "18.8319875"), ("azure", "Standard_ND96isr_H100_v5", "98.32"),
      ("gcp", "a2-highgpu-1g", "3.673385"), ("runpod", "NVIDIA H100 80GB HBM3", "3.99"),
    ])
  func hourly(cloud: CloudName, type: InstanceType, hourly: String) throws {
    let price = try #require(
      PriceTable.embedded.first { $0.cloud == cloud && $0.type == type })
    #expect(price.hourly.perHour == Money(decimal: hourly))
  }

  @Test("several GPUs of one machine family cost a multiple, within a millionth of a cent")
  func multiples() throws {
    for (one, many, times) in [
      ("a2-ultragpu-1g", "a2-ultragpu-8g", 8), ("a3-highgpu-1g", "a3-highgpu-8g", 8),
      ("g2-standard-12", "g2-standard-96", 8), ("g4-standard-48", "g4-standard-384", 8),
    ] as [(InstanceType, InstanceType, Int64)] {
      let single = try #require(PriceTable.embedded.first { $0.type == one }).hourly.perHour.nanos
      let whole = try #require(PriceTable.embedded.first { $0.type == many }).hourly.perHour.nanos
      #expect((single * times - whole).magnitude <= UInt64(times), "\(one) and \(many)")
    }
  }
}

/// Prices in a public catalogue that lies beside the repository where this was developed.
@Suite(
  "Embedded prices and a public catalogue",
  .enabled(if: SharedFiles.exists(PriceTableTests.catalogue), "no price catalogue here"))
struct PriceCatalogueTests {
  /// One row: what an hour costs on demand, as text.
  private struct Row {
    var cloud: String
    var type: String
    var gpu: String
    var count: String
    var region: String
    var zone: String
    var hourly: String
    var spot: String

    init(_ fields: [String]) {
      (cloud, type, gpu, count) = (fields[0], fields[1], fields[2], fields[3])
      (region, zone, hourly, spot) = (fields[6], fields[7], fields[8], fields[9])
    }

    var isAcceleratorAlone: Bool { type.hasPrefix("(") }
  }

  private func rows() throws -> [Row] {
    let url = try #require(SharedFiles.url(PriceTableTests.catalogue))
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", url.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    var reader = CSVReader([UInt8](bytes))
    _ = try reader.next()
    var rows: [Row] = []
    while let row = try reader.next() { rows.append(Row(row.fields)) }
    return rows
  }

  @Test(
    "every price of EC2 and Azure is the catalogue's",
    arguments: [("aws", "us-east-1"), ("azure", "eastus")] as [(CloudName, Region)])
  func listed(cloud: CloudName, region: Region) throws {
    let listed = Dictionary(
      try rows().filter { $0.cloud == cloud.rawValue && $0.region == region.rawValue }
        .map { ($0.type, $0.hourly) }, uniquingKeysWith: { first, _ in first })
    let embedded = PriceTable.embedded.filter { $0.cloud == cloud && $0.region == region }
    #expect(embedded.count >= 15)
    for price in embedded {
      let text = try #require(listed[price.type.rawValue], "\(price.type)")
      #expect(Money(decimal: text) == price.hourly.perHour, "\(price.type)")
    }
  }

  @Test("machines of Google Cloud cost their host and their GPUs, to the catalogue's five decimals")
  func googleCloud() throws {
    let reading = try imported("gcp", try rows().filter { $0.cloud == "gcp" })
    let book = PriceBook(reading.prices)
    let embedded = PriceTable.embedded.filter {
      $0.cloud == "gcp"
        && ($0.type.rawValue.hasPrefix("a2-highgpu") || $0.type.rawValue.hasPrefix("g2-"))
    }
    #expect(embedded.count == 12)
    for price in embedded {
      let sum = try #require(book.price(of: price.type, on: "gcp", in: "us-central1", .onDemand))
      let gap = sum.hourly.perHour.nanos - price.hourly.perHour.nanos
      #expect(gap.magnitude <= 10_000, "\(price.type): \(sum.hourly.perHour)")
    }
  }

  @Test("a whole catalogue is imported, and everything left out has its reason")
  func whole() throws {
    for cloud in ["azure", "lambda", "vast", "gcp"] {
      let own = try rows().filter { $0.cloud == cloud }
      let reading = try imported(cloud, own)
      #expect(reading.rows == own.count && !reading.prices.isEmpty)
      let machines = Set(own.filter { !$0.isAcceleratorAlone }.map { "\($0.type)/\($0.region)" })
      let priced = Set(reading.prices.map { "\($0.type)/\($0.region ?? "")" })
      #expect(priced.isSubset(of: machines))
      #expect(cloud == "gcp" || priced == machines)
      let left = reading.skipped.values.reduce(0, +)
      #expect(cloud == "gcp" || left == 0, "\(reading.skipped)")
      for price in reading.prices { #expect(PriceGate.fault(of: price.hourly) == nil) }
    }
  }

  @Test("a faulty GPU price, half of what is known, is kept out")
  func faulty() throws {
    let reading = try imported("gcp", try rows().filter { $0.cloud == "gcp" })
    let known = PriceBook(PriceTable.embedded)
    let review = PriceGate().review(reading.prices, against: known)
    let types = Set(review.refused.filter { $0.reason == .jump }.map(\.price.type))
    #expect(types == ["a3-highgpu-1g", "a3-highgpu-2g", "a3-highgpu-4g", "a3-highgpu-8g"])
  }

  /// The rows written in SkyPilot's form and read again.
  private func imported(_ cloud: String, _ rows: [Row]) throws -> CatalogueReading {
    var text =
      "InstanceType,AcceleratorName,AcceleratorCount,Region,AvailabilityZone,Price,SpotPrice"
    for row in rows {
      let type = row.isAcceleratorAlone ? "" : row.type
      let gpu = row.gpu.hasPrefix("(") ? "" : row.gpu
      text +=
        "\n\(type),\(gpu),\(row.count),\"\(row.region)\",\(row.zone),\(row.hourly),\(row.spot)"
    }
    return try SkyPilotCatalogue(cloud: CloudName(cloud), source: "s", asOf: "2026-11-21")
      .read(Array(text.utf8))
  }
}
