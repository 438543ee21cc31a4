public import FleetModel
import Planner
public import Ports

/// What Modal has billed, by app and day or hour.
public struct ModalBilling: Sendable {
  private let actuator: ModalActuator

  /// - Parameter actuator: whose workspace is asked, within its limits.
  public init(_ actuator: ModalActuator) { self.actuator = actuator }

  public enum Resolution: String, Sendable, Hashable, CaseIterable {
    case day = "d"
    case hour = "h"
  }

  /// What one app, or another object of Modal's, cost in one day or hour.
  public struct Line: Sendable, Hashable {
    public var id: String
    /// An app's name.
    public var name: String
    public var environment: String
    /// Start of the day or hour, UTC.
    public var from: Timestamp
    /// In US dollars, to the nano-dollar.
    public var total: Money
    /// Its parts by Modal's names.
    public var parts: [String: Money]
  }

  /// The lines of [from, to); Modal begins at the start of the first day or hour, and leaves out the
  /// last when it is not whole.
  public func lines(
    from: Timestamp, to: Timestamp, by resolution: Resolution = .day
  ) async throws(ActuateError) -> [Line] {
    let call = actuator.requests.workspaceBillingReport(
      from: from, to: to, resolution: resolution.rawValue)
    return try await actuator.calls.repeating(call) { Self.lines($0.body) }.value
  }

  /// A message each; nil when one can not be read: a bill with a hole is no bill.
  static func lines(_ body: [UInt8]) -> [Line]? {
    guard let messages = GRPC.messages(body) else { return nil }
    let lines = messages.compactMap { ProtobufMessage($0).flatMap(line) }
    return lines.count == messages.count ? lines : nil
  }

  private static func line(_ item: ProtobufMessage) -> Line? {
    guard let id = item.string(1), let total = item.string(5).flatMap(dollars),
      let seconds = item.message(4)?.int64(1), (0...253_402_300_799).contains(seconds),
      let texts = item.map(8)
    else { return nil }
    let parts = texts.compactMapValues(dollars)
    guard parts.count == texts.count else { return nil }
    return Line(
      id: id, name: item.string(2) ?? "", environment: item.string(3) ?? "",
      from: Timestamp(seconds: seconds), total: total, parts: parts)
  }

  /// A decimal text, written as JSON writes numbers.
  private static func dollars(_ text: String) -> Money? { ExactJSON(Array(text.utf8))?.money }
}
