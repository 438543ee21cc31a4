public import Ports
import FleetModel

/// The body of a webhook message: `{"type", "timestamp", "data"}`, per Standard Webhooks.
///
/// A function of the message alone, so a retry sends the same bytes: keys in a fixed order, labels
/// sorted by name.
public enum WebhookBody {
  /// The specification's advice for the whole body.
  public static let limit = 20_000
  /// What one text may take, so that the body keeps its limit.
  static let summaryLimit = 2000
  static let labelLimit = 300
  static let labelCount = 24

  public static func bytes(of message: OutboxMessage) -> [UInt8] {
    let alert = message.alert
    var text = "{\"type\":" + quoted(alert.kind.rawValue)
    text += ",\"timestamp\":" + quoted(alert.at.description)
    text += ",\"data\":{\"key\":" + quoted(cut(alert.key, labelLimit))
    text += ",\"severity\":" + quoted(alert.severity.rawValue)
    text += ",\"summary\":" + quoted(cut(alert.summary, summaryLimit))
    let labels = alert.labels.sorted { $0.key < $1.key }
    let members = labels.prefix(labelCount).map {
      quoted(cut($0.key, 64)) + ":" + quoted(cut($0.value, labelLimit))
    }
    text += ",\"labels\":{" + members.joined(separator: ",") + "}"
    if labels.count > labelCount { text += ",\"labelsLeftOut\":\(labels.count - labelCount)" }
    return Array((text + "}}").utf8)
  }

  /// At most `limit` bytes of UTF-8 with an ellipsis in place of the rest.
  private static func cut(_ text: String, _ limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    var kept = ""
    var bytes = 0
    for character in text {
      bytes += character.utf8.count
      if bytes > limit - 3 { break }
      kept.append(character)
    }
    return kept + "…"
  }

  /// A JSON string (RFC 8259): quotes, backslashes and control characters escaped.
  private static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case let other where other.value < 0x20:
        let digits = String(other.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
