public import CostModel
public import FleetModel
public import Ports
import Planner

/// AWS's own price list (Pricing GetProducts): what EC2 and SageMaker hosting cost on demand.
///
/// A rate in another currency than dollars or another unit than hours is an error; so are two
/// different prices for one machine. A type that a region does not have has no price there.
public struct AWSListPrices: PriceSource {
  public let cloud: CloudName
  private let account: AWSAccount
  private let budgets: CallBudgets

  /// - Parameters:
  ///   - endpoint: an absolute URL without a path that serves every service; nil for AWS's own.
  ///   - time: paces and waits, and dates the prices.
  ///   - generator: draws the waits between attempts.
  public init(
    cloud: CloudName, endpoint: String? = nil, credentials: CredentialCache<AWSCredentials>,
    transport: any HTTPTransport, time: any TimeSource,
    generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    let account = AWSAccount(
      credentials: credentials, endpoint: endpoint, transport: transport, time: time,
      wallClock: time, jitter: Jitter(generator))
    self.init(cloud: cloud, account: account)
  }

  init(cloud: CloudName, account: AWSAccount) {
    self.cloud = cloud
    self.account = account
    budgets = CallBudgets(time: account.time)
  }

  public func prices(
    of types: Set<InstanceType>, in regions: [Region]
  ) async throws(ActuateError) -> [Price] {
    let types = types.isEmpty ? Set(PriceTable.embedded.map(\.type)) : types
    var prices: [Price] = []
    for region in regions {
      let calls = AWSCalls(
        .pricing, of: account, in: PriceListRequests.home(of: region), budgets: budgets)
      for type in types.sorted() {
        guard let rate = try await rate(of: type, in: region, over: calls) else { continue }
        prices.append(price(type, region, rate))
      }
    }
    return prices
  }

  private func price(_ type: InstanceType, _ region: Region, _ rate: Money) -> Price {
    Price(
      cloud: cloud, type: type, region: region, hourly: HourlyRate(perHour: rate),
      source: "AWS price list (GetProducts)", asOf: "\(account.time.now())")
  }

  /// One type has a handful of entries; past it something goes round in a circle.
  private static let mostPages = 20

  private func rate(
    of type: InstanceType, in region: Region, over calls: AWSCalls
  ) async throws(ActuateError) -> Money? {
    var rates: Set<Money> = []
    var token: String?
    for _ in 0..<Self.mostPages {
      let call = PriceListRequests.getProducts(type, in: region, after: token)
      let reply = try await calls.send(call, as: ProductsReply.self).value
      for item in reply.items ?? [] {
        switch Self.rate(in: item) {
        case .rate(let rate): rates.insert(rate)
        case .none: continue
        case .unreadable(let why): throw calls.unreadable(call, "\(type) in \(region): \(why)")
        }
      }
      token = reply.nextToken
      if token == nil { break }
    }
    guard token == nil, rates.count <= 1 else {
      throw CloudVerdict.wrong(
        "AmbiguousPrice", "the price list gives \(type) in \(region) more than one price")
    }
    return rates.first
  }

  /// What one document says an hour costs.
  enum Reading: Sendable, Hashable {
    case rate(Money)
    /// Not for rent on demand, or free of charge as an entry for reservations is.
    case none
    case unreadable(String)
  }

  static func rate(in text: String) -> Reading {
    guard let document = ProductDocument(text: text) else { return .unreadable("no price in it") }
    guard let rate = document.rates.first else { return .none }
    guard document.rates.count == 1 else { return .unreadable("more than one rate") }
    guard rate.unit == "Hrs" else { return .unreadable("its unit is \(rate.unit)") }
    guard let text = rate.pricePerUnit["USD"] else {
      let others = rate.pricePerUnit.keys.sorted().joined(separator: ", ")
      return .unreadable("its currency is \(others)")
    }
    guard let money = PriceText(text)?.money, money >= .zero else {
      return .unreadable("its price is “\(text)”")
    }
    return money == .zero ? .none : .rate(money)
  }
}
