import FleetModel
import Planner
import Ports
import Synchronization

/// What of a machine type's hardware decides about its machines.
struct EC2Type: Sendable, Hashable {
  /// GPUs that a driver sees: of a fractional type (g6f.large, an eighth of an L4) the logical ones.
  var accelerators: Int
  /// Instance store of all its disks; nil: it has none.
  var instanceStoreGigabytes: Int?

  /// Every block of it is erased when the machine stops (EC2, instance store lifetime).
  var localDisks: LocalDisks? {
    instanceStoreGigabytes.map { LocalDisks(gigabytes: $0, name: "instance store") }
  }
}

/// What each machine type is, asked once a day.
///
/// A type that can not be had is nil, and its nodes are then never called idle; the listing does
/// not fail for it. Every entry ends: a cache that did not once showed nodes that were long gone
/// (karpenter-aws#9479).
final class EC2Types: Sendable {
  private struct Entry {
    var type: EC2Type?
    var until: Timestamp
  }

  private let entries = Mutex<[InstanceType: Entry]>([:])
  private let calls: AWSCalls
  private let time: any TimeSource

  /// A type's hardware does not change; a day bounds what a wrong answer can do.
  static let lifetime = Duration.hours(24)
  /// A type the cloud does not know may be new there tomorrow.
  static let unknownLifetime = Duration.hours(1)
  /// DescribeInstanceTypes takes 100 names.
  static let batch = 100

  init(calls: AWSCalls, time: any TimeSource) {
    self.calls = calls
    self.time = time
  }

  /// The types that are known after asking for those that are not.
  func known(of types: Set<InstanceType>) async -> [InstanceType: EC2Type] {
    let now = time.now()
    let known = entries.withLock { entries in
      entries = entries.filter { $0.value.until > now }
      return entries
    }
    var missing = types.filter { known[$0] == nil }.sorted()[...]
    while !missing.isEmpty {
      await ask(Array(missing.prefix(Self.batch)))
      missing = missing.dropFirst(Self.batch)
    }
    return entries.withLock { entries in
      entries.filter { types.contains($0.key) }.compactMapValues(\.type)
    }
  }

  /// One unknown name makes EC2 refuse the whole batch (InvalidInstanceType): then one by one.
  private func ask(_ types: [InstanceType]) async {
    do throws(ActuateError) {
      let reply = try await calls.send(
        .describeInstanceTypes(types), as: DescribeInstanceTypesReply.self)
      remember(types, reply.value.types)
    } catch {
      guard case .refused(let failure) = error, failure.kind != .auth else { return }
      guard types.count > 1 else { return remember(types, [:]) }
      for type in types { await ask([type]) }
    }
  }

  private func remember(_ types: [InstanceType], _ found: [InstanceType: EC2Type]) {
    let now = time.now()
    entries.withLock { entries in
      for type in types {
        let lifetime = found[type] == nil ? Self.unknownLifetime : Self.lifetime
        entries[type] = Entry(type: found[type], until: now.advanced(by: lifetime))
      }
    }
  }
}
