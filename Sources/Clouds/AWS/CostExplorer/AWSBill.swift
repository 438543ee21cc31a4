public import FleetModel
public import Ports
import CostModel
import Planner

extension AWSService {
  /// ce.2017-10-25.service-2.
  static let costExplorer = AWSService(
    "ce", .json(version: "1.1", target: "AWSInsightsIndexService"))
}

enum CostExplorerRequests {
  /// The days from `start` up to, and without, `end`, "2026-11-20"; by a tag's value and service.
  static func getCostAndUsage(
    from start: String, to end: String, tag: String, after token: String?
  ) -> AWSCall {
    var fields: [String: AWSJSON] = [
      "TimePeriod": ["Start": .text(start), "End": .text(end)], "Granularity": "DAILY",
      "Metrics": ["UnblendedCost"],
      "GroupBy": [
        ["Type": "TAG", "Key": .text(tag)], ["Type": "DIMENSION", "Key": "SERVICE"],
      ],
    ]
    if let token { fields["NextPageToken"] = .text(token) }
    return AWSCall("GetCostAndUsage", json: .object(fields))
  }
}

struct CostAndUsageReply: Decodable, Sendable {
  var days: [Day]?
  var nextToken: String?

  struct Day: Decodable, Sendable {
    var period: Period
    var groups: [Group]?
    var isEstimated: Bool?

    enum CodingKeys: String, CodingKey {
      case period = "TimePeriod"
      case groups = "Groups"
      case isEstimated = "Estimated"
    }
  }

  struct Period: Decodable, Sendable {
    var start: String
    enum CodingKeys: String, CodingKey { case start = "Start" }
  }

  struct Group: Decodable, Sendable {
    var keys: [String]
    var metrics: [String: Amount]

    enum CodingKeys: String, CodingKey {
      case keys = "Keys"
      case metrics = "Metrics"
    }
  }

  struct Amount: Decodable, Sendable {
    var amount: String
    var unit: String

    enum CodingKeys: String, CodingKey {
      case amount = "Amount"
      case unit = "Unit"
    }
  }

  enum CodingKeys: String, CodingKey {
    case days = "ResultsByTime"
    case nextToken = "NextPageToken"
  }
}

/// What AWS billed for one pool's use of one service on one UTC day.
public struct BilledRow: Sendable, Hashable {
  /// "2026-11-20".
  public var day: String
  /// The value of the tag `finops-pool`; nil for what has no such tag.
  public var pool: PoolName?
  /// "Amazon Elastic Compute Cloud - Compute".
  public var service: String
  /// FOCUS's BilledCost: AWS's unblended cost.
  public var billed: Money
  /// The day's bill is not final yet; AWS changes it for a day or two.
  public var isEstimated: Bool
}

/// AWS's own bill by day (Cost Explorer GetCostAndUsage), to compare our accounts with.
///
/// Each call is billed by AWS (one cent), so they are paced to one in ten seconds. The tag has to be
/// activated as a cost allocation tag in the account; until then every row is without a pool.
public struct AWSBill: Sendable {
  private let calls: AWSCalls

  /// - Parameters:
  ///   - region: decides the partition; the bill itself lives in us-east-1, or in cn-northwest-1.
  ///   - endpoint: an absolute URL without a path that serves every service; nil for AWS's own.
  ///   - time: paces and waits.
  ///   - generator: draws the waits between attempts.
  public init(
    region: Region = "us-east-1", endpoint: String? = nil,
    credentials: CredentialCache<AWSCredentials>, transport: any HTTPTransport,
    time: any TimeSource,
    generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    let account = AWSAccount(
      credentials: credentials, endpoint: endpoint, transport: transport, time: time,
      wallClock: time, jitter: Jitter(generator))
    self.init(region: region, account: account)
  }

  init(region: Region, account: AWSAccount) {
    let home: Region = region.rawValue.hasPrefix("cn-") ? "cn-northwest-1" : "us-east-1"
    calls = AWSCalls(
      .costExplorer, of: account, in: home,
      budgets: CallBudgets(looks: (burst: 5, perSecond: 0.1), time: account.time)
    ) { code, _ in
      // Here a limit is one of calls, and the data of the newest day may not be there yet.
      ["LimitExceededException", "DataUnavailableException"].contains(code) ? .throttled : nil
    }
  }

  private static let mostPages = 200

  /// The rows of the UTC days from `start` up to, and without, `end`, sorted by day, pool and
  /// service. An amount that is not in dollars, or can not be read, is an error.
  public func rows(from start: Timestamp, to end: Timestamp) async throws(ActuateError)
    -> [BilledRow]
  {
    var rows: [BilledRow] = []
    var token: String?
    for _ in 0..<Self.mostPages {
      let call = CostExplorerRequests.getCostAndUsage(
        from: Self.day(start), to: Self.day(end), tag: Tag.pool, after: token)
      let reply = try await calls.send(call, as: CostAndUsageReply.self).value
      switch Self.rows(in: reply) {
      case .success(let found): rows += found
      case .failure(let fault): throw calls.unreadable(call, fault.text)
      }
      guard let next = reply.nextToken, !next.isEmpty else {
        return rows.sorted {
          ($0.day, $0.pool?.rawValue ?? "", $0.service)
            < ($1.day, $1.pool?.rawValue ?? "", $1.service)
        }
      }
      token = next
    }
    throw .retryLater(
      after: nil,
      ActFailure(kind: .unknown, code: "EndlessPages", message: "the bill does not end"))
  }

  private static func day(_ moment: Timestamp) -> String { String("\(moment)".prefix(10)) }

  struct Unreadable: Error, Hashable { var text: String }

  static func rows(in reply: CostAndUsageReply) -> Result<[BilledRow], Unreadable> {
    var rows: [BilledRow] = []
    for day in reply.days ?? [] {
      for group in day.groups ?? [] {
        guard group.keys.count == 2, let cost = group.metrics["UnblendedCost"] else {
          return .failure(Unreadable(text: "a group of \(day.period.start) lacks its cost"))
        }
        guard cost.unit == "USD", let billed = PriceText(cost.amount)?.money else {
          return .failure(Unreadable(text: "“\(cost.amount) \(cost.unit)” is no dollars"))
        }
        // "finops-pool$chat"; nothing after the sign is a use without the tag.
        let pool = group.keys[0].split(separator: "$", maxSplits: 1).dropFirst().first
        rows.append(
          BilledRow(
            day: day.period.start, pool: pool.map { PoolName(String($0)) },
            service: group.keys[1], billed: billed, isEstimated: day.isEstimated ?? true))
      }
    }
    return .success(rows)
  }
}
