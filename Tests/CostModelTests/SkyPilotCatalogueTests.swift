import CostModel
import FleetModel
import TestSupport
import Testing

@Suite("Catalogues in SkyPilot's form")
struct SkyPilotCatalogueTests {
  typealias Skip = CatalogueReading.Skip
  static let azure =
    "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,Region,"
    + "Generation\n"
  static let gcp =
    "InstanceType,vCPUs,MemoryGiB,AcceleratorName,AcceleratorCount,GpuInfo,Region,"
    + "AvailabilityZone,Price,SpotPrice\n"

  private func read(
    _ text: String, cloud: CloudName = "c", all: Bool = false
  ) throws -> CatalogueReading {
    try SkyPilotCatalogue(cloud: cloud, source: "s", asOf: "2026-05-20", all: all)
      .read(Array(text.utf8))
  }

  /// "type/region/capacity=price".
  private func lines(_ reading: CatalogueReading) -> [String] {
    reading.prices.map {
      "\($0.type)/\($0.region?.rawValue ?? "*")/\($0.capacity.rawValue)=\($0.hourly.perHour)"
    }
  }

  @Test("a row gives its on-demand and its spot price, with source and day")
  func row() throws {
    let reading = try read(Self.azure + "NC4,T4,1,4,28,\"{'Gpus': [1,\n2]}\",0.526,0.2,eastus,V2\n")
    #expect(lines(reading) == ["NC4/eastus/on-demand=0.526000000", "NC4/eastus/spot=0.200000000"])
    let price = try #require(reading.prices.first)
    #expect(price.cloud == "c" && price.source == "s" && price.asOf == "2026-05-20")
    #expect(reading.rows == 1 && reading.skipped.isEmpty)
  }

  @Test("the order of the columns is the header's, and blanks do not matter")
  func order() throws {
    let reading = try read("Region, Price ,InstanceType,AcceleratorName\nhere, 2 , m ,H100\n")
    #expect(lines(reading) == ["m/here/on-demand=2.000000000"])
  }

  @Test(
    "a row that gives no price is counted with the reason",
    arguments: [
      ("NC4,T4,1,4,28,,,", Skip.shortRow), ("NC4", .shortRow), (",,,4,28,,1,,eastus,V1", .noType),
      ("NC4,T4,1,4,28,,1,,,V1", .noRegion), ("D4,,,4,16,,0.2,,eastus,V1", .cpuOnly),
      ("NC4,T4,1,4,28,,,,eastus,V1", .noPrice), ("NC4,T4,1,4,28,,0,,eastus,V1", .zeroPrice),
      ("NC4,T4,1,4,28,,,0.00,eastus,V1", .noPrice), ("NC4,T4,1,4,28,,$1,,eastus,V1", .badPrice),
      ("NC4,T4,1,4,28,,1,n/a,eastus,V1", .badPrice),
      (",T4,1,4,28,,1,,eastus,V1", .acceleratorAlone),
      ("v4,tpu-v4-8,1,4,28,,1,,eastus,V1", .tpu),
      ("a2-highgpu-1g,,,12,85,,0.7,,eastus,V1", .hostAlone),
    ])
  func skipped(row: String, reason: Skip) throws {
    let reading = try read(Self.azure + "ok,T4,1,4,28,,1,,eastus,V1\n" + row + "\n")
    #expect(reading.skipped == [reason: 1] && reading.firstLine == [reason: 3])
    #expect(lines(reading) == ["ok/eastus/on-demand=1.000000000"])
  }

  @Test("machines without a GPU are taken when all are asked for, a GPU's host alone never")
  func all() throws {
    let text = Self.azure + "D4,,,4,16,,0.2,,eastus,V1\na2-highgpu-1g,,,12,85,,0.7,,eastus,V1\n"
    let reading = try read(text, all: true)
    #expect(lines(reading) == ["D4/eastus/on-demand=0.200000000"])
    #expect(reading.skipped == [.hostAlone: 1])
  }

  @Test("fields past the end are let be behind a column nobody reads, else the row is left out")
  func ragged() throws {
    let row = "NC4,T4,1,4,28,,1,,eastus,V1,V2\n"
    #expect(lines(try read(Self.azure + row)) == ["NC4/eastus/on-demand=1.000000000"])
    let ours = Self.gcp + "m,4,28,T4,1,,eastus,a,1,2,3\n"
    #expect(try read(ours).skipped == [.longRow: 1])
  }

  @Test("a row may end before columns that are not needed")
  func shorter() throws {
    #expect(lines(try read(Self.azure + "NC4,T4,1,4,28,,1,,eastus\n")).count == 1)
  }

  @Test(
    "another currency or unit gives no price",
    arguments: [
      ("USD,hour", nil), ("usd,h", nil), (",", nil), ("EUR,hour", Skip.otherCurrency),
      ("CNY,", .otherCurrency), ("USD,month", .otherUnit), ("USD,second", .otherUnit),
    ])
  func currency(fields: String, reason: Skip?) throws {
    let reading = try read(
      "InstanceType,AcceleratorName,Price,Region,Currency,Unit\nm,T4,1,r,\(fields)\n")
    #expect(reading.skipped == (reason.map { [$0: 1] } ?? [:]))
    #expect(reading.prices.count == (reason == nil ? 1 : 0))
  }

  @Test("a GPU and its machine are added zone by zone, and the dearest zone counts")
  func joined() throws {
    let reading = try read(
      Self.gcp + """
        a2-highgpu-8g,96.0,680.0,,,,us-central1,us-central1-a,5.91582,2.958
        a2-highgpu-8g,96.0,680.0,,,,us-central1,us-central1-b,5.91582,2.958
        a2-highgpu-8g,96.0,680.0,,,,us-central1,us-central1-c,5.91582,2.958
        g2-standard-96,96.0,384.0,,,,us-central1,us-central1-a,3.52301,
        ,,,A100,8,{'Gpus': 1},us-central1,us-central1-a,23.47126,11
        ,,,A100,8.0,{'Gpus': 1},us-central1,us-central1-b,23.47126,11.5
        ,,,A100,16,{'Gpus': 1},us-central1,us-central1-c,46.94253,22
        ,,,L4,8.0,{'Gpus': 1},us-central1,us-central1-a,4.48032,1

        """, cloud: "gcp")
    #expect(
      lines(reading) == [
        "a2-highgpu-8g/us-central1/on-demand=29.387080000",
        "a2-highgpu-8g/us-central1/spot=14.458000000",
        "g2-standard-96/us-central1/on-demand=8.003330000",
      ])
    #expect(reading.skipped == [.acceleratorAlone: 4, .hostAlone: 1])
    #expect(reading.zonesThatDiffer == 1)
  }

  @Test("a price below the nano-dollar is rounded and counted")
  func rounded() throws {
    let reading = try read(Self.azure + "NC4,T4,1,4,28,,0.37990000000000007,0.1,eastus,V1\n")
    #expect(lines(reading).first == "NC4/eastus/on-demand=0.379900000" && reading.rounded == 1)
  }

  @Test("a price below zero is a number, and for the gate to refuse")
  func negative() throws {
    let price = try #require(try read(Self.azure + "m,T4,1,4,28,,-1,,eastus,V1\n").prices.first)
    #expect(PriceGate.fault(of: price.hourly) == .notAboveZero)
  }

  @Test(
    "a file that is no catalogue gives nothing at all",
    arguments: [
      ("", "the file is empty"), ("\n", "the file is empty"),
      ("a,b\n1,2\n", "the header has no column InstanceType"),
      ("InstanceType,AcceleratorName,Price\n", "the header has no column Region"),
      (
        "InstanceType,AcceleratorName,Price,Region,Price\n", "the header has the column Price twice"
      ),
      (azure + "ok,T4,1,4,28,,1,,eastus,V1\nm,\"T4", "line 3: a quote that is never closed"),
    ])
  func faults(text: String, message: String) {
    let fault = #expect(throws: CatalogueFault.self) { try read(text) }
    #expect(fault?.description == message)
  }

  @Test("no mutation of a catalogue makes the reader fall over", arguments: 0..<4)
  func mutated(seed: UInt64) {
    var dice = SeededGenerator(seed: seed)
    let whole = Array(
      (Self.gcp
        + "a2-highgpu-8g,96.0,680.0,,,,r,z,5.9,2.9\n,,,A100,8,\"{'G': [1,\n2]}\",r,z,23.4,11\n")
        .utf8)
    let bytes: [UInt8] = Array("\",\n\r0.e-9 ".utf8) + [0, 0xFF]
    for _ in 0..<2_500 {
      var text = whole
      for _ in 0...dice.below(6) {
        let place = dice.below(text.count)
        switch dice.below(3) {
        case 0: text[place] = bytes[dice.below(bytes.count)]
        case 1: text.insert(bytes[dice.below(bytes.count)], at: place)
        default: text.removeLast(min(text.count - 1, dice.below(5)))
        }
      }
      let catalogue = SkyPilotCatalogue(cloud: "gcp", source: "s", asOf: "2026-05-20", all: true)
      guard let reading = try? catalogue.read(text) else { continue }
      #expect(reading.prices.count <= 2 * reading.rows)
    }
  }
}
