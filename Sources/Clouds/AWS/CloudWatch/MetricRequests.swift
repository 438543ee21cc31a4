import FleetModel

extension AWSService {
  /// cloudwatch.2010-08-01.service-2; of its three protocols the JSON one.
  static let cloudWatch = AWSService(
    "cloudwatch", host: "monitoring", signingName: "monitoring",
    .json(version: "1.0", target: "GraniteServiceVersion20100801"))
}

/// One series asked of CloudWatch.
struct MetricQuery: Sendable, Hashable {
  var namespace: String
  var name: String
  /// All of the metric's own dimensions; with one more or less it is another series.
  var dimensions: [String: String]
  /// "Sum", "Average", "Maximum".
  var statistic: String
  /// Whole seconds; 60 for what is counted each minute.
  var period: Int64 = 60

  /// `id` begins with a lower-case letter and is unique in its call.
  func json(id: String) -> AWSJSON {
    let dimensions = dimensions.sorted { $0.key < $1.key }.map { name, value -> AWSJSON in
      ["Name": .text(name), "Value": .text(value)]
    }
    let metric: AWSJSON = [
      "Namespace": .text(namespace), "MetricName": .text(name), "Dimensions": .list(dimensions),
    ]
    return [
      "Id": .text(id), "ReturnData": true,
      "MetricStat": ["Metric": metric, "Period": .number(period), "Stat": .text(statistic)],
    ]
  }
}

enum CloudWatchRequests {
  /// Of one call (GetMetricData's own limit).
  static let mostQueries = 500

  /// The queries get the ids "m0", "m1" … in their order; newest values come first.
  static func getMetricData(
    _ queries: [MetricQuery], from start: Timestamp, to end: Timestamp, after token: String?
  ) -> AWSCall {
    let items = queries.enumerated().map { $0.element.json(id: "m\($0.offset)") }
    var fields: [String: AWSJSON] = [
      "MetricDataQueries": .list(items), "ScanBy": "TimestampDescending",
      "StartTime": .number(start.microseconds / 1_000_000),
      "EndTime": .number(end.microseconds / 1_000_000),
    ]
    if let token { fields["NextToken"] = .text(token) }
    return AWSCall("GetMetricData", json: .object(fields))
  }
}

struct MetricDataReply: Decodable, Sendable {
  var results: [Series]?
  var nextToken: String?

  struct Series: Decodable, Sendable {
    var id: String
    /// Seconds since 1970, in step with the values.
    var times: [Double]?
    var values: [Double]?
    var status: String?

    enum CodingKeys: String, CodingKey {
      case id = "Id"
      case times = "Timestamps"
      case values = "Values"
      case status = "StatusCode"
    }
  }

  enum CodingKeys: String, CodingKey {
    case results = "MetricDataResults"
    case nextToken = "NextToken"
  }
}
