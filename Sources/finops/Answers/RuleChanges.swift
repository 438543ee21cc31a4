import CostModel
import FleetModel
import Planner

/// What differs between two rulebooks, setting by setting.
struct RuleChange: Codable, Sendable, Hashable {
  /// "pools.batch.idleAfter".
  var setting: String
  /// nil: it was not there.
  var before: String?
  /// nil: it is not there any more.
  var after: String?

  var line: String {
    switch (before, after) {
    case (nil, let after?): "+ \(setting): \(after)"
    case (let before?, nil): "- \(setting): \(before)"
    case (let before, let after): "~ \(setting): \(before ?? "–") → \(after ?? "–")"
    }
  }

  /// Sorted by setting.
  static func between(_ before: Rulebook, _ after: Rulebook) -> [RuleChange] {
    let (old, new) = (Settled(before).values, Settled(after).values)
    return Set(old.keys).union(new.keys).sorted().compactMap { key in
      guard old[key] != new[key] else { return nil }
      return RuleChange(setting: key, before: old[key], after: new[key])
    }
  }
}

/// Every single setting of a rulebook with its value as text, by its path.
private struct Settled {
  var values: [String: String] = [:]

  init(_ rulebook: Rulebook) {
    for child in Mirror(reflecting: rulebook).children {
      guard let label = child.label else { continue }
      walk(child.value, label)
    }
  }

  private mutating func walk(_ value: Any, _ path: String) {
    if let text = plain(value) {
      values[path] = text
      return
    }
    if let book = value as? PriceBook {
      for price in book.prices {
        let place = [price.cloud.rawValue, price.type.rawValue, price.region?.rawValue ?? "*"]
        values["\(path).\(place.joined(separator: "/")).\(price.capacity.rawValue)"] =
          "$\(price.hourly.perHour)/h"
      }
      return
    }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional:
      if let some = mirror.children.first { walk(some.value, path) }
    case .collection, .set:
      for (index, item) in mirror.children.enumerated() {
        walk(item.value, "\(path).\(name(of: item.value) ?? String(index))")
      }
    case .dictionary: walk(entries: mirror, path)
    case .struct where !mirror.children.isEmpty:
      for child in mirror.children { walk(child.value, "\(path).\(child.label ?? "")") }
    default: values[path] = "\(value)"
    }
  }

  private mutating func walk(entries: Mirror, _ path: String) {
    for entry in entries.children {
      let pair = Mirror(reflecting: entry.value).children.map(\.value)
      guard pair.count == 2 else { continue }
      walk(pair[1], "\(path).\(pair[0])")
    }
  }

  /// Items of a list are told by their name where they have one.
  private func name(of item: Any) -> String? {
    Mirror(reflecting: item).children.first { $0.label == "name" }.map { "\($0.value)" }
  }

  private func plain(_ value: Any) -> String? {
    switch value {
    case let duration as Duration: duration.brief
    case let money as Money: "$\(money)"
    case let rate as HourlyRate: "$\(rate.perHour)/h"
    case let name as any Name: name.rawValue
    case let moment as Timestamp: "\(moment)"
    case let word as any RawRepresentable<String>: word.rawValue
    case let text as String: text
    default: nil
    }
  }
}
