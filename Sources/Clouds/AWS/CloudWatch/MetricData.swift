import FleetModel
import Planner
import Ports

/// Reads series from CloudWatch, many in a call.
///
/// A series without a value in the time asked for is absent from the answer: that is not zero.
struct MetricData: Sendable {
  let calls: AWSCalls

  /// GetMetricData allows 50 calls a second; each metric asked for is billed.
  init(of account: AWSAccount, in region: Region) {
    calls = AWSCalls(.cloudWatch, of: account, in: region) { code, _ in
      code == "InvalidNextToken" ? .throttled : nil
    }
  }

  struct Point: Sendable, Hashable {
    /// The start of its period.
    var at: Timestamp
    var value: Double
  }

  /// Past it a series goes round in a circle.
  private static let mostPages = 100

  /// The newest value of each query since `start`; what CloudWatch could not say in full
  /// (PartialData, InternalError, Forbidden) after all pages counts as absent when nothing came.
  func newest(
    of queries: [MetricQuery], from start: Timestamp, to end: Timestamp
  ) async throws(ActuateError) -> [MetricQuery: Point] {
    var found: [MetricQuery: Point] = [:]
    var rest = queries[...]
    while !rest.isEmpty {
      let batch = Array(rest.prefix(CloudWatchRequests.mostQueries))
      rest = rest.dropFirst(batch.count)
      for (query, point) in try await pages(of: batch, from: start, to: end) {
        found[query] = point
      }
    }
    return found
  }

  private func pages(
    of queries: [MetricQuery], from start: Timestamp, to end: Timestamp
  ) async throws(ActuateError) -> [MetricQuery: Point] {
    var newest: [MetricQuery: Point] = [:]
    var token: String?
    for _ in 0..<Self.mostPages {
      let call = CloudWatchRequests.getMetricData(queries, from: start, to: end, after: token)
      let reply = try await calls.send(call, as: MetricDataReply.self).value
      for series in reply.results ?? [] {
        guard let query = Self.query(series.id, of: queries) else { continue }
        guard let point = Self.newest(of: series) else { continue }
        if newest[query].map({ $0.at < point.at }) ?? true { newest[query] = point }
      }
      guard let next = reply.nextToken, !next.isEmpty else { return newest }
      token = next
    }
    throw .retryLater(
      after: nil,
      ActFailure(
        kind: .unknown, code: "EndlessPages", message: "the metric data does not end"))
  }

  static func query(_ id: String, of queries: [MetricQuery]) -> MetricQuery? {
    guard id.first == "m", let index = Int(id.dropFirst()), queries.indices.contains(index)
    else { return nil }
    return queries[index]
  }

  /// nil when there is no value, or the times and values do not belong together.
  static func newest(of series: MetricDataReply.Series) -> Point? {
    let (times, values) = (series.times ?? [], series.values ?? [])
    guard times.count == values.count, series.status != "Forbidden" else { return nil }
    let pairs = zip(times, values).filter { $0.0.isFinite && abs($0.0) < 1e12 && $0.1.isFinite }
    guard let last = pairs.max(by: { $0.0 < $1.0 }) else { return nil }
    return Point(at: Timestamp(microseconds: Int64(last.0 * 1_000_000)), value: last.1)
  }
}
