public import CostModel
public import FleetModel
public import Ports
import Planner

enum SpotRequests {
  /// The price that holds at `start`, and each one since; of these types for Linux.
  static func describeSpotPriceHistory(
    of types: [InstanceType], from start: Timestamp, after token: String?
  ) -> AWSCall {
    var form = AWSParameter.list("InstanceType", types.map(\.rawValue))
    form += AWSParameter.list("ProductDescription", ["Linux/UNIX"])
    form.append(AWSParameter("StartTime", "\(start)"))
    form.append(AWSParameter("MaxResults", "1000"))
    if let token { form.append(AWSParameter("NextToken", token)) }
    return AWSCall("DescribeSpotPriceHistory", form: form)
  }
}

struct SpotHistoryReply: Decodable, Sendable {
  var spotPriceHistorySet: EC2List<Entry>
  var nextToken: String?

  struct Entry: Decodable, Sendable {
    var instanceType: String
    var productDescription: String
    var spotPrice: String
    var timestamp: String
    var availabilityZone: String
  }
}

/// What a machine costs now on the spot market in one zone.
public struct SpotZonePrice: Sendable, Hashable {
  public var type: InstanceType
  public var zone: String
  public var hourly: HourlyRate
  /// Since when it holds.
  public var since: Timestamp
}

/// EC2's spot prices (DescribeSpotPriceHistory) as they are now.
///
/// Each zone has its own; a price book has one for a region. That is the dearest zone's, so that
/// spot is never taken for cheaper than it turns out to be; `zones` gives each zone's.
public struct AWSSpotPrices: PriceSource {
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
    var prices: [Price] = []
    for region in regions {
      let zones = try await zones(of: types, in: region)
      let dearest = Dictionary(zones.map { ($0.type, $0) }) { old, new in
        new.hourly > old.hourly ? new : old
      }
      for (type, zone) in dearest.sorted(by: { $0.key < $1.key }) {
        prices.append(
          Price(
            cloud: cloud, type: type, region: region, capacity: .spot, hourly: zone.hourly,
            source: "AWS spot price history, \(zone.zone)", asOf: "\(account.time.now())"))
      }
    }
    return prices
  }

  /// Each type's price in each zone of the region that has one, sorted by type and zone; of every
  /// GPU type for an empty set.
  public func zones(
    of types: Set<InstanceType>, in region: Region
  ) async throws(ActuateError) -> [SpotZonePrice] {
    let types = (types.isEmpty ? Set(PriceTable.embedded.map(\.type)) : types)
      .filter { !$0.rawValue.hasPrefix("ml.") }.sorted()
    guard !types.isEmpty else { return [] }
    let calls = AWSCalls(.ec2, of: account, in: region, budgets: budgets)
    let entries = try await entries(of: types, over: calls)
    var newest: [String: SpotZonePrice] = [:]
    for entry in entries {
      let key = "\(entry.type) \(entry.zone)"
      if newest[key].map({ $0.since < entry.since }) ?? true { newest[key] = entry }
    }
    return newest.values.sorted { ($0.type, $0.zone) < ($1.type, $1.zone) }
  }

  /// A region has some hundred prices; past it something goes round in a circle.
  private static let mostPages = 100

  private func entries(
    of types: [InstanceType], over calls: AWSCalls
  ) async throws(ActuateError) -> [SpotZonePrice] {
    var entries: [SpotZonePrice] = []
    var token: String?
    let start = account.time.now()
    for _ in 0..<Self.mostPages {
      let call = SpotRequests.describeSpotPriceHistory(of: types, from: start, after: token)
      let reply = try await calls.send(call, as: SpotHistoryReply.self).value
      for entry in reply.spotPriceHistorySet.items {
        // Others' answers may hold what was not asked for.
        guard entry.productDescription.hasPrefix("Linux/UNIX") else { continue }
        guard let price = SpotZonePrice(entry) else {
          throw calls.unreadable(call, "the price “\(entry.spotPrice)” of \(entry.instanceType)")
        }
        entries.append(price)
      }
      guard let next = reply.nextToken, !next.isEmpty else { return entries }
      token = next
    }
    throw .retryLater(
      after: nil,
      ActFailure(
        kind: .unknown, code: "EndlessPages", message: "the list of spot prices does not end"))
  }
}

extension SpotZonePrice {
  init?(_ entry: SpotHistoryReply.Entry) {
    guard let money = PriceText(entry.spotPrice)?.money, money > .zero,
      let since = Timestamp(rfc3339: entry.timestamp), !entry.availabilityZone.isEmpty
    else { return nil }
    type = InstanceType(entry.instanceType)
    zone = entry.availabilityZone
    hourly = HourlyRate(perHour: money)
    self.since = since
  }
}
