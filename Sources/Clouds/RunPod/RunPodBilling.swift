public import FleetModel
import Planner
public import Ports

/// What RunPod has billed, in its own buckets.
public struct RunPodBilling: Sendable {
  private let actuator: RunPodActuator

  public init(_ actuator: RunPodActuator) { self.actuator = actuator }

  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case pods
    case serverless

    var operation: String { self == .pods ? "listPodBilling" : "listServerlessBilling" }
    var idField: String { self == .pods ? "podId" : "serverlessId" }
  }

  /// What one pod or endpoint cost in one bucket.
  public struct Line: Sendable, Hashable {
    public var id: String
    public var from: Timestamp
    public var to: Timestamp
    /// In US dollars, exact to the nano-dollar.
    public var total: Money
    /// Its parts by RunPod's names: "gpuAmount", "diskAmount"…
    public var parts: [String: Money]
  }

  /// The lines of [from, to), widened by RunPod to whole buckets.
  ///
  /// - Parameter bucket: "hour", "day", "week", "month" or "year".
  public func lines(
    _ kind: Kind, from: Timestamp, to: Timestamp, bucket: String = "day"
  ) async throws(ActuateError) -> [Line] {
    let call = actuator.requests.billing(kind, from: from, to: to, bucket: bucket)
    return try await actuator.json(call) { Self.lines($0, kind) }.value
  }

  /// nil when one can not be read: a bill with a hole is no bill.
  static func lines(_ json: ExactJSON, _ kind: Kind) -> [Line]? {
    guard let records = json["records"].array else { return nil }
    let lines = records.compactMap { line($0, kind) }
    return lines.count == records.count ? lines : nil
  }

  private static func line(_ record: ExactJSON, _ kind: Kind) -> Line? {
    guard let id = record[kind.idField].string, let total = record["totalAmount"].money,
      let from = record["startTime"].string.flatMap({ Timestamp(rfc3339: $0) }),
      let to = record["endTime"].string.flatMap({ Timestamp(rfc3339: $0) })
    else { return nil }
    let amounts = (record.object ?? [:]).filter {
      $0.key.hasSuffix("Amount") && $0.key != "totalAmount"
    }
    let parts = amounts.compactMapValues(\.money)
    guard parts.count == amounts.count else { return nil }
    return Line(id: id, from: from, to: to, total: total, parts: parts)
  }
}
