public import Ports
import FleetModel

/// The body of a webhook message: `{"type", "timestamp", "data"}`, per Standard Webhooks.
///
/// A function of the message alone, so a retry sends the same bytes: keys in a fixed order, labels
/// sorted by name.
public enum WebhookBody {
  /// The specification's advice for the whole body.
  public static let limit = 20_000
  /// What one text may take, so that the body keeps its limit: 2,000 + 24 × (64 + 300) bytes and
  /// the frame around them are under 12,000.
  static let summaryLimit = 2000
  static let labelNameLimit = 64
  static let labelLimit = 300
  static let labelCount = 24

  public static func bytes(of message: OutboxMessage) -> [UInt8] {
    let alert = message.alert
    var text = "{\"type\":" + quoted(alert.kind.rawValue)
    text += ",\"timestamp\":" + quoted(alert.at.description)
    text += ",\"data\":{\"key\":" + quoted(alert.key)
    text += ",\"severity\":" + quoted(alert.severity.rawValue)
    text += ",\"summary\":" + quoted(alert.summary, summaryLimit)
    let labels = alert.labels.sorted { $0.key < $1.key }
    let members = labels.prefix(labelCount).map {
      quoted($0.key, labelNameLimit) + ":" + quoted($0.value)
    }
    text += ",\"labels\":{" + members.joined(separator: ",") + "}"
    if labels.count > labelCount { text += ",\"labelsLeftOut\":\(labels.count - labelCount)" }
    return Array((text + "}}").utf8)
  }

  /// A JSON string (RFC 8259) of at most `limit` bytes inside its quotes, escapes counted; an
  /// ellipsis stands for the rest.
  private static func quoted(_ text: String, _ limit: Int = labelLimit) -> String {
    var out = "\""
    var bytes = 0
    for character in text {
      let piece = character.unicodeScalars.map(escaped).joined()
      bytes += piece.utf8.count
      guard bytes <= limit - 3 else { return out + "…\"" }
      out += piece
    }
    return out + "\""
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": return "\\\""
    case "\\": return "\\\\"
    case "\n": return "\\n"
    case "\t": return "\\t"
    case let other where other.value < 0x20:
      let digits = String(other.value, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: return String(scalar)
    }
  }
}
