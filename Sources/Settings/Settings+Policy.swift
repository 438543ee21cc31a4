import FleetModel
import Foundation
public import Planner
import Yams

/// The rules a backtest tries.
public struct PolicyFile: Sendable, Hashable {
  /// The file's `name`, else that of the file or pool.
  public var name: String
  public var rules: PoolRules
}

extension Settings {
  /// Reads the policy of a backtest: a small file with `version` and `policy`, or a whole settings
  /// file of which `pool` names one pool (not needed where it has only one).
  public static func policy(
    text: String, file: String = "policy.yaml", pool: String? = nil
  ) -> Result<PolicyFile, SettingsErrors> {
    let root: Yams.Node
    switch composed(text, empty: emptyPolicy) {
    case .success(let node): root = node
    case .failure(let complaint):
      return .failure(SettingsErrors(file: file, text: text, complaints: [complaint]))
    }
    guard root.mapping?["fleet"] == nil, root.mapping?["pools"] == nil else {
      return parse(text: text, file: file).flatMap { $0.chosen(pool, text: text, file: file) }
    }
    return policy(root, text: text, file: file)
  }

  private static let emptyPolicy =
    "a policy file has 'version: 1' and 'policy: {…}' (docs/configuration.md)"

  private static func policy(
    _ root: Yams.Node, text: String, file: String
  ) -> Result<PolicyFile, SettingsErrors> {
    var walker = Walker()
    let found = walker.walk(root, as: .object(Schema.policyFile), at: Path())
    var builder = Builder(folder: "")
    let stem = ((file as NSString).lastPathComponent as NSString).deletingPathExtension
    let policy = found.flatMap { Part($0, key: "") }.map { builder.policy(from: $0, named: stem) }
    let complaints = (walker.complaints + builder.complaints).map(explainable)
    guard let policy, complaints.isEmpty else {
      return .failure(SettingsErrors(file: file, text: text, complaints: complaints))
    }
    return .success(policy)
  }

  /// A policy's keys are a pool's.
  private static func explainable(_ complaint: Complaint) -> Complaint {
    var complaint = complaint
    if complaint.key == "name" { complaint.key = "" }
    if complaint.key == "policy" || complaint.key.hasPrefix("policy.") {
      complaint.key = "pools" + complaint.key.dropFirst("policy".count)
    }
    return complaint
  }

  private func chosen(
    _ name: String?, text: String, file: String
  ) -> Result<PolicyFile, SettingsErrors> {
    let names = pools.map(\.name.rawValue)
    let wanted = name ?? (names.count == 1 ? names[0] : nil)
    if let rules = pools.first(where: { $0.name.rawValue == wanted }) {
      return .success(PolicyFile(name: rules.name.rawValue, rules: rules))
    }
    let place = Self.pools(in: text)
    let near = name.flatMap { nearest(to: $0, among: names) }.map { "did you mean '\($0)'?" }
    let complaint = Complaint(
      line: place?.line ?? 1, column: place?.column ?? 1,
      message: name.map { "there is no pool '\($0)'" }
        ?? "the file has \(names.count) pools: which one is tried?",
      hint: names.isEmpty
        ? "a policy file has 'version: 1' and 'policy: {…}'"
        : near ?? "give --pool with one of \(names.joined(separator: ", "))", key: "pools")
    return .failure(SettingsErrors(file: file, text: text, complaints: [complaint]))
  }

  private static func pools(in text: String) -> Place? {
    guard case .success(let root) = composed(text) else { return nil }
    return root.mapping?["pools"].map { Walker.place(of: $0) }
  }
}

extension Schema {
  /// The small file of a backtest.
  static let policyFile: [Field] = [
    Field("version", .leaf(.count(1...1)), required: true, "The form of this file; always 1."),
    Field("name", .leaf(.text("a name")), "What the policy is called in results."),
    Field("policy", .object(policy), required: true, "What is tried; a pool's keys."),
  ]

  /// Of a pool's keys those that say how it is sized. Places, prices and load are the backtest's.
  static let policy: [Field] =
    pool.filter { sizing.contains($0.name) } + [
      Field("spot", .object(RuleKeys.spot.map(\.field)), "How spot capacity is used.")
    ]

  private static let sizing: Set<String> = [
    "kind", "nodes", "idle_duration", "idle_action", "min_confidence", "cooldown", "scaling",
    "ladder", "forecast", "long_job",
  ]
}

extension Builder {
  mutating func policy(from root: Part, named stem: String) -> PolicyFile {
    let name = root.text("name") ?? stem
    guard let part = root.part("policy") else {
      return PolicyFile(name: name, rules: PoolRules(name: "policy"))
    }
    var rules = idleRules(from: part)
    rules.name = "policy"
    rules.mode = .auto
    if !part.has("kind") { rules.kind = .serving }
    // Demand is what a backtest has; a policy that says nothing of it takes the defaults.
    if rules.kind == .serving { rules.scaling = rules.scaling ?? ScalingRules() }
    rules.spot = part.part("spot").map {
      self.rules(SpotPlaces(offerings: []), RuleKeys.spot, of: $0)
    }
    checkRules(of: rules, part, Thresholds())
    return PolicyFile(name: name, rules: rules)
  }
}
