public import CostModel
public import FleetModel
import Foundation
import Yams

extension Settings {
  /// Reads and checks a settings file. Relative paths in it are taken from its folder.
  ///
  /// Everything wrong is said at once. A file that cannot be read is an error of line 1.
  public static func load(
    path: String, embedded: [Price] = [], accelerators: [InstanceType: Int] = [:]
  ) -> Result<Settings, SettingsErrors> {
    do throws(SecretError) {
      let bytes = try regularFile(path, limit: SourceLimits.bytes)
      guard let text = String(validating: bytes, as: UTF8.self) else {
        return refused(path, "", "the file is not UTF-8 text")
      }
      return parse(text: text, file: path, embedded: embedded, accelerators: accelerators)
    } catch {
      return refused(path, "", "\(error)")
    }
  }

  /// Checks the text of a settings file; `file` names it in messages and gives the folder that
  /// relative paths are taken from. `embedded` are the prices finops ships with, so that only a
  /// truly unknown price is warned of; `accelerators` how many GPUs each type has, for prices that
  /// are given for each of them.
  public static func parse(
    text: String, file: String = "finops.yaml", embedded: [Price] = [],
    accelerators: [InstanceType: Int] = [:]
  ) -> Result<Settings, SettingsErrors> {
    parse(text: text, file: file, knowing: (embedded, accelerators)) { $0.severity == .error }
  }

  /// The settings with defaults where the file is at fault, as long as its faults are not about
  /// where the records are: for `finops halt`, which must work when a targets file has gone
  /// missing or a pool is half edited. Nothing else may run on what this returns.
  public static func loadForSwitch(path: String) -> Result<Settings, SettingsErrors> {
    guard let bytes = try? regularFile(path, limit: SourceLimits.bytes),
      let text = String(validating: bytes, as: UTF8.self)
    else { return load(path: path) }
    return parse(text: text, file: path, knowing: ([], [:])) { complaint in
      let top = complaint.key.split(separator: ".").first.map(String.init) ?? ""
      return complaint.severity == .error && !besideRecords.contains(top)
    }
  }

  /// Blocks that do not say where the records are. A misspelt `database` is none of them.
  private static let besideRecords: Set<String> = [
    "clouds", "collectors", "prices", "pools", "thresholds", "alerts", "listen", "budgets",
    "spend", "safety", "commitments", "holidays", "api",
  ]

  private static func parse(
    text: String, file: String, knowing: (prices: [Price], accelerators: [InstanceType: Int]),
    unless bars: (Complaint) -> Bool
  ) -> Result<Settings, SettingsErrors> {
    let root: Yams.Node
    switch composed(text) {
    case .success(let node): root = node
    case .failure(let complaint):
      return .failure(SettingsErrors(file: file, text: text, complaints: [complaint]))
    }
    var walker = Walker()
    let found = walker.walk(root, as: .object(Schema.root), at: Path())
    var builder = Builder(
      folder: (file as NSString).deletingLastPathComponent, embedded: knowing.prices,
      accelerators: knowing.accelerators)
    let settings = found.flatMap { builder.settings(from: Part($0, key: "")) }
    let complaints = walker.complaints + builder.complaints
    guard var settings, !complaints.contains(where: bars) else {
      return .failure(SettingsErrors(file: file, text: text, complaints: complaints))
    }
    let lines = sourceLines(text)
    settings.warnings = complaints.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    settings.warningText = settings.warnings.map { excerpted($0, file: file, lines: lines) }
      .joined()
    return .success(settings)
  }

  private static func refused(
    _ file: String, _ text: String, _ message: String
  ) -> Result<Settings, SettingsErrors> {
    let complaint = Complaint(line: 1, column: 1, message: message)
    return .failure(SettingsErrors(file: file, text: text, complaints: [complaint]))
  }
}
