import CostModel
import FleetModel
import Testing

@Suite("Buckets")
struct BucketTests {
  @Test("every bucket is in one category", arguments: Bucket.allCases)
  func category(bucket: Bucket) {
    let expected: Bucket.Category =
      switch bucket {
      case .work: .productive
      case .warmIdle, .allocatedIdle, .freeIdle: .idle
      case .loading, .draining, .faulty, .unobserved: .overhead
      }
    #expect(bucket.category == expected)
  }

  @Test("the numbers of buckets are stored: they never change")
  func stable() {
    #expect(Bucket.allCases.map(\.rawValue) == Array(0...7))
    #expect(Bucket.work.rawValue == 0 && Bucket.unobserved.rawValue == 7)
  }

  @Test("times add up by bucket")
  func sum() {
    var one = BucketTimes()
    one[.work] = 5
    var two = BucketTimes()
    two[.work] = 7
    two[.faulty] = 1
    #expect((one + two)[.work] == 12)
    #expect((one + two).total == 13)
  }

  @Test(
    "stored times are taken only when they can be times",
    arguments: [
      ([Int64](repeating: 0, count: 8), true), ([Int64](repeating: 0, count: 7), false),
      ([0, 0, 0, -1, 0, 0, 0, 0], false), ([], false),
    ])
  func stored(times: [Int64], taken: Bool) {
    #expect((BucketTimes(microseconds: times) != nil) == taken)
  }
}

@Suite("Price book")
struct PriceBookTests {
  private func price(_ dollars: Int64, region: Region? = nil, capacity: CapacityType = .onDemand)
    -> Price
  {
    Price(
      cloud: "aws", type: "p5.48xlarge", region: region, capacity: capacity,
      hourly: HourlyRate(perHour: .dollars(dollars)), source: "test", asOf: "2026-07-20")
  }

  private func node(_ region: Region = "us-east-1", capacity: CapacityType = .onDemand) -> Node {
    Node(
      id: "i-1", cloud: "aws", region: region, type: "p5.48xlarge", capacity: capacity,
      state: .running, launchedAt: Timestamp(seconds: 0))
  }

  @Test("a region's own price stands before one for every region")
  func region() {
    let book = PriceBook([price(1), price(2, region: "us-east-1")])
    #expect(book.price(of: node())?.hourly.perHour == .dollars(2))
    #expect(book.price(of: node("eu-west-1"))?.hourly.perHour == .dollars(1))
  }

  @Test("what is not known is not free")
  func unknown() {
    let book = PriceBook([price(1)])
    #expect(book.price(of: node(capacity: .spot)) == nil)
    #expect(PriceBook().price(of: node()) == nil)
  }

  @Test("a later price replaces an earlier one of the same thing only")
  func replace() {
    var book = PriceBook([price(1), price(3, capacity: .spot)])
    book.set(price(2))
    #expect(book.prices.map(\.hourly.perHour) == [.dollars(2), .dollars(3)])
  }
}
