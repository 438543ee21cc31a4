import FleetModel
import Foundation
import Synchronization

/// One event of a watch.
enum WatchEvent<Object: KubeObject>: Sendable {
  case changed(Object)
  case deleted(Object)
  /// Nothing has changed up to this version.
  case bookmark(version: String)

  var version: String? {
    switch self {
    case .changed(let object), .deleted(let object): object.metadata.resourceVersion
    case .bookmark(let version): version
    }
  }
}

/// What has the API's metadata.
protocol KubeObject: Decodable, Sendable {
  var metadata: KubeMetadata { get }
}

extension KubeNode: KubeObject {}

/// Makes events of a watch's bytes, which are cut anywhere: one JSON document a line.
final class WatchFeed<Object: KubeObject>: Sendable {
  private struct State {
    var line: [UInt8] = []
    var hasHeard = false
    var isSpoilt = false
  }

  private let state = Mutex(State())

  /// A Node with its images is 20 kB; objects of the API are at most about 1.5 MiB (etcd).
  private static var longestLine: Int { 4 << 20 }

  /// An event came.
  var hasHeard: Bool { state.withLock { $0.hasHeard } }
  /// An error event (410: the version is forgotten), or bytes that are no events: what was known has
  /// to be read anew.
  var isSpoilt: Bool { state.withLock { $0.isSpoilt } }

  /// False when the watch is of no more use.
  func take(_ bytes: [UInt8], _ tell: (WatchEvent<Object>) -> Void) -> Bool {
    state.withLock { state in
      state.line += bytes
      while let end = state.line.firstIndex(of: UInt8(ascii: "\n")) {
        let line = state.line[..<end]
        defer { state.line.removeSubrange(...end) }
        guard !line.allSatisfy({ $0 == 0x20 || $0 == 0x0d }) else { continue }
        guard let event = Self.event(Data(line)) else {
          state.isSpoilt = true
          return false
        }
        state.hasHeard = true
        tell(event)
      }
      state.isSpoilt = state.line.count > Self.longestLine
      return !state.isSpoilt
    }
  }

  private struct Head: Decodable { var type: String }
  private struct Full: Decodable { var object: Object }
  private struct Mark: Decodable {
    var object: Holder
    struct Holder: Decodable { var metadata: Metadata }
    struct Metadata: Decodable { var resourceVersion: String }
  }

  /// nil for an ERROR and for anything that is no event.
  private static func event(_ line: Data) -> WatchEvent<Object>? {
    guard let head = KubeDocument.decode(Head.self, from: line) else { return nil }
    switch head.type {
    case "ADDED", "MODIFIED":
      return KubeDocument.decode(Full.self, from: line).map { .changed($0.object) }
    case "DELETED": return KubeDocument.decode(Full.self, from: line).map { .deleted($0.object) }
    case "BOOKMARK":
      return KubeDocument.decode(Mark.self, from: line).map {
        .bookmark(version: $0.object.metadata.resourceVersion)
      }
    default: return nil
    }
  }
}
