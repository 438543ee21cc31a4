import FleetModel
import Foundation
import Planner

extension Builder {
  mutating func collectors(from root: Part) -> [Settings.Collector] {
    let parts = root.parts("collectors")
    checkTargets(parts)
    return parts.map { collector(from: $0) }
  }

  private mutating func collector(from part: Part) -> Settings.Collector {
    let every = part.duration("every") ?? .seconds(15)
    let timeout = part.duration("timeout")
    if let timeout, timeout > every {
      complain(
        at: part.place(of: "timeout"),
        "the timeout of \(writtenDuration(timeout)) is longer than every \(writtenDuration(every))",
        hint: "a target is asked again only after its answer: use at most "
          + writtenDuration(every),
        key: "collectors.timeout")
    }
    if !part.has("targets"), !part.has("targets_file") {
      complain(
        at: part.place, "a collector needs 'targets' or 'targets_file'",
        key: "collectors.targets")
    }
    return Settings.Collector(
      kind: part.choice("type") ?? .dcgm, targets: part.texts("targets").map { Target($0) },
      targetsFile: targetsFile(of: part), every: every,
      timeout: timeout ?? min(.seconds(10), every),
      bodyLimit: bodyLimit(of: part))
  }

  private mutating func bodyLimit(of part: Part) -> Int {
    let standard = 8 << 20
    guard let bytes = part.number("max_body") else { return standard }
    guard bytes >= 65_536, bytes <= 1_073_741_824 else {
      complain(
        at: part.place(of: "max_body"), "'max_body' must be from 64KiB to 1GiB",
        key: "collectors.max_body")
      return standard
    }
    return Int(bytes)
  }

  private mutating func targetsFile(of part: Part) -> String? {
    guard let path = part.text("targets_file").map({ resolved($0) }) else { return nil }
    var isFolder: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if !exists || isFolder.boolValue {
      complain(
        at: part.place(of: "targets_file"),
        isFolder.boolValue ? "'\(path)' is a folder" : "there is no file '\(path)'",
        hint: "one host:port a line; an empty file will do for now",
        key: "collectors.targets_file")
    }
    return path
  }

  /// A target that is scraped twice counts its GPUs twice.
  private mutating func checkTargets(_ parts: [Part]) {
    var seen: Set<String> = []
    for part in parts {
      for element in part.elements("targets") {
        guard case .text(let target) = element.value, !seen.insert(target).inserted else {
          continue
        }
        complain(
          at: element.place, "target '\(target)' is given twice", key: "collectors.targets")
      }
    }
  }

  mutating func thresholds(from part: Part?) -> Thresholds {
    let thresholds = rules(Thresholds(), RuleKeys.thresholds, of: part)
    guard let part else { return thresholds }
    let ordered: [(String, Bool, String)] = [
      (
        "engine_idle", thresholds.engineIdle <= thresholds.engineBusy,
        "engine_idle must not be above engine_busy"
      ),
      (
        "low_use", thresholds.lowUse <= thresholds.spinning,
        "low_use must not be above spinning"
      ),
      (
        "cycle_share", thresholds.cycleShare <= thresholds.windowShare,
        "cycle_share must not be above window_share"
      ),
    ]
    for (name, holds, message) in ordered where !holds {
      complain(at: part.place(of: name), message, key: "thresholds.\(name)")
    }
    return thresholds
  }
}
