public import CostModel
public import FleetModel
import Planner
public import Ports

/// Azure's public retail prices (prices.azure.com), which need no credentials.
public struct AzurePrices: PriceSource {
  public let cloud: CloudName
  private let endpoint: String
  private let time: any TimeSource
  private let calls: CloudCalls<Nobody>

  /// Nobody asks.
  private struct Nobody: Sendable, Equatable {}

  public static let publicList = "https://prices.azure.com"
  /// 100 items a page; every meter of every GPU type in one region is about ten pages.
  static let mostPages = 500
  /// Names in one filter, so that the address stays short.
  static let batch = 15

  /// - Parameter endpoint: an absolute URL without a path.
  public init(
    cloud: CloudName, endpoint: String = AzurePrices.publicList, transport: any HTTPTransport,
    time: any TimeSource, wallClock: (any TimeSource)? = nil,
    generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    self.cloud = cloud
    self.endpoint = AzurePlace.root(endpoint)
    self.time = wallClock ?? time
    calls = CloudCalls(
      transport: transport, credentials: CredentialCache(time: time) { Issued(Nobody(), link: "") },
      time: time, wallClock: wallClock ?? time, jitter: Jitter(generator),
      budgets: CallBudgets(looks: (burst: 10, perSecond: 2), time: time),
      sign: { call, _ in call.request }, fault: { _ in nil })
  }

  public func prices(
    of types: Set<InstanceType>, in regions: [Region]
  ) async throws(ActuateError) -> [Price] {
    var book = PriceBook()
    for region in regions {
      for filter in Self.filters(types, region) {
        for price in try await prices(filter, region) { book.set(price) }
      }
    }
    return book.prices
  }

  /// The GPU types of Azure are those whose name begins with N.
  private static func filters(_ types: Set<InstanceType>, _ region: Region) -> [String] {
    let common =
      "serviceName eq 'Virtual Machines' and priceType eq 'Consumption' and armRegionName eq "
      + "'\(quoted(region.rawValue))' and "
    guard !types.isEmpty else { return [common + "startswith(armSkuName, 'Standard_N')"] }
    var rest = types.sorted()[...]
    var filters: [String] = []
    while !rest.isEmpty {
      let names = rest.prefix(batch).map { "armSkuName eq '\(quoted($0.rawValue))'" }
      filters.append(common + "(" + names.joined(separator: " or ") + ")")
      rest = rest.dropFirst(batch)
    }
    return filters
  }

  /// A quote in a text of OData is two.
  private static func quoted(_ text: String) -> String {
    text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
  }

  private func prices(_ filter: String, _ region: Region) async throws(ActuateError) -> [Price] {
    let items = try await items(filter)
    let now = time.now()
    // Of what holds already, the latest: the list keeps old prices and announces new ones.
    let inForce = items.filter { $0.isForUs && $0.region == region.rawValue }
      .filter { Timestamp(azure: $0.since).map { $0 <= now } ?? false }
      .sorted { $0.since < $1.since }
    let today = String(now.description.prefix(10))
    return inForce.map { item in
      Price(
        cloud: cloud, type: InstanceType(item.type), region: region, capacity: item.capacity,
        hourly: HourlyRate(perHour: item.retail), source: "Azure retail prices", asOf: today)
    }
  }

  private func items(_ filter: String) async throws(ActuateError) -> [AzurePriceItem] {
    let query = "currencyCode='USD'&$filter=" + AzureRequests.escaped(filter)
    var call = CloudCall(
      "RetailPrices_List", url: "\(endpoint)/api/retail/prices?\(query)")
    var items: [AzurePriceItem] = []
    var seen: Set<String> = []
    for _ in 0..<Self.mostPages {
      let page = try await calls.repeating(call) { AzurePricePage($0.body) }.value
      try Self.check(page, call)
      items += page.items
      guard let link = page.next, !link.isEmpty else { return items }
      guard seen.insert(link).inserted else { break }
      guard SameHost.isSame(link, as: endpoint) else {
        throw CloudVerdict.unreadable(call, "it points to another host")
      }
      call.url = link
    }
    throw CloudVerdict.unreadable(call, "the list does not end")
  }

  /// Dollars an hour, or nothing: a price in another currency or unit is never converted.
  private static func check(
    _ page: AzurePricePage, _ call: CloudCall
  ) throws(ActuateError) {
    for item in page.items where item.isForUs {
      guard item.currency == "USD", item.unit == "1 Hour" else {
        throw CloudVerdict.unreadable(
          call, "\(item.type) is priced in \(item.currency) for \(item.unit)")
      }
    }
  }
}
