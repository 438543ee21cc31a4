import Clouds
import CostModel
import DemoFleet
import FleetModel
import Ports
import TestSupport
import Testing

/// Prices and the bill, against our fake.
@Suite(.timeLimit(.minutes(2))) struct AWSMoneyTests {
  let time = VirtualTime()

  private func list(
    _ cloud: FakeAWSApps, _ types: Set<InstanceType>, in regions: [Region] = ["us-east-1"]
  ) async throws -> Result<[Price], ActuateError> {
    try await serving(cloud) { endpoint in
      let source = AWSListPrices(
        cloud: "aws", endpoint: endpoint, credentials: cache(time), transport: LoopbackClient(),
        time: time)
      do throws(ActuateError) {
        return .success(try await source.prices(of: types, in: regions))
      } catch { return .failure(error) }
    }
  }

  @Test func `A list price is Linux on shared tenancy without software, in the region asked`()
    async throws
  {
    let cloud = FakeAWSApps(time: time)
    cloud.add([
      .linux("g5.xlarge", in: "us-east-1", price: "1.0060000000"),
      .linux("g5.xlarge", in: "us-east-1", price: "1.19", changing: ["operatingSystem": "Windows"]),
      .linux("g5.xlarge", in: "us-east-1", price: "2", changing: ["preInstalledSw": "SQL Std"]),
      .linux("g5.xlarge", in: "us-east-1", price: "3", changing: ["tenancy": "Dedicated"]),
      .linux("g5.xlarge", in: "us-east-1", price: "0", changing: ["capacitystatus": "AllocatedX"]),
      .linux("g5.xlarge", in: "eu-west-1", price: "1.123"),
      .hosting("ml.g5.xlarge", in: "us-east-1", price: "1.4084000000"),
    ])
    cloud.page(by: 1)
    let prices = try await list(
      cloud, ["g5.xlarge", "ml.g5.xlarge", "p5.48xlarge"], in: ["us-east-1", "eu-west-1"]
    ).get()
    #expect(prices.map(\.type) == ["g5.xlarge", "ml.g5.xlarge", "g5.xlarge"])
    #expect(
      prices.map(\.hourly.perHour.nanos) == [1_006_000_000, 1_408_400_000, 1_123_000_000])
    #expect(prices.map(\.region) == ["us-east-1", "us-east-1", "eu-west-1"])
    #expect(prices.allSatisfy { !$0.source.isEmpty && $0.asOf == "\(time.now())" })
  }

  @Test(arguments: [
    FakeAWSApps.Product(serviceCode: "AmazonEC2", attributes: [:], price: "1", currency: "CNY"),
    FakeAWSApps.Product(serviceCode: "AmazonEC2", attributes: [:], price: "1", unit: "Second"),
    FakeAWSApps.Product(serviceCode: "AmazonEC2", attributes: [:], price: "-1"),
    FakeAWSApps.Product(serviceCode: "AmazonEC2", attributes: [:], price: "NaN"),
  ])
  func `A rate that is no dollars an hour is an error, never a price`(
    product: FakeAWSApps.Product
  ) async throws {
    let cloud = FakeAWSApps(time: time)
    var product = product
    product.attributes =
      FakeAWSApps.Product.linux("g5.xlarge", in: "us-east-1", price: "1")
      .attributes
    cloud.add([product])
    let end = try await list(cloud, ["g5.xlarge"])
    #expect(throws: ActuateError.self) { try end.get() }
  }

  @Test func `Two prices for one machine are no price`() async throws {
    let cloud = FakeAWSApps(time: time)
    cloud.add(["1", "2"].map { .linux("g5.xlarge", in: "us-east-1", price: $0) })
    let end = try await list(cloud, ["g5.xlarge"])
    #expect(throws: ActuateError.self) { try end.get() }
  }

  @Test func `The newest spot price of each zone counts, and the dearest zone's is the region's`()
    async throws
  {
    let cloud = FakeAWSApps(time: time)
    let now = time.now()
    cloud.add([
      .init("g5.xlarge", zone: "us-east-1a", price: "0.9", at: now.advanced(by: .hours(-9))),
      .init("g5.xlarge", zone: "us-east-1a", price: "0.402100", at: now.advanced(by: .hours(-2))),
      .init("g5.xlarge", zone: "us-east-1b", price: "0.4455", at: now.advanced(by: .hours(-3))),
      .init(
        "g5.xlarge", zone: "us-east-1b", price: "7", at: now.advanced(by: .hours(-1)),
        product: "Windows"),
      .init("g6.xlarge", zone: "us-east-1a", price: "0.3", at: now.advanced(by: .hours(-1))),
    ])
    cloud.page(by: 1)
    try await serving(cloud) { endpoint in
      let source = AWSSpotPrices(
        cloud: "aws", endpoint: endpoint, credentials: cache(time), transport: LoopbackClient(),
        time: time)
      let zones = try await source.zones(of: ["g5.xlarge"], in: "us-east-1")
      #expect(zones.map(\.zone) == ["us-east-1a", "us-east-1b"])
      #expect(zones.map(\.hourly.perHour.nanos) == [402_100_000, 445_500_000])
      let prices = try await source.prices(of: ["g5.xlarge", "g6.xlarge"], in: ["us-east-1"])
      #expect(prices.map(\.hourly.perHour.nanos) == [445_500_000, 300_000_000])
      #expect(prices.allSatisfy { $0.capacity == .spot })
    }
  }

  private func bill(_ cloud: FakeAWSApps) async throws -> Result<[BilledRow], ActuateError> {
    try await serving(cloud) { endpoint in
      let bill = AWSBill(
        endpoint: endpoint, credentials: cache(time), transport: LoopbackClient(), time: time)
      do throws(ActuateError) {
        return .success(
          try await bill.rows(
            from: Timestamp(seconds: 1_795_132_800), to: Timestamp(seconds: 1_795_305_600)))
      } catch { return .failure(error) }
    }
  }

  @Test func `The bill is read to the nano-dollar, page by page, with and without a pool`()
    async throws
  {
    let cloud = FakeAWSApps(time: time)
    cloud.add([
      .init(day: "2026-11-20", pool: "chat", service: "EC2", amount: "12.3456789012"),
      .init(day: "2026-11-20", pool: "", service: "EC2", amount: "0.0000000005"),
      .init(day: "2026-11-21", pool: "chat", service: "EC2", amount: "-3.06E-8", estimated: true),
      .init(day: "2026-11-22", pool: "chat", service: "EC2", amount: "99"),
    ])
    cloud.page(by: 1)
    let rows = try await bill(cloud).get()
    #expect(rows.map(\.billed.nanos) == [1, 12_345_678_901, -31])
    #expect(rows.map(\.pool) == [nil, "chat", "chat"])
    #expect(rows.map(\.isEstimated) == [false, false, true])
    #expect(cloud.calls("GetCostAndUsage").count == 3)
  }

  @Test(arguments: [("1", "EUR"), ("one", "USD"), ("1.2.3", "USD"), ("", "USD"), ("1e99", "USD")])
  func `An amount that is no dollars is an error`(amount: String, currency: String) async throws {
    let cloud = FakeAWSApps(time: time)
    cloud.add([
      .init(day: "2026-11-20", pool: "", service: "EC2", amount: amount, currency: currency)
    ])
    let end = try await bill(cloud)
    #expect(throws: ActuateError.self) { try end.get() }
  }
}
