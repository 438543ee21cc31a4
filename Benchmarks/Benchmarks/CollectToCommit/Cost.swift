import Benchmark
import Foundation

/// What one run took.
struct Cost: Sendable {
  var samples: Int
  var seconds: Double
  var ownNanoseconds: Int
  var databaseNanoseconds: Int
  /// Scrapes that failed; a run with any is none.
  var failures: Int

  private static let own = metric("Own CPU, ms a million samples")
  private static let database = metric("PostgreSQL CPU, ms a million samples")
  private static let total = metric("Both, ms a million samples")
  private static let rate = metric("Samples committed a second")
  private static let memory = metric("Peak memory of this process, MB")
  private static let load = metric("Load average, hundredths")

  static let metrics = [own, database, total, rate, memory, load]

  private static func metric(_ name: String) -> BenchmarkMetric {
    .custom(name, polarity: .prefersSmaller, useScalingFactor: false)
  }

  func report(to benchmark: Benchmark) {
    // Nanoseconds a sample are milliseconds a million of them.
    benchmark.measurement(Self.own, ownNanoseconds / samples)
    benchmark.measurement(Self.database, databaseNanoseconds / samples)
    benchmark.measurement(Self.total, (ownNanoseconds + databaseNanoseconds) / samples)
    benchmark.measurement(Self.rate, Int(Double(samples) / seconds))
    benchmark.measurement(Self.memory, Self.peakMemory)
    benchmark.measurement(Self.load, Self.loadAverage)
  }

  private static var peakMemory: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
  }

  private static var loadAverage: Int {
    let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? ""
    return Int(100 * (text.split(separator: " ").first.flatMap { Double($0) } ?? 0))
  }
}
