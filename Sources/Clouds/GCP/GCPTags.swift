import FleetModel
import Foundation

/// Our tags on a Google machine.
///
/// A label takes only lower case, digits, "_" and "-". A tag whose value is one is a label and
/// nothing else. Another, such as `finops-target` with its colon, is a label with a shortened value,
/// by which it can be searched and billed, and stands as it is in one metadata item, `finops-tags`,
/// a JSON object. A person may set a tag as a metadata item of its own name,
/// `--metadata finops-target=10.0.0.5:9400`; that one wins.
enum GCPTags {
  static let item = "finops-tags"

  static func labels(_ tags: [String: String]) -> [String: String] {
    tags.filter { GCPName.isLabelKey($0.key) }.mapValues(GCPName.label)
  }

  /// What labels can not hold; nil when they hold all.
  static func metadata(_ tags: [String: String]) -> String? {
    let rest = tags.filter { !GCPName.isLabelKey($0.key) || !GCPName.isLabel($0.value) }
    guard !rest.isEmpty, let json = try? GCPBody.encoder.encode(rest) else { return nil }
    return String(decoding: json, as: UTF8.self)
  }

  /// The tags of a machine, read back.
  static func read(labels: [String: String], metadata: [String: String]) -> [String: String] {
    var tags = labels
    if let text = metadata[item],
      let rest = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))
    {
      tags.merge(rest) { _, whole in whole }
    }
    for (key, value) in metadata where key.hasPrefix("finops-") && key != item {
      tags[key] = value
    }
    return tags
  }

  /// Whether a machine has all of these, as far as labels can tell.
  static func match(_ tags: [String: String], all wanted: [String: String]) -> Bool {
    wanted.allSatisfy { wanted in
      guard let value = tags[wanted.key] else { return false }
      return value == wanted.value || value == GCPName.label(wanted.value)
    }
  }
}
