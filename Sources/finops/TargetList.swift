import Collectors
import FleetModel
import Foundation
import Logging
import Planner
import Settings

/// The targets the collectors name, with their files read again when they change.
///
/// A file that cannot be read or has an error changes nothing: the last good list stays, and the
/// error is told once.
actor TargetList {
  private let collectors: [Settings.Collector]
  private let log: Logger
  private var files: [String: FileState] = [:]

  private struct FileState {
    var seen: Date?
    var targets: [WatchedTarget] = []
    var told: String?
  }

  init(_ collectors: [Settings.Collector], log: Logger) {
    self.collectors = collectors
    self.log = log
  }

  func current() -> [WatchedTarget] {
    var list: [WatchedTarget] = []
    for collector in collectors {
      list += collector.targets.map { WatchedTarget(target: $0, every: collector.every) }
      if let file = collector.targetsFile { list += read(file, every: collector.every) }
    }
    var known: Set<Target> = []
    return list.filter { known.insert($0.target).inserted }
  }

  private func read(_ path: String, every: Duration) -> [WatchedTarget] {
    var state = files[path] ?? FileState()
    defer { files[path] = state }
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let changed = attributes?[.modificationDate] as? Date
    guard let changed else {
      tell("\(path) is not there; keeping \(state.targets.count) targets", &state)
      return state.targets
    }
    guard changed != state.seen else { return state.targets }
    state.seen = changed
    do {
      let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
      guard let text = String(validating: bytes, as: UTF8.self) else {
        tell("\(path) is not UTF-8 text; keeping \(state.targets.count) targets", &state)
        return state.targets
      }
      state.targets = try TargetsFile(parsing: text).entries.map {
        WatchedTarget(target: $0.target, node: $0.instance, every: every)
      }
      state.told = nil
      log.info("targets read", metadata: ["file": "\(path)", "count": "\(state.targets.count)"])
    } catch {
      tell("\(path): \(error); keeping \(state.targets.count) targets", &state)
    }
    return state.targets
  }

  private func tell(_ text: String, _ state: inout FileState) {
    guard state.told != text else { return }
    state.told = text
    log.warning("\(text)")
  }
}
