import Foundation
import Simulator

/// A rule that can be backtested on demand.
struct DemandPolicy: Sendable {
  var name: String
  var run: @Sendable (DemandModel) -> DemandResult

  init(name: String, run: @escaping @Sendable (DemandModel) -> DemandResult) {
    self.name = name
    self.run = run
  }

  init(_ baseline: DemandBaseline) {
    self.init(name: baseline.rawValue) { $0.run(baseline) }
  }
}

/// Every rule a demand backtest knows by name.
enum DemandPolicies {
  /// Our own rules, shown first: the product's `plan()` on its shipped settings goes here.
  static let ours: [DemandPolicy] = []

  static let baselines = DemandBaseline.allCases.map { DemandPolicy($0) }

  /// The rule of this name, or of this settings file.
  static func named(_ name: String) throws(UnknownPolicy) -> DemandPolicy {
    guard let policy = (ours + baselines).first(where: { $0.name == name }) else {
      throw UnknownPolicy(name: name, known: (ours + baselines).map(\.name))
    }
    return policy
  }

  struct UnknownPolicy: Error, CustomStringConvertible {
    var name: String
    var known: [String]
    var description: String {
      "there is no policy '\(name)': choose one of \(known.joined(separator: ", "))"
    }
  }
}
