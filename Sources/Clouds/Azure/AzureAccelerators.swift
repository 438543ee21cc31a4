import FleetModel
import Planner
import Ports
import Synchronization

/// How many GPUs each machine type has, from the list of a region's SKUs, asked once a day.
///
/// A count that can not be had is nil, and its nodes are then never called idle; the listing does
/// not fail for it.
final class AzureAccelerators: Sendable {
  private struct Entry: Sendable {
    var counts: [String: Int]
    var until: Timestamp
  }

  private let entries = Mutex<[Region: Entry]>([:])
  private let calls: AzureCalls
  private let time: any TimeSource

  /// A type's hardware does not change; a day bounds what a wrong answer can do.
  static let lifetime = Duration.hours(24)
  /// After a failure: the list is large, and its failure must not be asked for with every sweep.
  static let pause = Duration.minutes(10)

  init(calls: AzureCalls, time: any TimeSource) {
    self.calls = calls
    self.time = time
  }

  /// The count of a type in a region; nil when the cloud does not say.
  func count(of type: InstanceType, in region: Region) async -> Int? {
    guard !region.rawValue.isEmpty else { return nil }
    return await counts(in: region)[type.rawValue.lowercased()]
  }

  private func counts(in region: Region) async -> [String: Int] {
    let now = time.now()
    if let entry = entries.withLock({ $0[region] }), entry.until > now { return entry.counts }
    var entry = Entry(counts: [:], until: now.advanced(by: Self.pause))
    do throws(ActuateError) {
      let skus = try await calls.list(calls.requests.skus(in: region), of: AzureSku.self).items
      let found = skus.filter { $0.resourceType?.lowercased() == "virtualmachines" }.compactMap {
        sku in sku.name.flatMap { name in sku.accelerators.map { (name.lowercased(), $0) } }
      }
      entry.counts = Dictionary(found, uniquingKeysWith: { first, _ in first })
      entry.until = now.advanced(by: Self.lifetime)
    } catch {
      // What was known is better than nothing until it can be asked again.
      entry.counts = entries.withLock { $0[region]?.counts } ?? [:]
    }
    let known = entry
    entries.withLock { $0[region] = known }
    return known.counts
  }
}
