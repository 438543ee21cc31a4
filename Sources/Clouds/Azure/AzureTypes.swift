import FleetModel
import Planner
import Ports
import Synchronization

/// What of a machine type's hardware decides about its machines.
struct AzureType: Sendable, Hashable {
  /// nil when that can not be read.
  var accelerators: Int?
  /// Of the host, and erased when the machine is deallocated; nil: it has none.
  var localDisks: LocalDisks?
}

/// What each machine type is, from the list of a region's SKUs, asked once a day.
///
/// A type that can not be had is nil, and its nodes are then never called idle; the listing does
/// not fail for it.
final class AzureTypes: Sendable {
  private struct Entry: Sendable {
    var types: [String: AzureType]
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

  /// A type in a region; nil when the cloud does not say.
  func known(_ type: InstanceType, in region: Region) async -> AzureType? {
    guard !region.rawValue.isEmpty else { return nil }
    return await types(in: region)[type.rawValue.lowercased()]
  }

  private func types(in region: Region) async -> [String: AzureType] {
    let now = time.now()
    if let entry = entries.withLock({ $0[region] }), entry.until > now { return entry.types }
    var entry = Entry(types: [:], until: now.advanced(by: Self.pause))
    do throws(ActuateError) {
      let skus = try await calls.list(calls.requests.skus(in: region), of: AzureSku.self).items
      let found = skus.filter { $0.resourceType?.lowercased() == "virtualmachines" }.compactMap {
        sku in sku.name.map { ($0.lowercased(), sku.type) }
      }
      entry.types = Dictionary(found, uniquingKeysWith: { first, _ in first })
      entry.until = now.advanced(by: Self.lifetime)
    } catch {
      // What was known is better than nothing until it can be asked again.
      entry.types = entries.withLock { $0[region]?.types } ?? [:]
    }
    let known = entry
    entries.withLock { $0[region] = known }
    return known.types
  }
}
