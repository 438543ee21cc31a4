import Clouds
import CostModel
import DemoFleet
import FleetModel
import Planner
import Ports
import TestSupport
import Testing

@Suite struct AzurePriceTests {
  private func listed(
    _ meters: [FakeAzure.Meter], of types: Set<InstanceType> = [],
    in regions: [Region] = ["eastus"], pageSize: Int = 50
  ) async throws -> [Price] {
    let time = VirtualTime()
    let cloud = FakeAzure(lag: .none, time: time)
    cloud.add(meters)
    cloud.setPageSize(pageSize)
    let endpoint = try await cloud.start()
    let source = AzurePrices(
      cloud: "azure", endpoint: endpoint, transport: LoopbackClient(), time: time)
    do {
      let prices = try await source.prices(of: types, in: regions)
      await cloud.stop()
      return prices
    } catch {
      await cloud.stop()
      throw error
    }
  }

  static let type: InstanceType = "Standard_NC24ads_A100_v4"

  @Test func `Ordinary and spot are told apart; Windows, low priority and the rest are left out`()
    async throws
  {
    let prices = try await listed([
      .init(Self.type, price: "3.673"), .init(Self.type, price: "0.734600", suffix: "Spot"),
      .init(Self.type, price: "0.9", suffix: "Low Priority"),
      .init(Self.type, price: "7.777", product: "Virtual Machines N Series Windows"),
      .init(Self.type, price: "1.111", product: "N Series Cloud Services"),
      .init(Self.type, price: "2.222", kind: "DevTestConsumption"),
      .init(Self.type, region: "westus", price: "4.444"),
      .init("Standard_D2s_v5", price: "0.096"),
    ])
    #expect(prices.count == 2)
    let rates = Dictionary(
      prices.map { ($0.capacity, $0.hourly.perHour.nanos) }, uniquingKeysWith: { first, _ in first }
    )
    #expect(rates == [.onDemand: 3_673_000_000, .spot: 734_600_000])
    #expect(prices.allSatisfy { $0.source == "Azure retail prices" && $0.asOf == "2026-11-21" })
    #expect(prices.allSatisfy { $0.region == "eastus" && $0.type == Self.type })
  }

  @Test(arguments: [
    ("3.673", 3_673_000_000), ("0", 0), ("27.1970000001", 27_197_000_000),
    ("0.0000000005", 1), ("0.0000000004", 0), ("1E-05", 10_000), ("1.5e1", 15_000_000_000),
    ("0.30000000000000004", 300_000_000), ("12", 12_000_000_000),
  ])
  func `A price is the digits of the list, to the nano-dollar`(
    digits: String, nanos: Int64
  ) async throws {
    let prices = try await listed([.init(Self.type, price: digits)])
    #expect(prices.map(\.hourly.perHour.nanos) == [nanos])
  }

  @Test func `Of several the latest that holds already is taken`() async throws {
    let prices = try await listed([
      .init(Self.type, price: "3", since: "2025-01-01T00:00:00Z"),
      .init(Self.type, price: "9", since: "2027-01-01T00:00:00Z"),
      .init(Self.type, price: "2", since: "2024-01-01T00:00:00Z"),
    ])
    #expect(prices.map(\.hourly.perHour) == [.dollars(3)])
  }

  @Test func `All pages of all regions are read, for many types too`() async throws {
    let types = (1...40).map { InstanceType("Standard_NX\($0)_v1") }
    let meters = types.flatMap { type in
      ["eastus", "westus"].map { FakeAzure.Meter(type, region: $0, price: "1.5") }
    }
    let all = try await listed(meters, in: ["eastus", "westus"], pageSize: 7)
    #expect(all.count == 80)
    #expect(try await listed(meters, of: Set(types), pageSize: 7).count == 40)
    #expect(try await listed(meters, of: [types[0]]).map(\.type) == [types[0]])
  }

  @Test(arguments: [
    FakeAzure.Meter(type, price: "3", currency: "EUR"),
    .init(type, price: "3", unit: "1/Hour"), .init(type, price: "3", unit: "100 Hours"),
    .init(type, price: "-3"),
  ])
  func `A price that is not dollars an hour is an error, never converted`(
    meter: FakeAzure.Meter
  ) async {
    await #expect(throws: ActuateError.self) { try await listed([meter]) }
  }

  @Test(arguments: ["https://evil.example/x", "http://prices.example/x"])
  func `The next page of another host is not followed`(link: String) async {
    let page = Result<HTTPResponse, TransportError>.json(#"{"Items":[],"NextPageLink":"\#(link)"}"#)
    let source = AzurePrices(
      cloud: "azure", endpoint: "https://prices.example",
      transport: ScriptedTransport([page, page, page]), time: VirtualTime())
    await #expect(throws: ActuateError.self) { try await source.prices(of: [], in: ["eastus"]) }
  }

  @Test func `The list's own links, with the port that goes without saying, are followed`()
    async throws
  {
    let first = Result<HTTPResponse, TransportError>.json(
      #"{"Items":[],"NextPageLink":"https://prices.example:443/api/retail/prices?$skip=100"}"#)
    let transport = ScriptedTransport([first, .json(#"{"Items":[],"NextPageLink":null}"#)])
    let source = AzurePrices(
      cloud: "azure", endpoint: "https://prices.example", transport: transport,
      time: VirtualTime())
    #expect(try await source.prices(of: [], in: ["eastus"]).isEmpty)
    #expect(transport.requests.count == 2)
    #expect(transport.requests.allSatisfy { $0.headers.isEmpty })
  }
}
