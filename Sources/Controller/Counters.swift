import Metrics
import Synchronization

/// Counts and gauges of this process, for its own /metrics page and for any swift-metrics backend.
public final class Counters: Sendable {
  private let state = Mutex<[Key: Double]>([:])

  public init() {}

  public struct Key: Hashable, Sendable, Comparable {
    public var name: String
    public var labels: [String: String]

    public static func < (left: Key, right: Key) -> Bool {
      (left.name, left.labels.sorted { $0.key < $1.key }.description)
        < (right.name, right.labels.sorted { $0.key < $1.key }.description)
    }
  }

  public func count(_ name: String, _ labels: [String: String] = [:], by amount: Int = 1) {
    state.withLock { $0[Key(name: name, labels: labels), default: 0] += Double(amount) }
    Counter(label: name, dimensions: labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
      .increment(by: amount)
  }

  public func set(_ name: String, _ labels: [String: String] = [:], to value: Double) {
    state.withLock { $0[Key(name: name, labels: labels)] = value }
    Gauge(label: name, dimensions: labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
      .record(value)
  }

  /// Everything counted so far, sorted by name and labels.
  public func values() -> [(key: Key, value: Double)] {
    state.withLock { $0 }.map { (key: $0.key, value: $0.value) }.sorted { $0.key < $1.key }
  }
}
