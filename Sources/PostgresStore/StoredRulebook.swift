import FleetModel
import Planner

/// A rulebook as it is stored: the same rules are the same bytes, and so have one digest.
///
/// A dictionary whose keys are not plain text is written in no order; here it is rows in theirs.
struct StoredRulebook: Codable {
  private var rules: Rulebook
  private var inabilities: [Row]

  private struct Row: Codable {
    var cloud: CloudName
    var intent: Intent
    var because: String
  }

  init(_ rulebook: Rulebook) {
    rules = rulebook
    rules.inabilities = [:]
    inabilities = rulebook.inabilities.flatMap { cloud, reasons in
      reasons.map { Row(cloud: cloud, intent: $0.key, because: $0.value) }
    }.sorted { ($0.cloud.rawValue, $0.intent.rawValue) < ($1.cloud.rawValue, $1.intent.rawValue) }
  }

  var rulebook: Rulebook {
    var whole = rules
    for row in inabilities { whole.inabilities[row.cloud, default: [:]][row.intent] = row.because }
    return whole
  }
}
