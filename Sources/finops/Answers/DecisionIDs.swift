import Controller
import FleetModel
import Planner

/// Which decision a person means by the beginning of its id.
enum DecisionIDs {
  /// Fewer characters name too many.
  static let shortest = 8

  enum Fault: Error, Hashable {
    case tooShort(String)
    case unknown(String)
    case ambiguous(String, [String])

    /// What was wrong, and what to do.
    var words: (problem: String, fix: String) {
      switch self {
      case .tooShort(let id):
        (
          "'\(id)' is too short for an id: at least \(shortest) characters are needed",
          "`finops decisions` lists them"
        )
      case .unknown(let id):
        ("no decision has an id that begins with '\(id)'", "`finops decisions` lists them")
      case .ambiguous(let id, let candidates):
        (
          "'\(id)' could be \(candidates.count) decisions: \(candidates.joined(separator: ", "))",
          "give more of it"
        )
      }
    }
  }

  /// The one decision whose intent token begins like this, or whose key this is.
  static func resolve(
    _ id: String, among keys: some Sequence<DecisionKey>
  ) -> Result<DecisionKey, Fault> {
    let known = Array(keys)
    if known.contains(DecisionKey(id)) { return .success(DecisionKey(id)) }
    guard id.utf8.count >= shortest else { return .failure(.tooShort(id)) }
    let wanted = id.lowercased()
    let found = known.map { (key: $0, token: intentToken(for: $0)) }
      .filter { $0.token.hasPrefix(wanted) }
    guard let first = found.first else { return .failure(.unknown(id)) }
    guard found.count == 1 else {
      let longer = wanted.utf8.count + 4
      return .failure(
        .ambiguous(id, found.map { "\($0.token.prefix(longer)) (\($0.key))" }.sorted()))
    }
    return .success(first.key)
  }
}
